"""What a person has prevented stays until it is allowed again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts import services as contracts
from contracts.models import Contract, Role
from customers import services as customers
from customers.models import Customer, Hold
from ilonet_register.models import LogContent, LogEntry, User
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)
REVIEW = dt.date(2027, 5, 24)


def hold_contract(contract: Contract) -> Hold:
    return contracts.hold_contract(contract, by=User.objects.console(), reason="dispute", review_on=REVIEW)


def test_a_held_contract_is_not_purged(night: Callable[..., Night]) -> None:
    owner, payer = make_customer(), make_customer()
    held, free = make_contract(owner, payer=payer), make_contract(owner)
    hold_contract(held)
    done = night(on=ON)
    assert done.lines[0] == {"rule": "contracts", "due": 2, "purged": 1, "held": 1}
    assert list(Contract.objects.values_list("pk", flat=True)) == [held.pk]
    assert Role.objects.filter(contract=held).count() == 3
    assert not Contract.objects.filter(pk=free.pk).exists()
    assert Customer.objects.count() == 2


def test_what_is_held_stays_whole_also_for_the_others_in_it(night: Callable[..., Night]) -> None:
    owner, user = make_customer(), make_customer()
    contract = make_contract(owner, user=user)
    customers.place_hold(owner, by=User.objects.console(), reason="debt", review_on=REVIEW)
    done = night(on=ON)
    assert [line["held"] for line in done.lines] == [1, 0, 0]
    assert contract.roles.filter(customer=user).exists()


def test_a_hold_of_a_person_keeps_all_their_contracts(night: Callable[..., Night]) -> None:
    owner = make_customer()
    make_contract(owner), make_contract(make_customer(), payer=owner), make_contract(make_customer())
    customers.place_hold(owner, by=User.objects.console(), reason="debt", review_on=REVIEW)
    assert night(on=ON).lines[0] == {"rule": "contracts", "due": 3, "purged": 1, "held": 2}


def test_a_hold_of_a_person_keeps_the_person_who_has_nothing_left(night: Callable[..., Night]) -> None:
    former, present = make_customer(), make_customer()
    contract = make_contract(former, ends_on=None)
    for kind in ("owner", "user", "payer"):
        contracts.change_role(contract, by=User.objects.console(), kind=kind, customer=present, on=dt.date(2018, 3, 1))
    customers.place_hold(former, by=User.objects.console(), reason="other", review_on=REVIEW)
    assert night(on=ON).people == 0
    assert Customer.objects.filter(pk=former.pk).exists()


def test_a_hold_does_not_lapse_by_itself(night: Callable[..., Night]) -> None:
    hold_contract(make_contract(make_customer()))
    assert night(on=REVIEW + dt.timedelta(days=3650)).lines[0]["held"] == 1


def test_once_lifted_the_record_goes_and_what_was_said_of_it_too(night: Callable[..., Night]) -> None:
    stays = make_customer()
    make_contract(stays, ends_on=None)
    contract = make_contract(stays)
    hold = hold_contract(contract)
    customers.lift_hold(hold, by=User.objects.console())
    assert night(on=ON).lines[0]["purged"] == 1
    assert not Hold.objects.exists(), "its reasons would speak of what is gone"
    about_it = LogEntry.objects.filter(object_uuid=hold.uuid)
    assert about_it.exists()
    assert not LogContent.objects.filter(entry__in=about_it).exists()
    assert Customer.objects.filter(pk=stays.pk).exists()
