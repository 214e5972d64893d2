"""The customer's page shows each level what it may see, and nobody another person's time (screens.md 3.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contracts import services as contracts
from customers import services as customers
from ilonet_register.models import LogEntry, User
from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def page_of(client: Client, customer: object) -> str:
    response = client.get(reverse("office:customer", args=[customer.uuid]))  # type: ignore[attr-defined]
    assert response.status_code == 200
    return response.content.decode()


def test_the_callers_question_is_answered(signed_in: SignIn) -> None:
    cast = people.cast()
    text = page_of(signed_in(), cast.aino)
    for answer in (
        "Määttä, Aino Kaarina",
        "10234",
        "Kuitu 200/200",
        "In force",
        "15.1.2021–",
        "Pogostantie 1",
        "L7000001",
    ):
        assert answer in text
    assert "<title>10234 · Customer · Ilonet</title>" in " ".join(text.split())


def test_marketing_sees_neither_contracts_nor_identity(signed_in: SignIn) -> None:
    cast = people.cast()
    text = page_of(signed_in("marketing"), cast.aino)
    assert "aino.maatta@example.fi" in text
    for hidden in ("Kuitu 200/200", "S7000001", "131052", "What goes and when", "Prevent removal"):
        assert hidden not in text


def test_invoicing_sees_services_but_changes_nothing(signed_in: SignIn) -> None:
    cast = people.cast()
    text = page_of(signed_in("invoicing"), cast.aino)
    assert "Kuitu 200/200" in text
    assert "131052-****" in text
    for act in ("Transfer", "New contract", "Edit"):
        assert f">{act}<" not in text


@pytest.mark.parametrize("level", ["installation", "request_handler", "officer", "main_user"])
def test_levels_without_customers_are_refused(signed_in: SignIn, level: str) -> None:
    cast = people.cast()
    client = signed_in(level)
    key = [cast.aino.uuid, cast.fibre.uuid]
    for name, args in (
        ("customer", key[:1]),
        ("history", key[:1]),
        ("edit_basic", key[:1]),
        ("edit_contacts", key[:1]),
        ("move_post", key[:1]),
        ("hold_customer", key[:1]),
        ("new_contract", key[:1]),
        ("edit_contract", key),
        ("hold_contract", key),
        ("change_service", [*key, "move"]),
        ("new_customer", []),
        ("search", []),
    ):
        assert client.get(reverse(f"office:{name}", args=args)).status_code == 403, name


def test_being_looked_at_is_logged(signed_in: SignIn) -> None:
    cast = people.cast()
    page_of(signed_in(), cast.aino)
    entry = LogEntry.objects.get(event="customer.seen")
    assert entry.subjects == [cast.aino.uuid]


def test_the_identity_code_opens_for_the_single_right_only_and_is_logged(signed_in: SignIn, client: Client) -> None:
    cast = people.cast()
    address = reverse("office:show_code", args=[cast.aino.uuid])
    assert signed_in().post(address).status_code == 403
    client = signed_in("customer_service", "whole_identity_code")
    assert people.FIBRE_CODE not in page_of(client, cast.aino)
    response = client.post(address, headers={"HX-Request": "true"})
    assert people.FIBRE_CODE in response.content.decode()
    assert LogEntry.objects.filter(event="sealed.revealed", subjects=[cast.aino.uuid]).count() == 1
    assert people.FIBRE_CODE not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_without_log_no_value(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = people.cast()
    client = signed_in("customer_service", "whole_identity_code")

    def broken(*args: object, **kwargs: object) -> None:
        from django.db import DatabaseError

        raise DatabaseError("the log cannot be written")

    monkeypatch.setattr("ilonet_register.audit.record", broken)
    response = client.post(reverse("office:show_code", args=[cast.aino.uuid]), headers={"HX-Request": "true"})
    assert people.FIBRE_CODE not in response.content.decode()
    assert "cannot be recorded" in response.content.decode()


def test_protected_contact_details_are_not_shown_without_the_right(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    text = page_of(client, cast.saara)
    assert "Non-disclosure" in text
    assert "Not shown (non-disclosure)" in text
    for secret in ("Piilopolku", "0377", "saara.suojala"):
        assert secret not in text.replace("10377", "")
    key = [cast.saara.uuid, cast.protected.uuid]
    for name, args in (("edit_contacts", key[:1]), ("move_post", key[:1]), ("change_service", [*key, "move"])):
        assert client.get(reverse(f"office:{name}", args=args)).status_code == 403
    for name in ("history", "print_customer"):
        address = reverse(f"office:{name}", args=key[:1])
        response = client.get(address) if name == "history" else client.post(address)
        assert b"Piilopolku" not in response.content


def test_with_the_right_they_open_one_by_one_and_are_logged(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in("customer_service", "protected_addresses")
    assert "Piilopolku" not in page_of(client, cast.saara)
    for row in (cast.saara.addresses.get(), cast.protected.subscriptions.get()):
        address = reverse("office:show_contact", args=[cast.saara.uuid, row.uuid])
        assert "Piilopolku 9" in client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert LogEntry.objects.filter(event="customer.protected_shown", subjects=[cast.saara.uuid]).count() == 2
    elsewhere = reverse("office:show_contact", args=[cast.saara.uuid, cast.fibre.subscriptions.get().uuid])
    assert client.post(elsewhere).status_code == 404


def test_the_place_of_a_protected_user_is_hidden_on_the_payers_page_too(signed_in: SignIn) -> None:
    cast = people.cast()
    people.contract_of(cast.aino, user=cast.saara, street="Kätkö 3", product="Kuitu 100/100")
    text = page_of(signed_in(), cast.aino)
    assert "Kuitu 100/100" in text
    assert "Kätkö 3" not in text


def test_nor_does_the_history_of_the_payer_tell_it(signed_in: SignIn) -> None:
    cast = people.cast()
    people.contract_of(cast.aino, user=cast.saara, street="Kätkö 3")
    address = reverse("office:history", args=[cast.aino.uuid])
    assert "Kätkö" not in signed_in().get(address).content.decode()
    assert "Pogostantie 1" in signed_in().get(address).content.decode()
    assert "Kätkö 3" in signed_in("customer_service", "protected_addresses").get(address).content.decode()


def test_a_move_that_has_come_asks_to_be_carried_out(signed_in: SignIn) -> None:
    cast = people.cast()
    address = {"street_address": "Kalevalantie 4", "postal_code": "82900", "city": "Ilomantsi"}
    customers.move_house(cast.aino, by=_console(), on=dt.date(2026, 1, 1), kinds=["installation"], address=address)
    client = signed_in()
    assert "no subscription is there yet" in page_of(client, cast.aino)
    contracts.move_subscription(cast.fibre.subscriptions.get(), by=_console(), address=address)
    assert "no subscription is there yet" not in page_of(client, cast.aino)


def test_a_coming_owners_page_says_from_when(signed_in: SignIn) -> None:
    cast = people.cast()
    contracts.change_role(cast.fibre, by=_console(), kind="owner", customer=cast.pekka, on=dt.date(2127, 3, 1))
    client = signed_in()
    assert "Coming 1.3.2127" in page_of(client, cast.pekka)
    assert "Cancel transfer" in page_of(client, cast.aino)


def test_a_former_owner_sees_only_the_own_time(signed_in: SignIn) -> None:
    cast = people.cast()
    day = dt.date(2024, 5, 1)
    for kind in ("owner", "user", "payer"):
        contracts.change_role(cast.fibre, by=_console(), kind=kind, customer=cast.pekka, on=day)
    contracts.move_subscription(
        cast.fibre.subscriptions.get(),
        by=_console(),
        address={"street_address": "Uusikatu 8", "postal_code": "82900", "city": "Ilomantsi"},
    )
    client = signed_in()
    text = page_of(client, cast.aino)
    assert "Ended 30.4.2024" in text
    assert "15.1.2021–30.4.2024" in text
    assert "Uusikatu" not in text
    assert "Parviainen" not in text
    assert "goes on 1.5.2030" in text
    assert "Määttä" not in page_of(client, cast.pekka)


def test_what_goes_and_when_follows_the_contract(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    assert "not while in force" in page_of(client, cast.aino)
    contracts.terminate(cast.fibre, notice_on=dt.date(2026, 11, 1), ends_on=dt.date(2026, 12, 31), by=_console())
    assert "goes on 1.1.2033" in page_of(client, cast.aino)
    customers.place_hold(cast.aino, by=_console(), reason="debt", review_on=dt.date(2027, 1, 1))
    assert "Not while the removal is prevented" in page_of(client, cast.aino)
    assert "no date: has never had a contract" in page_of(client, cast.pekka)


def test_who_is_gone_is_told(signed_in: SignIn) -> None:
    people.cast()
    response = signed_in().get(reverse("office:customer", args=["00000000-0000-4000-8000-000000000000"]))
    assert response.status_code == 404
    assert "may have been removed" in response.content.decode()


def test_the_change_history_tells_who_changed_what(signed_in: SignIn) -> None:
    cast = people.cast()
    customers.change_basic(cast.aino, by=people.clerk(name="Heidi Hoitaja"), values={"last_name": "Mättö"})
    response = signed_in().get(reverse("office:history", args=[cast.aino.uuid]))
    newest = response.context["entries"][0]
    assert newest.who == "Heidi Hoitaja"
    assert [(change.label, change.before, change.after) for change in newest.changes] == [
        ("Last name", "Määttä", "Mättö")
    ]
    assert people.FIBRE_CODE not in response.content.decode()
    assert LogEntry.objects.filter(event="customer.history_seen").exists()
    assert signed_in("marketing").get(reverse("office:history", args=[cast.aino.uuid])).status_code == 403


def test_the_print_is_a_pdf_and_logged(signed_in: SignIn) -> None:
    cast = people.cast()
    response = signed_in().post(reverse("office:print_customer", args=[cast.aino.uuid]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert "Määttä" not in response["Content-Disposition"]
    assert LogEntry.objects.filter(event="customer.printed", subjects=[cast.aino.uuid]).exists()


def _console() -> User:
    return User.objects.console()
