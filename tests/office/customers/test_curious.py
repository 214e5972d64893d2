"""A curious colleague: what is asked in order to find something out is on record, or refused (security.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from contracts import services as contracts
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import LogEntry, User
from ilonet_register.office.customers import codes
from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
NEW_OWNER_SINCE = dt.date(2024, 3, 1)


def handed_over(cast: people.Cast) -> None:
    """Aino's connection has been Pekka's for two years."""
    for kind in ("owner", "user", "payer"):
        contracts.change_role(cast.fibre, by=User.objects.console(), kind=kind, customer=cast.pekka, on=NEW_OWNER_SINCE)


def test_protection_is_lifted_by_who_may_see_what_it_hides() -> None:
    saara = people.protected_customer()
    with pytest.raises(ValidationError) as refused:
        customers.change_basic(saara, by=people.clerk(), values={"non_disclosure": False})
    assert list(refused.value.message_dict) == ["non_disclosure"]
    saara.refresh_from_db()
    assert saara.non_disclosure
    may = people.clerk("customer_service", "protected_addresses")
    customers.change_basic(saara, by=may, values={"non_disclosure": False})
    saara.refresh_from_db()
    assert not saara.non_disclosure


def test_each_identity_code_asked_for_is_on_record_found_or_not(signed_in: SignIn) -> None:
    aino = people.fibre_customer()
    client = signed_in()
    client.post(reverse("office:search"), {"words": people.FIBRE_CODE})
    client.post(reverse("office:search"), {"words": people.LEAVER_CODE})
    asked = LogEntry.objects.filter(event="identity_code.asked").order_by("pk")
    assert [entry.subjects for entry in asked] == [[aino.uuid], []]


def test_nobody_asks_for_many_identity_codes(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "MOST", 2)
    people.fibre_customer()
    client = signed_in()
    for code in (people.LEAVER_CODE, people.PROTECTED_CODE):
        client.post(reverse("office:search"), {"words": code})
    answer = client.post(reverse("office:search"), {"words": people.FIBRE_CODE}, follow=True)
    assert "Wait fifteen minutes" in answer.content.decode()
    assert "Määttä" not in answer.content.decode()


def test_a_former_owner_opens_no_page_of_the_contract(signed_in: SignIn) -> None:
    cast = people.cast()
    handed_over(cast)
    client = signed_in()
    for name, more in (("edit_contract", []), ("change_service", ["move"])):
        address = reverse(f"office:{name}", args=[cast.aino.uuid, cast.fibre.uuid, *more])
        assert client.get(address).status_code == 404
        ours = reverse(f"office:{name}", args=[cast.pekka.uuid, cast.fibre.uuid, *more])
        assert client.get(ours).status_code == 200


def test_a_role_that_nobody_had_before_is_no_transfer_to_call_off(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    for role in cast.fibre.roles.all():
        client.post(reverse("office:cancel_transfer", args=[cast.aino.uuid, cast.fibre.uuid, role.uuid]))
    assert cast.fibre.roles.filter(customer=cast.aino, ends_on=None).count() == 3


def test_the_history_of_a_former_owner_ends_with_their_last_role(signed_in: SignIn) -> None:
    cast = people.cast()
    handed_over(cast)
    contracts.change_contract(cast.fibre, by=User.objects.console(), values={"seller": "Uusi Myyjä"})
    client = signed_in()
    theirs = client.get(reverse("office:history", args=[cast.pekka.uuid])).content.decode()
    formers = client.get(reverse("office:history", args=[cast.aino.uuid])).content.decode()
    assert "Uusi Myyjä" in theirs
    assert "Uusi Myyjä" not in formers


@pytest.mark.parametrize("name", ["edit_basic", "edit_contacts", "move_post", "hold_customer", "new_contract"])
def test_each_page_that_shows_a_customer_is_on_record(signed_in: SignIn, name: str) -> None:
    aino = people.fibre_customer()
    assert signed_in().get(reverse(f"office:{name}", args=[aino.uuid])).status_code == 200
    entry = LogEntry.objects.get(event="customer.opened")
    assert (entry.subjects, entry.purpose) == ([aino.uuid], name)


@pytest.mark.parametrize("day", ["31.12.9999", "9999-12-31", "1.1.0001"])
def test_a_day_beyond_all_calendars_is_refused_beside_its_field(signed_in: SignIn, day: str) -> None:
    cast = people.cast()
    address = reverse("office:change_service", args=[cast.aino.uuid, cast.fibre.uuid, "end"])
    answer = signed_in().post(address, {"what": "end", "notice_on": "today", "ends_on": day})
    assert "1900" in str(answer.context["form"].errors["ends_on"])


def test_an_end_beyond_all_calendars_does_not_break_the_page(signed_in: SignIn) -> None:
    cast = people.cast()
    contracts.terminate(cast.fibre, by=User.objects.console(), notice_on=dt.date(2026, 11, 24), ends_on=dt.date.max)
    assert signed_in().get(reverse("office:customer", args=[cast.aino.uuid])).status_code == 200


@pytest.mark.parametrize("name", ["check_new_customer", "find_people", "search"])
def test_a_nul_is_no_fault_of_the_register(signed_in: SignIn, name: str) -> None:
    people.fibre_customer()
    values = {"words": "Määttä\0", "q": "Määttä\0", "last_name": "Määttä\0", "phone": "\0", "postal_code": "\0"}
    assert signed_in().post(reverse(f"office:{name}"), values).status_code < 500
    assert Customer.objects.count() == 1
