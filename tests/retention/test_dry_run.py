"""The dry run tells exactly what the night then does, and writes nothing."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest

from contracts import services as contracts
from contracts.models import Contract
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import User
from retention import services
from retention.models import Evidence, PurgeRun
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


def a_register(seed: int) -> None:
    """Contracts of all kinds: ended long ago and lately, shared, handed over, held."""
    chance, console = random.Random(seed), User.objects.console()
    people = [make_customer() for _ in range(12)]
    for _ in range(25):
        owner, user, payer, heir = chance.choices(people, k=4)
        end = chance.choice([None, *(dt.date(2020, 11, 24) + dt.timedelta(days=d) for d in (-900, -1, 0, 1, 900))])
        contract = make_contract(owner, user=user, payer=payer, ends_on=end)
        if chance.random() < 0.4:
            kind = chance.choice(["owner", "user", "payer"])
            on = dt.date(2016, 1, 1) + dt.timedelta(days=chance.randrange(400))
            contracts.change_role(contract, by=console, kind=kind, customer=heir, on=on)
        if chance.random() < 0.2:
            contracts.hold_contract(contract, by=console, reason="dispute", review_on=ON)
    customers.place_hold(chance.choice(people), by=console, reason="debt", review_on=ON)


@pytest.mark.parametrize("seed", range(6))
def test_the_dry_run_is_the_real_run(seed: int, night: Callable[..., Night]) -> None:
    a_register(seed)
    expected = services.dry_run(on=ON).as_json()
    before = Contract.objects.count(), Customer.objects.count()
    real = night(on=ON).as_json()
    after = Contract.objects.count(), Customer.objects.count()
    assert {**real, "run": None, "dry_run": True} == expected
    assert sum(line["purged"] for line in expected["rules"]) > 0
    assert before[0] - after[0] == expected["rules"][0]["purged"]
    assert before[1] - after[1] == expected["customers_removed"]


def test_a_single_rule_foretells_its_own_part_only(night: Callable[..., Night]) -> None:
    a_register(1)
    expected = services.dry_run(on=ON, only="roles").as_json()
    assert {**night(on=ON, only="roles").as_json(), "run": None, "dry_run": True} == expected


def test_the_dry_run_writes_nothing() -> None:
    make_contract(make_customer())
    services.dry_run(on=ON)
    assert Contract.objects.count() == 1
    assert not PurgeRun.objects.exists()
    assert not Evidence.objects.exists()


def test_after_a_night_nothing_is_due(night: Callable[..., Night]) -> None:
    a_register(2)
    night(on=ON)
    again = services.dry_run(on=ON)
    assert [line["due"] - line["held"] for line in again.lines] == [0, 0, 0]
    assert again.people == 0
