"""A contract that holds for nobody any more goes: it would keep an address for ever (design: Shared)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts.models import Contract, Role, Subscription
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import User
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


@pytest.mark.parametrize("contract_ends", [None, dt.date(2022, 1, 1)])
def test_a_contract_goes_with_its_last_role(night: Callable[..., Night], contract_ends: dt.date | None) -> None:
    contract = make_contract(make_customer(), ends_on=contract_ends)
    Role.objects.filter(contract=contract).update(ends_on=dt.date(2018, 1, 1))
    found = night(on=ON)
    assert (Contract.objects.count(), Subscription.objects.count(), Customer.objects.count()) == (0, 0, 0)
    assert found.people == 1


def test_it_stays_while_somebody_holds_it(night: Callable[..., Night]) -> None:
    owner = make_customer()
    contract = make_contract(owner, ends_on=None)
    customers.place_hold(
        owner, by=User.objects.console(), reason="dispute", review_on=ON, record=contract.subscriptions.get().uuid
    )
    Role.objects.filter(contract=contract).update(ends_on=dt.date(2018, 1, 1))
    night(on=ON)
    assert Contract.objects.count() == 1
