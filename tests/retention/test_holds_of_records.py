"""A hold of one record keeps it with all that it hangs on, and keeps its own person: it would go with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from contracts import services as contracts
from contracts.models import Contract, Role
from customers import services as customers
from customers.models import Customer, Hold
from ilonet_register.locks import Removed
from ilonet_register.models import LogContent, User
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)
REVIEW = dt.date(2027, 5, 24)


def console() -> User:
    return User.objects.console()


def hold(customer: Customer, record: object, why: str = "") -> Hold:
    return customers.place_hold(
        customer,
        by=console(),
        reason="dispute",
        review_on=REVIEW,
        record=record.uuid,
        why=why,  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize("named", ["contract", "role", "subscription"])
def test_a_contract_stays_while_it_or_anything_of_it_is_held(night: Callable[..., Night], named: str) -> None:
    owner = make_customer()
    contract = make_contract(owner)
    record = {"contract": contract, "role": contract.roles.first(), "subscription": contract.subscriptions.get()}[named]
    hold(owner, record)
    found = night(on=ON)
    assert found.lines[0] == {"rule": "contracts", "due": 1, "purged": 0, "held": 1}
    assert (Contract.objects.count(), Role.objects.count(), Hold.objects.count()) == (1, 3, 1)


def test_a_former_owner_stays_with_the_roles_while_the_subscription_is_held(night: Callable[..., Night]) -> None:
    former, owner = make_customer(), make_customer()
    contract = make_contract(former, ends_on=None)
    for kind in ("owner", "user", "payer"):
        contracts.change_role(contract, by=console(), kind=kind, customer=owner, on=dt.date(2018, 3, 1))
    hold(former, contract.subscriptions.get())
    night(on=ON)
    assert Role.objects.filter(customer=former).count() == 3
    assert Hold.objects.filter(customer=former).exists()


def test_a_person_stays_while_a_hold_of_theirs_names_what_others_have_now(night: Callable[..., Night]) -> None:
    """An import corrects the roles of an ended contract: the hold is of somebody who is not in it any more."""
    first, second = make_customer(), make_customer()
    contract = make_contract(first)
    hold(first, contract)
    Role.objects.update(customer=second)
    for _night in range(2):
        night(on=ON)
        assert (Customer.objects.count(), Contract.objects.count(), Hold.objects.count()) == (2, 1, 1)


def test_a_hold_that_names_what_is_not_the_customers_is_refused() -> None:
    owner, other = make_customer(), make_customer()
    contract = make_contract(other)
    with pytest.raises(ValidationError):
        hold(owner, contract)
    assert not Hold.objects.exists()


def test_a_lifted_hold_of_a_part_goes_with_it(night: Callable[..., Night]) -> None:
    owner = make_customer()
    make_contract(owner, ends_on=None)
    over = make_contract(owner)
    placed = hold(owner, over.subscriptions.get(), why="SALAISUUS")
    customers.lift_hold(placed, by=console())
    night(on=ON)
    assert Contract.objects.count() == 1
    assert not Hold.objects.exists()
    assert not LogContent.objects.filter(content__icontains="SALAISUUS").exists()


def test_lifting_a_hold_that_went_with_its_record_says_so(night: Callable[..., Night]) -> None:
    owner = make_customer()
    make_contract(owner, ends_on=None)
    placed = hold(owner, make_contract(owner))
    customers.lift_hold(placed, by=console())
    night(on=ON)
    with pytest.raises(Removed):
        customers.lift_hold(placed, by=console())
