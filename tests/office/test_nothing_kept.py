"""No browser and no proxy keeps a page: after signing out "Back" shows nothing (security.md)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests import people
from tests.office.conftest import Visit
from tests.office.routes import account_pages, admin_pages, routes

EVERYTHING = ("main_user", "customer_service", "whole_identity_code", "protected_addresses")


@pytest.mark.django_db
def test_every_answer_forbids_to_keep_it(client: Client) -> None:
    addresses = [route.address for route in routes()] + admin_pages() + account_pages()
    client.force_login(people.clerk(*EVERYTHING))
    client.raise_request_exception = False
    kept = {address for address in addresses if "no-store" not in client.get(address).headers.get("Cache-Control", "")}
    assert kept == set()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere/", "/users/new/", "/accounts/login/", "/"])
def test_refusals_and_what_stands_before_the_door_are_not_kept_either(client: Client, address: str) -> None:
    client.force_login(people.clerk("invoicing"))
    assert "no-store" in client.get(address)["Cache-Control"]
    assert "no-store" in Client().get(address)["Cache-Control"]


@pytest.mark.django_db
def test_the_table_of_sessions_knows_nobody_after_signing_out(client: Client) -> None:
    client.force_login(people.clerk())
    client.get(reverse("office:search"))
    key = client.session.session_key
    client.post(reverse("account_logout"))
    assert not client.session.exists(key)


def test_back_shows_nothing_after_signing_out(visit: Callable[..., Visit]) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:customer", cast.aino.uuid)
    assert here.page.get_by_text("Pogostantie 1").first.is_visible()
    here.page.locator("summary", has_text="Own account:").click()
    here.press("Sign out")
    here.page.go_back()
    assert here.page.get_by_role("heading", level=1).inner_text() == "Sign in"
    assert "Pogostantie" not in here.page.content()
