"""axe finds nothing on the pages of customers, wide and narrow, light and dark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from customers import services as customers
from ilonet_register.models import User
from tests import people
from tests.office.conftest import Visit

WAYS = [(width, dark) for width in (360, 1280) for dark in (False, True)]


@pytest.mark.parametrize(("width", "dark"), WAYS)
def test_axe_finds_nothing(visit: Callable[..., Visit], width: int, dark: bool) -> None:
    cast = people.cast()
    _busy(cast)
    here = visit(people.clerk("customer_service", "whole_identity_code", "protected_addresses"), width=width, dark=dark)
    key = (cast.aino.uuid, cast.fibre.uuid)
    here.open("office:search")
    found = {"search": here.faults()}
    here.search("kalevalantie")
    found["results"] = here.faults()
    here.search("zzzz")
    found["no results"] = here.faults()
    for name, *args in (
        ("customer", cast.aino.uuid),
        ("customer", cast.saara.uuid),
        ("customer", cast.lauri.uuid),
        ("new_customer",),
        ("new_contract", cast.aino.uuid),
        ("edit_basic", cast.aino.uuid),
        ("edit_contacts", cast.aino.uuid),
        ("edit_contract", *key),
        ("change_service", *key, "move"),
        ("change_service", *key, "transfer"),
        ("change_service", *key, "end"),
        ("move_post", cast.aino.uuid),
        ("hold_customer", cast.aino.uuid),
        ("history", cast.aino.uuid),
    ):
        here.open(f"office:{name}", *args)
        found[f"{name} {args[-1] if args else ''}"] = here.faults()
        assert here.overflow() <= 0, f"{name} scrolls sideways"
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_axe_finds_nothing_on_forms_with_errors(visit: Callable[..., Visit]) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:change_service", cast.aino.uuid, cast.fibre.uuid, "end")
    here.page.get_by_label("Notice given on").fill("31.2.2026")
    here.leave(here.page.locator("#save").click)
    assert here.page.title().startswith("Error:")
    assert here.faults() == []
    here.open("office:new_customer")
    here.page.get_by_text("Make the contract at the same time").click()
    here.press("Save customer and contract")
    assert here.page.locator(".error-summary").is_visible()
    assert here.faults() == []


def _busy(cast: people.Cast) -> None:
    """A coming move and a hold, so that every block has something in it."""
    console = User.objects.console()
    address = {"street_address": "Kalevalantie 4", "postal_code": "82900", "city": "Ilomantsi"}
    customers.move_house(cast.aino, by=console, on=dt.date(2127, 3, 1), kinds=["postal"], address=address)
    customers.place_hold(cast.aino, by=console, reason="dispute", review_on=dt.date(2127, 5, 1))
