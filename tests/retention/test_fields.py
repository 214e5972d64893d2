"""A field with a purpose of its own leaves earlier than its row, by the same engine (N13.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from customers import services as customers
from customers.models import Customer
from ilonet_register import ledger
from ilonet_register.declarations import declared_otherwise, registry
from ilonet_register.models import LogContent, User
from ilonet_register.purposes import CARE
from retention.rules import rules
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ENDED = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def occupation_leaves_with_the_relationship() -> Iterator[None]:
    fields = dict(registry.of(Customer).fields)
    fields["occupation"] = replace(fields["occupation"], purpose=CARE, blank="")
    with declared_otherwise(Customer, fields=fields):
        yield


def fisher(*, ends_on: dt.date | None) -> Customer:
    customer = make_customer()
    make_contract(customer, ends_on=ends_on)
    return customers.change_basic(customer, by=User.objects.console(), values={"occupation": "kalastaja"})


def test_a_declared_period_of_a_field_is_a_rule() -> None:
    assert [rule.name for rule in rules()] == ["contracts", "roles", "users", "customers.occupation"]


def test_the_field_leaves_on_the_day_after_the_last_role(night: Callable[..., Night]) -> None:
    customer = fisher(ends_on=ENDED)
    night(on=ENDED)
    customer.refresh_from_db()
    assert customer.occupation == "kalastaja"
    done = night(on=ENDED + dt.timedelta(days=1))
    customer.refresh_from_db()
    assert customer.occupation == ""
    assert done.lines[3] == {"rule": "customers.occupation", "due": 1, "purged": 1, "held": 0}
    assert customer.last_name == "Mallikas"


def test_the_field_of_a_customer_in_force_stays(night: Callable[..., Night]) -> None:
    customer = fisher(ends_on=None)
    night(on=dt.date(2090, 1, 1))
    customer.refresh_from_db()
    assert customer.occupation == "kalastaja"


def test_what_the_log_said_of_the_field_goes_with_it_and_no_other_content(night: Callable[..., Night]) -> None:
    customer = fisher(ends_on=ENDED)
    customers.change_basic(customer, by=User.objects.console(), values={"last_name": "Uusinimi"})
    assert "kalastaja" in str(list(LogContent.objects.values_list("content", flat=True)))
    night(on=ENDED + dt.timedelta(days=1))
    left = str(list(LogContent.objects.values_list("content", flat=True)))
    assert "kalastaja" not in left
    assert "Uusinimi" in left


def test_the_ledger_names_model_and_field(night: Callable[..., Night]) -> None:
    customer = fisher(ends_on=ENDED)
    night(on=ENDED + dt.timedelta(days=1))
    (entry,) = ledger.entries()
    label = "customers.customer.uuid:occupation"
    assert entry.payload.as_content()["hashes"] == {label: [ledger.digest(label, customer.uuid)]}


def test_a_field_that_is_blank_already_is_not_due(night: Callable[..., Night]) -> None:
    fisher(ends_on=ENDED)
    night(on=ENDED + dt.timedelta(days=1))
    assert night(on=ENDED + dt.timedelta(days=2)).lines[3]["due"] == 0
