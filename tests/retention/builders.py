"""Customers and contracts of the purge tests, made through the services as a clerk makes them."""

from __future__ import annotations

import datetime as dt
from itertools import count

from contracts import services as contracts
from contracts.models import Contract, Product
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import User

NOTHING_LEFT_ON = dt.date(2026, 11, 24)
LONG_AGO = dt.date(2020, 5, 15)

_numbers = count(1)


def make_customer(last_name: str = "Mallikas") -> Customer:
    """A private person who can be reached and is known by a birth date."""
    return customers.create_customer(
        by=User.objects.console(),
        basic={
            "kind": "person",
            "last_name": last_name,
            "first_names": "Testi",
            "language": "fi",
            "birth_date": dt.date(1970, 1, 1),
            "no_code_reason": "asuu ulkomailla",
        },
        address={"street_address": "Mallitie 1", "postal_code": "82900", "city": "Ilomantsi"},
        phone="050 000 0000",
    )


def make_contract(
    owner: Customer,
    *,
    ends_on: dt.date | None = LONG_AGO,
    user: Customer | None = None,
    payer: Customer | None = None,
    starts_on: dt.date = dt.date(2015, 1, 1),
    number: str = "",
) -> Contract:
    """A confirmed contract with one subscription; ended long ago unless told otherwise."""
    product, _ = Product.objects.get_or_create(name="Kuitu 200/200")
    return contracts.create_contract(
        by=User.objects.console(),
        owner=owner,
        user=user,
        payer=payer,
        values={
            "number": number or f"T{next(_numbers):06}",
            "starts_on": starts_on,
            "ends_on": ends_on,
            "seller": "Myyjä",
        },
        subscriptions=[contracts.NewSubscription(product, "Mallitie 1", "82900", "Ilomantsi")],
        confirm_it=True,
    )
