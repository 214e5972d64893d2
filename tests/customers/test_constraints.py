"""What must never be of a customer is refused by the database itself, each by its own constraint."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Address, ContactMedium, Customer, Hold, IdentityCodeIndex
from ilonet_register import crypto
from tests.ilonet_register.refusals import Act, Case, assert_refused, case, names_of

pytestmark = pytest.mark.django_db

BORN, DAY = dt.date(1970, 1, 1), dt.date(2026, 11, 18)
BEFORE = DAY - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _two_customers() -> None:
    Customer.objects.bulk_create(
        [Customer(number=number, kind="person", last_name="Testinen") for number in ("1", "2")]
    )


def first() -> Customer:
    return Customer.objects.get(number="1")


def second() -> Customer:
    return Customer.objects.get(number="2")


def customer(*, code: bool = False, **values: Any) -> Act:
    """Write one more customer."""

    def write() -> None:
        new = Customer(**{"number": "3", "kind": "person", "last_name": "Uusi", **values})
        if code:
            crypto.seal(new, "identity_code", "131052-900W")
        Customer.objects.bulk_create([new])

    return write


def digests(*rows: tuple[str, int, bytes]) -> Act:
    def write() -> None:
        IdentityCodeIndex.objects.bulk_create(
            IdentityCodeIndex(customer=Customer.objects.get(number=number), key_id=key, digest=digest)
            for number, key, digest in rows
        )

    return write


def addresses(*rows: dict[str, Any]) -> Act:
    """Write addresses of the first customer, in Eno and without limit unless told otherwise."""

    def write() -> None:
        Address.objects.bulk_create(Address(**{"customer": first(), "city": "Eno", **row}) for row in rows)

    return write


def media(*rows: dict[str, Any]) -> Act:
    """Write phones of the first customer."""

    def write() -> None:
        given = {"customer": first(), "kind": "phone", "value": "050 1", "is_main": False}
        ContactMedium.objects.bulk_create(ContactMedium(**{**given, **row}) for row in rows)

    return write


def hold(**values: Any) -> Act:
    def write() -> None:
        Hold.objects.bulk_create([Hold(**{"customer": first(), "reason": "debt", "review_on": DAY, **values})])

    return write


def until(day: dt.date) -> dict[str, Any]:
    return {"until_on": day}


def since(day: dt.date) -> dict[str, Any]:
    return {"from_on": day}


CASES: dict[str, Case] = {
    "customer_has_number": case(Customer, customer(number="")),
    "customer_organisation_has_no_identity_code": case(
        Customer,
        customer(kind="organisation", birth_date=BORN, no_code_reason="x"),
        customer(kind="organisation", code=True),
    ),
    "customer_birth_date_only_without_code": case(
        Customer, customer(code=True, birth_date=BORN, no_code_reason="asuu ulkomailla")
    ),
    "customer_birth_date_has_reason": case(
        Customer, customer(birth_date=BORN), customer(kind="sole_trader", birth_date=BORN)
    ),
    "customer_kind_is_known": case(Customer, customer(kind=""), customer(kind="robot"), customer(kind="Person")),
    "customer_language_is_known": case(Customer, customer(language="de"), customer(language="")),
    "customer_person_has_no_business_id": case(Customer, customer(business_id="9990001-6")),
    "identity_code_is_one_persons": case(IdentityCodeIndex, digests(("1", 7, b"same"), ("2", 7, b"same"))),
    "identity_code_once_per_customer_and_key": case(IdentityCodeIndex, digests(("1", 7, b"one"), ("1", 7, b"two"))),
    # Without it the exclusion, whose range this is, would refuse it less clearly.
    "address_ends_after_it_begins": case(Address, addresses({"from_on": DAY, "until_on": BEFORE}), alone=False),
    "address_kind_is_known": case(Address, addresses({"kind": "holiday"}), addresses({"kind": ""})),
    "address_is_not_empty": case(Address, addresses({"city": ""}), addresses({"city": "", "country": "SE"})),
    "address_one_of_a_kind_at_a_time": case(
        Address,
        addresses({}, {}),
        addresses({}, {"from_on": DAY, "until_on": DAY}),
        addresses(until(DAY), since(DAY)),
        addresses(since(BEFORE), since(DAY)),
        addresses({"from_on": BEFORE, "until_on": DAY}, {"from_on": BEFORE, "until_on": BEFORE}),
    ),
    "contact_medium_is_not_empty": case(ContactMedium, media({"value": ""})),
    "contact_medium_kind_is_known": case(ContactMedium, media({"kind": "fax"}), media({"kind": ""})),
    "contact_medium_once_per_customer": case(
        ContactMedium,
        media({"value": "050 211 5938"}, {"value": "+358 50 2115938"}),
        media({"kind": "email", "value": "a@example.fi"}, {"kind": "email", "value": "A@Example.FI"}),
    ),
    "contact_medium_one_is_used_first": case(
        ContactMedium, media({"value": "050 1", "is_main": True}, {"value": "050 2", "is_main": True})
    ),
    "hold_lifted_after_placed": case(
        Hold, hold(placed_at=timezone.now(), lifted_at=timezone.now() - dt.timedelta(seconds=1))
    ),
    "hold_reason_is_known": case(Hold, hold(reason=""), hold(reason="whim")),
}

ALLOWED: dict[str, Act] = {
    "an organisation with a business ID": customer(kind="organisation", business_id="9990001-6"),
    "a sole trader with an identity code and a business ID": customer(
        kind="sole_trader", business_id="9990001-6", code=True
    ),
    "a birth date with the reason": customer(birth_date=BORN, no_code_reason="asuu ulkomailla"),
    "a person of whom nothing else is known": customer(),
    "a digest under each key": digests(("1", 7, b"one"), ("1", 8, b"one"), ("2", 7, b"two")),
    "an address for a day": addresses({"from_on": DAY, "until_on": DAY}),
    "addresses one after another": addresses(until(BEFORE), since(DAY)),
    "addresses of two kinds at a time": addresses({"kind": "postal"}, {"kind": "invoicing"}),
    "an address with a postal code alone": addresses({"city": "", "postal_code": "81200"}),
    "several numbers, one used first": media({"value": "050 1", "is_main": True}, {"value": "050 2"}),
    "a first phone and a first e-mail": media({"is_main": True}, {"kind": "email", "value": "a@b", "is_main": True}),
    "a hold for a reason": hold(),
}


def test_every_constraint_is_tried_here() -> None:
    assert set(CASES) == names_of("customers")


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it(name: str) -> None:
    assert_refused(name, CASES[name])


@pytest.mark.parametrize("what", ALLOWED)
def test_the_database_takes_it(what: str) -> None:
    ALLOWED[what]()


def test_two_customers_share_an_address_and_a_number() -> None:
    for owner in (first(), second()):
        addresses({"customer": owner})()
        media({"customer": owner, "is_main": True})()
