"""A customer and their contract are entered on one page, as a whole or not at all (screens.md 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from contracts.models import Contract, Product
from customers.models import Customer
from ilonet_register.models import LogEntry
from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]

ULLA = {
    "kind": "person",
    "last_name": "Uusitalo",
    "first_names": "Ulla",
    "identity_code": "030301A905T",
    "language": "fi",
    "street_address": "Rantatie 3",
    "postal_code": "82900",
    "city": "Ilomantsi",
    "phone": "050 777 1234",
}


def enter(client: Client, values: dict[str, Any]) -> HttpResponse:
    return client.post(reverse("office:new_customer"), values)


def contract(**values: Any) -> dict[str, Any]:
    product, _ = Product.objects.get_or_create(name="Kuitu 200/200")
    given = {"with_contract": "on", "product": str(product.pk), "same_as_postal": "on", "starts_on": "1.12.2026"}
    return given | values


def test_customer_and_contract_are_saved_together(signed_in: SignIn) -> None:
    response = enter(signed_in(), ULLA | contract())
    made = Contract.objects.get()
    assert made.state == "confirmed"
    assert {(role.kind, role.customer.last_name) for role in made.roles.all()} == {
        ("owner", "Uusitalo"),
        ("user", "Uusitalo"),
        ("payer", "Uusitalo"),
    }
    assert made.subscriptions.get().address_line == "Rantatie 3, 82900 Ilomantsi"
    assert response["Location"] == reverse("office:customer", args=[Customer.objects.get().uuid])


def test_payer_and_installation_address_can_be_others(signed_in: SignIn) -> None:
    cast = people.cast()
    values = contract(
        same_as_postal="", installation_street="Mökkitie 9", installation_city="Ilomantsi", payer=str(cast.leipomo.uuid)
    )
    enter(signed_in(), ULLA | values)
    made = Contract.objects.get(roles__customer__last_name="Uusitalo", roles__kind="owner")
    assert made.roles.get(kind="payer").customer == cast.leipomo
    assert made.subscriptions.get().street_address == "Mökkitie 9"


def test_what_is_missing_is_named_beside_its_field_and_nothing_is_saved(signed_in: SignIn) -> None:
    response = enter(signed_in(), {"kind": "person", "language": "fi", "last_name": "Uusitalo"} | contract())
    assert not Customer.objects.exists()
    assert set(response.context["form"].errors) == {"identity_code", "street_address", "phone"}
    missing = [target for target, _words in response.context["missing"]]
    assert missing == ["id_identity_code", "id_street_address", "id_phone"]


def test_a_draft_may_lack_it(signed_in: SignIn) -> None:
    enter(signed_in(), {"kind": "person", "language": "fi", "last_name": "Uusitalo", "draft": "1"} | contract())
    assert Contract.objects.get().state == "draft"
    customer = Customer.objects.get()
    assert customer.first_role_on is None


def test_a_draft_is_confirmed_when_nothing_is_missing(signed_in: SignIn) -> None:
    client = signed_in()
    enter(client, ULLA | {"draft": "1"} | contract())
    customer, made = Customer.objects.get(), Contract.objects.get()
    client.post(reverse("office:confirm_contract", args=[customer.uuid, made.uuid]))
    made.refresh_from_db()
    assert made.state == "confirmed"


def test_birth_date_with_the_reason_serves_instead_of_a_code(signed_in: SignIn) -> None:
    values = ULLA | {"identity_code": "", "birth_date": "3.3.1961", "no_code_reason": "asuu ulkomailla"}
    enter(signed_in(), values | contract())
    assert Contract.objects.get().state == "confirmed"


def test_an_organisation_needs_its_business_id(signed_in: SignIn) -> None:
    client = signed_in()
    firm = {k: v for k, v in ULLA.items() if k not in ("last_name", "first_names", "identity_code")}
    firm |= {"kind": "organisation", "organisation_name": "Uusi Oy"}
    response = enter(client, firm | contract())
    assert set(response.context["form"].errors) == {"business_id"}
    enter(client, firm | {"business_id": "9990002-4"} | contract())
    assert Contract.objects.get().state == "confirmed"


def test_a_second_press_is_the_same_act(signed_in: SignIn) -> None:
    client = signed_in()
    first = enter(client, ULLA | {"once": "abc"})
    second = enter(client, ULLA | {"once": "abc"})
    assert first["Location"] == second["Location"]
    assert Customer.objects.count() == 1


def test_a_taken_identity_code_is_refused_and_nothing_is_left(signed_in: SignIn) -> None:
    people.fibre_customer()
    response = enter(signed_in(), ULLA | {"identity_code": people.FIBRE_CODE} | contract())
    assert "Another customer has this identity code" in response.content.decode()
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ({"identity_code": people.FIBRE_CODE}, "10234"),
        ({"phone": "+358502115938"}, "10234"),
        ({"email": "AINO.maatta@example.fi"}, "10234"),
        ({"last_name": "määttä", "first_names": "aino"}, "10234"),
        ({"last_name": "Suojala", "first_names": "Saara"}, "10377"),
        ({"identity_code": people.PROTECTED_CODE}, "10377"),
    ],
)
def test_leaving_a_field_tells_who_is_a_customer_already(signed_in: SignIn, typed: dict[str, str], number: str) -> None:
    people.cast()
    response = signed_in().post(reverse("office:check_new_customer"), {"kind": "person"} | typed)
    assert [item.row.number for item in response.context["duplicates"]] == [number]
    assert LogEntry.objects.filter(event="customers.searched").exists()


@pytest.mark.parametrize("typed", [{"phone": "044 555 0377"}, {"email": "saara.suojala@example.fi"}])
def test_a_protected_phone_or_email_brings_no_message(signed_in: SignIn, typed: dict[str, str]) -> None:
    people.cast()
    response = signed_in().post(reverse("office:check_new_customer"), {"kind": "person"} | typed)
    assert response.context["duplicates"] == []
    assert "10377" not in response.content.decode()


def test_a_further_contract_of_a_customer(signed_in: SignIn) -> None:
    cast = people.cast()
    signed_in().post(reverse("office:new_contract", args=[cast.aino.uuid]), contract(user=str(cast.pekka.uuid)))
    made = Contract.objects.get(roles__customer=cast.pekka)
    assert made.roles.get(kind="owner").customer == cast.aino
    assert made.subscriptions.get().street_address == "Pogostantie 1"


def test_other_levels_enter_nobody(signed_in: SignIn) -> None:
    assert enter(signed_in("invoicing"), ULLA).status_code == 403
    assert not Customer.objects.exists()
