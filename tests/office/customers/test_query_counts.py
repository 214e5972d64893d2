"""How many queries each page of customers takes: recorded, so that a change which adds some is seen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import people

RECORDED = Path(__file__).parent.parent / "query_counts.json"
PAGES = [
    "search",
    "results",
    "customer",
    "customer with ten contracts",
    "history",
    "edit_basic",
    "new_customer",
    "change",
]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_as_many_queries_as_recorded(signed_in: Callable[..., Client], page: str) -> None:
    """Run with ILONET_RECORD_QUERIES=1 to record anew."""
    open_page = _opener(signed_in(), page)
    open_page()  # what is cached for the life of a process is there already
    with CaptureQueriesContext(connection) as queries:
        open_page()
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    if os.environ.get("ILONET_RECORD_QUERIES"):
        recorded[f"customers: {page}"] = len(queries)
        RECORDED.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n")
    taken = "\n".join(query["sql"][:200] for query in queries)
    assert len(queries) <= recorded[f"customers: {page}"], f"more queries than recorded:\n{taken}"


def _opener(client: Client, page: str) -> Callable[[], object]:
    cast = people.cast()
    if page == "search":
        return lambda: client.post(reverse("office:search"), {"words": "ilomantsi"})
    if page == "results":
        address = client.post(reverse("office:search"), {"words": "ilomantsi"})["Location"]
        return lambda: client.get(address)
    if page.startswith("customer with"):
        for _number in range(10):
            people.contract_of(cast.aino, payer=cast.pekka)
    key = {"customer": "customer", "history": "history", "edit_basic": "edit_basic"}
    if page == "new_customer":
        return lambda: client.get(reverse("office:new_customer"))
    if page == "change":
        args = [cast.aino.uuid, cast.fibre.uuid, "move"]
        return lambda: client.get(reverse("office:change_service", args=args))
    return lambda: client.get(reverse(f"office:{key.get(page, 'customer')}", args=[cast.aino.uuid]))
