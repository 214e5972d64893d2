"""Takes the pictures of docs/screenshots/ anew, with made-up people: `.venv/bin/pytest docs/screenshots.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts import services as contracts
from customers import services as customers
from ilonet_register.models import User
from ilonet_register.periods import today
from tests import people
from tests.office.conftest import Visit

pytest_plugins = ["tests.conftest", "tests.office.conftest"]

FOLDER = Path(__file__).parent / "screenshots"
SIZES = {360: 740, 1280: 720}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_take(visit: Callable[..., Visit], width: int, dark: bool) -> None:
    cast = _busy()
    clerk = people.clerk("customer_service", "whole_identity_code", name="Maija Mallikas", language="fi")
    here = visit(clerk, width=width, height=SIZES[width], dark=dark, locale="fi-FI")
    here.open("office:search")
    here.search("määttä")
    _take(here, f"search-{width}-{'dark' if dark else 'light'}")
    here.open("office:customer", cast.aino.uuid)
    _take(here, f"customer-{width}-{'dark' if dark else 'light'}")


def _take(here: Visit, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    narrow = (here.page.viewport_size or {"width": 0})["width"] < 600
    here.page.screenshot(path=FOLDER / f"{name}.png", full_page=narrow)


def _busy() -> people.Cast:
    """A morning at the office: two of one name, a move to come, a hold, and a contract that is over."""
    cast, console = people.cast(), User.objects.console()
    for number, first_names, street, ends_on in (
        ("10871", "Aino Maria", "Kalevalantie 9", None),
        ("10412", "Eero Johannes", "Hiiskosken tie 62", dt.date(2023, 6, 30)),
        ("10963", "Kerttu Helena", "Möhköntie 118", None),
    ):
        person = customers.create_customer(
            by=console,
            number=number,
            basic={
                "kind": "person",
                "last_name": "Määttä",
                "first_names": first_names,
                "birth_date": dt.date(1950, 1, 1),
                "no_code_reason": "asuu ulkomailla",
            },
            address={"street_address": street, "postal_code": "82900", "city": "Ilomantsi"},
            phone=f"050 900 {number[1:]}",
        )
        people.contract_of(person, starts_on=dt.date(2019, 3, 1), ends_on=ends_on)
    people.ended_contract(cast.aino, product="ADSL 8", ends_on=dt.date(2020, 12, 31))
    address = {"street_address": "Kalevalantie 4", "postal_code": "82900", "city": "Ilomantsi"}
    customers.move_house(cast.aino, by=console, on=dt.date(today().year + 1, 3, 1), kinds=["postal"], address=address)
    why = "kiistää syyskuun laskun"
    contracts.hold_contract(
        cast.fibre, customer=cast.aino, by=console, reason="dispute", review_on=dt.date(today().year + 1, 5, 1), why=why
    )
    return cast
