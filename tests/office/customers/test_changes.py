"""Moves, transfers and notices: on any day, and called off again (screens.md 3.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from contracts import services as contracts
from contracts.models import Role
from customers.models import Address, Customer
from ilonet_register.crypto.rings import add_key
from ilonet_register.models import LogEntry, User
from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
NEW = {"street_address": "Kalevalantie 4", "postal_code": "82900", "city": "Ilomantsi"}
COMING = dt.date(2127, 3, 1)


@pytest.fixture(autouse=True)
def _ledger(settings: Settings, tmp_path: Path) -> None:
    """Keys and mirrors of this test: what is called off goes through the eraser."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LEDGER_DIRS = [tmp_path / "first", tmp_path / "second"]
    add_key("ledger")


def change(client: Client, customer: Customer, contract: Any, values: dict[str, Any]) -> HttpResponse:
    address = reverse("office:change_service", args=[customer.uuid, contract.uuid, values["what"]])
    return client.post(address, values)


def test_a_move_today_changes_subscription_and_post(signed_in: SignIn) -> None:
    cast = people.cast()
    change(signed_in(), cast.aino, cast.fibre, {"what": "move", "on_day": "today", "kinds": ["postal"], **NEW})
    assert cast.fibre.subscriptions.get().street_address == "Kalevalantie 4"
    old, new = cast.aino.addresses.order_by("from_on")[::-1]
    assert (old.street_address, new.street_address) == ("Pogostantie 1", "Kalevalantie 4")
    assert new.from_on is not None
    assert old.until_on == new.from_on - dt.timedelta(days=1)


