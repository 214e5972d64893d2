"""The cast: made-up customers with their contracts, made through the services as a clerk makes them.

Their identity codes have individual numbers from 900 up, which belong to nobody. Every function makes a new row, so
that a test has only the people it names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import count
from typing import Any

from contracts import services as contracts
from contracts.models import Contract, Product
from customers import services as customers
from customers.models import Customer
from ilonet_register import services as accounts
from ilonet_register.models import User

FIBRE_CODE = "131052-900W"
PROTECTED_CODE = "070685-901B"
LEAVER_CODE = "240390-9027"

PASSWORD = "correct horse battery staple"  # noqa: S105 - of accounts that exist in tests only

_accounts = count(1)


def fibre_customer(**values: Any) -> Customer:
    """Aino Määttä, 10234: a private person with an identity code, a phone and an e-mail."""
    return _person(
        "10234",
        {"last_name": "Määttä", "first_names": "Aino Kaarina", **values},
        code=FIBRE_CODE,
        street="Pogostantie 1",
        phone="050 211 5938",
        email="aino.maatta@example.fi",
    )


def protected_customer(**values: Any) -> Customer:
    """Saara Suojala, 10377: under non-disclosure; address, phone and e-mail are not given out."""
    return _person(
        "10377",
        {"last_name": "Suojala", "first_names": "Saara Helena", "non_disclosure": True, **values},
        code=PROTECTED_CODE,
        street="Piilopolku 9",
        phone="044 555 0377",
        email="saara.suojala@example.fi",
    )


def company(**values: Any) -> Customer:
    """Pogostan Leipomo Oy, 10500: an organisation with a business ID."""
    return customers.create_customer(
        by=User.objects.console(),
        number="10500",
        basic={
            "kind": "organisation",
            "organisation_name": "Pogostan Leipomo Oy",
            "business_id": "9990001-6",
            "language": "fi",
            **values,
        },
        address={"street_address": "Kalevalantie 12", "postal_code": "82900", "city": "Ilomantsi"},
        phone="013 881 0500",
        email="leipomo@example.fi",
    )


def former_customer(**values: Any) -> Customer:
    """Lauri Lähtevä, 10088: left seven years ago, so that his contract is due (`ended_contract`)."""
    return _person(
        "10088",
        {"last_name": "Lähtevä", "first_names": "Lauri Ilmari", **values},
        code=LEAVER_CODE,
        street="Möhköntie 44",
        phone="040 700 0088",
    )


def neighbour(**values: Any) -> Customer:
    """Pekka Parviainen, 10655: known by his birth date; has no contract unless a test gives him one."""
    return _person(
        "10655",
        {
            "last_name": "Parviainen",
            "first_names": "Pekka Olavi",
            "birth_date": dt.date(1961, 4, 2),
            "no_code_reason": "asuu ulkomailla",
            **values,
        },
        street="Kalevalantie 4",
        phone="+358 44 900 0655",
    )


def contract_of(owner: Customer, **options: Any) -> Contract:
    """A fibre contract in force since 15.1.2021 at the owner's address unless told otherwise.

    Options: number, product, street, starts_on, ends_on, user, payer, confirm_it, subscription.
    """
    product, _created = Product.objects.get_or_create(name=options.get("product", "Kuitu 200/200"))
    address = owner.addresses.filter(kind="postal").first()
    street = options.get("street") or (address.street_address if address else "Pogostantie 1")
    item = contracts.NewSubscription(product, street, "82900", "Ilomantsi", number=options.get("subscription", ""))
    values = {
        "starts_on": options.get("starts_on", dt.date(2021, 1, 15)),
        "signed_on": options.get("signed_on"),
        "ends_on": options.get("ends_on"),
        "seller": "Maija Myyjä",
        "number": options.get("number", ""),
    }
    return contracts.create_contract(
        by=User.objects.console(),
        owner=owner,
        user=options.get("user"),
        payer=options.get("payer"),
        values=values,
        subscriptions=[item],
        confirm_it=options.get("confirm_it", True),
    )


def ended_contract(owner: Customer, *, ends_on: dt.date = dt.date(2019, 10, 31), **options: Any) -> Contract:
    """A contract that ended seven years before the day of the tests."""
    return contract_of(owner, starts_on=dt.date(2012, 5, 1), ends_on=ends_on, **options)


@dataclass(frozen=True)
class Cast:
    """The people most tests need, with their contracts."""

    aino: Customer
    saara: Customer
    leipomo: Customer
    lauri: Customer
    pekka: Customer
    fibre: Contract
    protected: Contract
    bakery: Contract
    ended: Contract


def cast() -> Cast:
    """Make all: S7000001 (L7000001) of Aino, S7000002 of Saara, S7000003 of the bakery, S7000004 (ended) of Lauri."""
    aino, saara, leipomo, lauri = fibre_customer(), protected_customer(), company(), former_customer()
    return Cast(
        aino=aino,
        saara=saara,
        leipomo=leipomo,
        lauri=lauri,
        pekka=neighbour(),
        fibre=contract_of(aino, number="S7000001", subscription="L7000001"),
        protected=contract_of(saara, number="S7000002"),
        bakery=contract_of(leipomo, number="S7000003", product="Kuitu 1000/1000"),
        ended=ended_contract(lauri, number="S7000004"),
    )


def clerk(*rights: str, name: str = "Maija Mallikas", language: str = "en") -> User:
    """An account that holds these levels and single rights; customer service when none is named."""
    console = User.objects.console()
    user = accounts.create_user(
        email=f"clerk{next(_accounts)}@example.fi", name=name, by=console, password=PASSWORD, language=language
    )
    return accounts.set_grants(user, rights or ("customer_service",), by=console)


def without_rights(name: str = "Ville Vailla") -> User:
    """An account that holds no level at all."""
    console = User.objects.console()
    email = f"clerk{next(_accounts)}@example.fi"
    return accounts.create_user(email=email, name=name, by=console, password=PASSWORD, language="en")


def _person(
    number: str, values: dict[str, Any], *, street: str, phone: str, code: str = "", email: str = ""
) -> Customer:
    return customers.create_customer(
        by=User.objects.console(),
        number=number,
        basic={"kind": "person", "language": "fi", **values},
        identity_code=code,
        address={"street_address": street, "postal_code": "82900", "city": "Ilomantsi"},
        phone=phone,
        email=email,
    )
