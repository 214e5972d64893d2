"""Each person's six years count from the end of their own last role in the contract (N6.1, N13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts import services as contracts
from contracts.models import Contract, Role
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import LogContent, LogEntry, User
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
CHANGED = dt.date(2018, 3, 1)  # the former role ended on 28.2.2018
LAST_DAY_KEPT = dt.date(2024, 2, 28)


def change(contract: Contract, customer: Customer, *kinds: str) -> None:
    for kind in kinds:
        contracts.change_role(contract, by=User.objects.console(), kind=kind, customer=customer, on=CHANGED)


def test_a_former_owner_goes_while_the_contract_lives(night: Callable[..., Night]) -> None:
    former, present = make_customer("Entinen"), make_customer("Nykyinen")
    contract = make_contract(former, ends_on=None)
    change(contract, present, "owner", "user", "payer")
    assert night(on=LAST_DAY_KEPT).people == 0
    done = night(on=LAST_DAY_KEPT + dt.timedelta(days=1))
    assert done.lines[1] == {"rule": "roles", "due": 3, "purged": 3, "held": 0}
    assert done.people == 1
    assert list(Customer.objects.all()) == [present]
    assert Contract.objects.filter(pk=contract.pk).exists()
    assert set(Role.objects.values_list("customer_id", flat=True)) == {present.pk}


def test_someone_who_still_pays_keeps_the_ended_roles_in_that_contract(night: Callable[..., Night]) -> None:
    former, present = make_customer(), make_customer()
    contract = make_contract(former, ends_on=None)
    change(contract, present, "owner", "user")
    assert night(on=dt.date(2026, 11, 24)).lines[1]["due"] == 0
    assert Role.objects.filter(customer=former).count() == 3


def test_the_log_forgets_what_it_said_of_a_removed_role_only(night: Callable[..., Night]) -> None:
    former, present = make_customer(), make_customer()
    contract = make_contract(former, ends_on=None)
    change(contract, present, "owner", "user", "payer")
    gone = set(Role.objects.filter(customer=former).values_list("uuid", flat=True))
    night(on=dt.date(2026, 11, 24))
    kept = set(LogContent.objects.values_list("entry__object_uuid", flat=True))
    assert not kept & gone
    assert LogEntry.objects.filter(object_uuid__in=gone).exists(), "who did what when stays"
    assert contract.uuid in kept
    assert set(Role.objects.values_list("uuid", flat=True)) <= kept


def test_a_renewal_of_the_contract_prolongs_the_roles_that_end_with_it(night: Callable[..., Night]) -> None:
    contract = make_contract(make_customer())
    contracts.change_contract(contract, by=User.objects.console(), values={"ends_on": dt.date(2025, 1, 1)})
    assert [line["due"] for line in night(on=dt.date(2026, 11, 24)).lines] == [0, 0, 0]


def test_a_former_owner_of_a_due_and_held_contract_stays_with_it(night: Callable[..., Night]) -> None:
    former, present = make_customer(), make_customer()
    contract = make_contract(former)
    change(contract, present, "owner", "user", "payer")
    contracts.hold_contract(contract, by=User.objects.console(), reason="dispute", review_on=dt.date(2027, 1, 1))
    assert [line["purged"] for line in night(on=dt.date(2026, 11, 24)).lines] == [0, 0, 0]
    assert Customer.objects.count() == 2


def test_a_hold_of_the_present_owner_does_not_keep_a_former_one(night: Callable[..., Night]) -> None:
    former, present = make_customer(), make_customer()
    contract = make_contract(former, ends_on=None)
    change(contract, present, "owner", "user", "payer")
    customers.place_hold(present, by=User.objects.console(), reason="debt", review_on=dt.date(2027, 1, 1))
    assert night(on=dt.date(2026, 11, 24)).people == 1
    assert list(Customer.objects.all()) == [present]