def test_a_coming_move_leaves_the_subscription_where_it_is(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    change(client, cast.aino, cast.fibre, {"what": "move", "on_day": "1.3.2127", "kinds": ["postal"], **NEW})
    assert cast.fibre.subscriptions.get().street_address == "Pogostantie 1"
    text = client.get(reverse("office:customer", args=[cast.aino.uuid])).content.decode()
    assert "Coming" in text
    assert "1.3.2127" in text


def test_a_coming_move_is_cancelled_as_if_it_had_never_been_planned(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    client.post(reverse("office:move_post", args=[cast.aino.uuid]), {"on_day": "1.3.2127", "kinds": ["postal"], **NEW})
    planned = cast.aino.addresses.get(from_on=COMING)
    response = client.post(reverse("office:cancel_move", args=[cast.aino.uuid, planned.uuid]), follow=True)
    assert "was cancelled" in response.content.decode()
    left = cast.aino.addresses.get()
    assert (left.street_address, left.until_on) == ("Pogostantie 1", None)


def test_a_move_of_post_invoices_and_connection_is_cancelled_as_one(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    planned = {"what": "move", "on_day": "1.3.2127", "kinds": ["postal", "invoicing"], **NEW}
    change(client, cast.aino, cast.fibre, planned)
    coming = cast.aino.addresses.filter(from_on=COMING)
    assert set(coming.values_list("kind", flat=True)) == {"postal", "invoicing", "installation"}
    client.post(reverse("office:cancel_move", args=[cast.aino.uuid, coming.first().uuid]))
    assert list(cast.aino.addresses.values_list("street_address", "until_on")) == [("Pogostantie 1", None)]


def test_until_a_coming_transfer_the_owner_is_shown_and_found_where_they_live(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    contracts.move_subscription(
        cast.fibre.subscriptions.get(),
        by=User.objects.console(),
        address={"street_address": "Tervatie 7", "postal_code": "82900", "city": "Ilomantsi"},
    )
    roles = ["owner", "user", "payer"]
    values = {"what": "transfer", "on_day": "1.3.2127", "new_owner": str(cast.pekka.uuid), "roles": roles}
    change(client, cast.aino, cast.fibre, values)
    assert "Tervatie 7" in client.get(reverse("office:customer", args=[cast.aino.uuid])).content.decode()
    rows = client.post(reverse("office:search"), {"words": "tervatie 7"}, follow=True).context["rows"]
    assert cast.aino.number in [row.number for row, _matched in rows]


@pytest.mark.parametrize("number", ["abc def", "050", "maija@example.fi"])
def test_what_cannot_be_dialled_is_no_phone(signed_in: SignIn, number: str) -> None:
    cast = people.cast()
    client = signed_in()
    added = client.post(reverse("office:add_medium", args=[cast.aino.uuid]), {"kind": "phone", "value": number})
    assert list(added.context["form"].errors) == ["value"]
    edited = client.post(reverse("office:edit_contacts", args=[cast.aino.uuid]), {"phone": number})
    assert "phone" in edited.context["form"].errors


def test_a_second_phone_is_added_found_and_taken_away(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    client.post(reverse("office:add_medium", args=[cast.aino.uuid]), {"kind": "phone", "value": "013 881 9999"})
    second = cast.aino.contact_media.get(kind="phone", is_main=False)
    assert client.post(reverse("office:search"), {"words": "0138819999"}, follow=True).context["rows"]
    client.post(reverse("office:remove_medium", args=[cast.aino.uuid, second.uuid]))
    assert cast.aino.contact_media.get(kind="phone").value == "050 211 5938"


def test_a_number_is_added_once_and_can_become_the_first(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    address = reverse("office:add_medium", args=[cast.aino.uuid])
    response = client.post(address, {"kind": "phone", "value": "+358 50 211 5938"})
    assert "already" in response.content.decode()
    client.post(address, {"kind": "phone", "value": "044 123", "use_first": "on"})
    assert cast.aino.contact_media.get(kind="phone", is_main=True).value == "044 123"


def test_a_second_move_beyond_a_coming_one_names_its_day(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    address = reverse("office:move_post", args=[cast.aino.uuid])
    client.post(address, {"on_day": "1.3.2127", "kinds": ["postal"], **NEW})
    response = client.post(address, {"on_day": "1.2.2127", "kinds": ["postal"], **NEW})
    assert "already a move on 1.3.2127" in response.content.decode()


def test_only_the_post_changes(signed_in: SignIn) -> None:
    cast = people.cast()
    change(signed_in(), cast.aino, cast.fibre, {"what": "post", "on_day": "today", "kinds": ["postal"], **NEW})
    assert cast.fibre.subscriptions.get().street_address == "Pogostantie 1"
    assert Address.objects.filter(customer=cast.aino, street_address="Kalevalantie 4").exists()


def test_a_transfer_ends_the_former_roles_the_day_before(signed_in: SignIn) -> None:
    cast = people.cast()
    values = {"what": "transfer", "on_day": "1.12.2026", "new_owner": str(cast.pekka.uuid), "roles": ["owner", "user"]}
    change(signed_in(), cast.aino, cast.fibre, values)
    roles = {(role.kind, role.customer.last_name): role for role in cast.fibre.roles.select_related("customer")}
    assert roles["owner", "Määttä"].ends_on == dt.date(2026, 11, 30)
    assert roles["owner", "Parviainen"].from_on == dt.date(2026, 12, 1)
    assert roles["payer", "Määttä"].ends_on is None


def test_the_new_owner_is_entered_without_leaving_the_page(signed_in: SignIn) -> None:
    cast = people.cast()
    values = {
        "what": "transfer",
        "on_day": "today",
        "roles": ["owner"],
        "new_last_name": "Uusi",
        "new_first_names": "Urho",
    }
    change(
        signed_in(), cast.aino, cast.fibre, values | {"new_identity_code": "030301A905T", "new_phone": "050 1234567"}
    )
    urho = Customer.objects.get(last_name="Uusi")
    assert urho.roles.get().contract == cast.fibre
    assert urho.addresses.get().street_address == "Pogostantie 1"


def test_a_coming_transfer_is_cancelled_and_the_owner_goes_on(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    values = {"what": "transfer", "on_day": "1.3.2127", "new_owner": str(cast.pekka.uuid), "roles": ["owner", "payer"]}
    change(client, cast.aino, cast.fibre, values)
    planned = Role.objects.get(customer=cast.pekka, kind="owner")
    key = [cast.aino.uuid, cast.fibre.uuid, planned.uuid]
    client.post(reverse("office:cancel_transfer", args=key))
    assert set(cast.fibre.roles.values_list("customer", "ends_on")) == {(cast.aino.pk, None)}
    cast.pekka.refresh_from_db()
    assert cast.pekka.first_role_on is None


def test_after_this_tells_before_and_after(signed_in: SignIn) -> None:
    cast = people.cast()
    values = {
        "what": "transfer",
        "on_day": "1.1.2127",
        "new_owner": str(cast.pekka.uuid),
        "roles": ["owner", "user", "payer"],
    }
    address = reverse("office:preview_change", args=[cast.aino.uuid, cast.fibre.uuid])
    effect = signed_in().post(address, values).context["effect"]
    assert [(row.before, row.after) for row in effect.rows][0] == (
        "Määttä, Aino Kaarina 10234",
        "Parviainen, Pekka Olavi 10655",
    )
    assert effect.sentences == [
        "The former roles end on 31.12.2126.",
        "10234: the data is kept through 31.12.2132.",
    ]
    assert effect.button == "Transfer L7000001 1.1.2127"
    assert not Role.objects.filter(customer=cast.pekka).exists()


def test_a_notice_gives_the_day_and_the_end(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    change(client, cast.aino, cast.fibre, {"what": "end", "notice_on": "24.11.2026", "ends_on": "31.12.2126"})
    cast.fibre.refresh_from_db()
    assert (cast.fibre.terminated_on, cast.fibre.ends_on) == (dt.date(2026, 11, 24), dt.date(2126, 12, 31))
    text = client.get(reverse("office:customer", args=[cast.aino.uuid])).content.decode()
    assert "Notice given, ends 31.12.2126" in text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"what": "move", "on_day": "today"}, "street_address"),
        ({"what": "move", **NEW}, "on_day"),
        ({"what": "move", "on_day": "31.2.2027", **NEW}, "on_day"),
        ({"what": "transfer", "on_day": "today", "roles": ["owner"]}, "new_owner"),
        ({"what": "end", "notice_on": "today"}, "ends_on"),
        ({"what": "post", "on_day": "today", **NEW}, "kinds"),
        ({"what": "move", "on_day": "1.1.2010", **NEW}, "on_day"),
        ({"what": "end", "notice_on": "1.12.2026", "ends_on": "30.11.2026"}, "ends_on"),
    ],
)
def test_what_is_not_said_is_asked_beside_its_field(signed_in: SignIn, values: dict[str, Any], field: str) -> None:
    cast = people.cast()
    response = change(signed_in(), cast.aino, cast.fibre, values)
    assert list(response.context["form"].errors) == [field]


def test_a_hold_on_a_contract_is_placed_and_lifted(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in("invoicing")
    address = reverse("office:hold_contract", args=[cast.aino.uuid, cast.fibre.uuid])
    assert client.get(address).context["form"]["review_on"].value() > dt.date(2026, 11, 24)
    client.post(address, {"reason": "dispute", "why": "kiistää laskun", "review_on": "1.5.2127"})
    hold = cast.aino.holds.get()
    assert (hold.record, hold.placed_by.rights) == (cast.fibre.uuid, {"invoicing"})
    client.post(reverse("office:lift_hold", args=[cast.aino.uuid, hold.uuid]))
    hold.refresh_from_db()
    assert hold.lifted_at is not None


def test_a_hold_is_reviewed_some_day_to_come(signed_in: SignIn) -> None:
    cast = people.cast()
    address = reverse("office:hold_customer", args=[cast.aino.uuid])
    response = signed_in().post(address, {"reason": "debt", "review_on": "1.1.2020"})
    assert list(response.context["form"].errors) == ["review_on"]


def test_a_hold_for_another_reason_says_why(signed_in: SignIn) -> None:
    cast = people.cast()
    address = reverse("office:hold_customer", args=[cast.aino.uuid])
    response = signed_in().post(address, {"reason": "other", "review_on": "1.5.2127"})
    assert list(response.context["form"].errors) == ["why"]


def test_a_contract_that_was_removed_meanwhile_is_told_by_its_number(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = people.cast()
    client = signed_in()
    real = contracts.hold_contract

    def removed_first(contract: Any, **options: Any) -> Any:
        # The night was faster: what the clerk sees on the screen is no longer there.
        contract.pk = 987654
        return real(contract, **options)

    monkeypatch.setattr(contracts, "hold_contract", removed_first)
    address = reverse("office:hold_contract", args=[cast.aino.uuid, cast.fibre.uuid])
    response = client.post(address, {"reason": "dispute", "review_on": "1.5.2127"}, follow=True)
    assert f"{cast.fibre.number} was removed" in response.content.decode()
    assert not cast.aino.holds.exists()


def test_every_change_is_logged_in_the_clerks_name(signed_in: SignIn) -> None:
    cast = people.cast()
    change(signed_in(), cast.aino, cast.fibre, {"what": "move", "on_day": "today", "kinds": ["postal"], **NEW})
    changed = LogEntry.objects.filter(action__lt=2).exclude(actor=User.objects.console()).order_by("pk")
    assert {entry.actor.name for entry in changed.filter(subjects__contains=[cast.aino.uuid])} == {"Maija Mallikas"}
    assert {"address.created", "address.changed", "subscription.changed"} <= set(
        changed.values_list("event", flat=True)
    )
