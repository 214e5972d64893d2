"""N13.2: a contract goes six years after its end, with all that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts.models import Contract, Role, Subscription
from customers.models import Customer
from ilonet_register.models import LogContent
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
FIRST_DAY_PURGED = dt.date(2026, 5, 16)


def test_a_contract_is_kept_through_its_last_day(night: Callable[..., Night]) -> None:
    make_contract(make_customer(), ends_on=dt.date(2020, 5, 15))
    assert night(on=dt.date(2026, 5, 15)).lines[0]["due"] == 0
    assert Contract.objects.count() == 1


def test_on_the_day_after_it_goes_with_its_lines_and_its_customer(night: Callable[..., Night]) -> None:
    make_contract(make_customer(), ends_on=dt.date(2020, 5, 15))
    done = night(on=FIRST_DAY_PURGED)
    assert done.as_json()["rules"] == [
        {"rule": "contracts", "due": 1, "purged": 1, "held": 0},
        {"rule": "roles", "due": 0, "purged": 0, "held": 0},
        {"rule": "users", "due": 0, "purged": 0, "held": 0},
    ]
    assert done.people == 1
    for model in (Contract, Subscription, Role, Customer, LogContent):
        assert not model.objects.exists(), model
