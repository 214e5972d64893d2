"""Every service that changes a row about people locks these people first, in the order of their ids.

The purge relies on it: what it has locked and looked at can then no longer change.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts import services as contracts
from contracts.models import Contract, Product
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import User
from retention import services as retention
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)
ADDRESS = {"street_address": "Mallitie 2", "postal_code": "82900", "city": "Ilomantsi"}


@pytest.fixture(autouse=True)
def fibre() -> Product:
    return Product.objects.create(name="Kuitu")


def draft(owner: Customer) -> Contract:
    fibre = Product.objects.get(name="Kuitu")
    return contracts.create_contract(
        by=User.objects.console(),
        owner=owner,
        values={"starts_on": DAY, "seller": "Myyjä"},
        subscriptions=[contracts.NewSubscription(fibre, "Tie 1", "82900", "I")],
    )


def paused(owner: Customer) -> Contract:
    return contracts.pause(make_contract(owner, ends_on=None), by=User.objects.console())


def take_away(medium: Any, by: User) -> None:
    with retention.removing(by=by):
        retention.remove_part(medium, by=by, on=DAY)


# What is prepared, and the call of the service that is looked at.
CALLS: dict[str, tuple[Callable[[], Any], Callable[[Any, User], Any]]] = {
    "customers.change_basic": (
        make_customer,
        lambda c, by: customers.change_basic(c, by=by, values={"language": "sv"}),
    ),
    "customers.change_contact_details": (
        make_customer,
        lambda c, by: customers.change_contact_details(c, by=by, on=DAY, address=ADDRESS, phone="050 1", email=""),
    ),
    "customers.add_medium": (
        make_customer,
        lambda c, by: customers.add_medium(c, by=by, kind="phone", value="050 111"),
    ),
    "customers.move_house": (
        make_customer,
        lambda c, by: customers.move_house(c, by=by, on=DAY, kinds=["postal"], address=ADDRESS),
    ),
    "customers.continue_address": (
        make_customer,
        lambda c, by: customers.continue_address(c, by=by, kind="postal", ended_on=DAY, until_on=None),
    ),
    "customers.place_hold": (
        make_customer,
        lambda c, by: customers.place_hold(c, by=by, reason="debt", review_on=DAY),
    ),
    "customers.lift_hold": (
        lambda: customers.place_hold(make_customer(), by=User.objects.console(), reason="debt", review_on=DAY),
        lambda hold, by: customers.lift_hold(hold, by=by),
    ),
    "contracts.create_contract": (make_customer, lambda c, by: draft(c)),
    "contracts.confirm": (lambda: draft(make_customer()), lambda c, by: contracts.confirm(c, by=by)),
    "contracts.terminate": (
        lambda: make_contract(make_customer(), ends_on=None),
        lambda c, by: contracts.terminate(c, notice_on=DAY, ends_on=DAY, by=by),
    ),
    "contracts.change_contract": (
        lambda: make_contract(make_customer()),
        lambda c, by: contracts.change_contract(c, by=by, values={"seller": "Toinen"}),
    ),
    "contracts.pause": (
        lambda: make_contract(make_customer(), ends_on=None),
        lambda c, by: contracts.pause(c, by=by),
    ),
    "contracts.resume": (lambda: paused(make_customer()), lambda c, by: contracts.resume(c, by=by)),
    "contracts.call_off": (
        lambda: make_contract(make_customer(), ends_on=None),
        lambda c, by: contracts.call_off(c, on=DAY, by=by),
    ),
    "contracts.change_role": (
        lambda: make_contract(make_customer(), ends_on=None),
        lambda c, by: contracts.change_role(c, by=by, kind="payer", customer=c.roles.first().customer, on=DAY),
    ),
    "contracts.continue_role": (
        lambda: make_contract(make_customer(), ends_on=None),
        lambda c, by: contracts.continue_role(
            c, by=by, kind="payer", instead_of=c.roles.first().customer, ended_on=DAY, ends_on=None
        ),
    ),
    "contracts.move_subscription": (
        lambda: make_contract(make_customer()).subscriptions.get(),
        lambda s, by: contracts.move_subscription(s, by=by, address=ADDRESS),
    ),
    "contracts.hold_contract": (
        lambda: make_contract(make_customer()),
        lambda c, by: contracts.hold_contract(c, by=by, reason="debt", review_on=DAY),
    ),
    "retention.remove_part": (
        lambda: make_customer().contact_media.get(),
        take_away,
    ),
}
# New people have nobody to lock; the night locks by itself, batch by batch.
# The catalogue is about nobody; `removing` only begins what locks.
NOBODY_YET = {
    "customers.create_customer",
    "retention.purge",
    "retention.removing",
    "contracts.add_product",
    "contracts.change_product",
}


def services_of(module: ModuleType, name: str) -> set[str]:
    """The public functions that act in somebody's name."""
    public = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
    functions = ((n, getattr(module, n)) for n in public)
    return {
        f"{name}.{n}"
        for n, function in functions
        if inspect.isfunction(function)
        and function.__module__.split(".")[0] == name
        and "by" in inspect.signature(function).parameters
    }


def test_every_service_is_looked_at_here() -> None:
    found = (
        services_of(customers, "customers") | services_of(contracts, "contracts") | services_of(retention, "retention")
    )
    assert found == set(CALLS) | NOBODY_YET


@pytest.mark.parametrize("name", CALLS)
def test_people_are_locked_before_anything_else_is_locked_or_written(name: str) -> None:
    prepare, call = CALLS[name]
    prepared, by = prepare(), User.objects.console()
    with CaptureQueriesContext(connection) as queries:
        call(prepared, by)
    statements = [query["sql"] for query in queries]
    acting = [sql for sql in statements if "FOR UPDATE" in sql or sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert acting, "the service did nothing"
    assert acting[0].startswith("SELECT")
    assert 'FROM "customers_customer"' in acting[0]
    assert re.search(r'ORDER BY ("customers_customer"."id"|1) ASC FOR UPDATE', acting[0])
