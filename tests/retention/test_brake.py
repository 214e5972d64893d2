"""A night that would take unusually much, or at an unusual time, waits for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts.models import Contract
from ilonet_register.models import User
from retention import services
from retention.models import PurgeRun
from retention.services import Night, Stopped
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


def by_itself(on: dt.date) -> Night:
    """A night at which nobody has looked."""
    return services.purge(on=on, by=User.objects.night())


def test_the_first_real_run_stops_whatever_its_size() -> None:
    make_contract(make_customer())
    with pytest.raises(Stopped) as stopped:
        by_itself(ON)
    assert stopped.value.rows == 1
    assert Contract.objects.count() == 1
    assert PurgeRun.objects.get().state == PurgeRun.State.STOPPED


def test_a_stopped_first_run_does_not_count_as_a_run() -> None:
    for _ in range(2):
        with pytest.raises(Stopped):
            by_itself(ON)


def test_after_the_first_a_small_night_runs_by_itself(night: Callable[..., Night]) -> None:
    night(on=ON)
    for _ in range(20):
        make_contract(make_customer())
    assert by_itself(ON + dt.timedelta(days=1)).lines[0]["purged"] == 20


def test_a_night_above_twenty_rows_and_one_percent_stops(night: Callable[..., Night]) -> None:
    night(on=ON)
    owner = make_customer()
    for _ in range(21):
        make_contract(owner)
    with pytest.raises(Stopped) as stopped:
        by_itself(ON + dt.timedelta(days=1))
    assert stopped.value.rows == 21
    assert Contract.objects.count() == 21


def test_what_goes_with_its_contract_is_not_counted_twice() -> None:
    make_contract(make_customer(), user=make_customer(), payer=make_customer())
    with pytest.raises(Stopped) as stopped:
        by_itself(ON)
    assert stopped.value.rows == 1


def test_more_than_was_allowed_stops_again(night: Callable[..., Night]) -> None:
    make_contract(make_customer()), make_contract(make_customer())
    with pytest.raises(Stopped):
        night(on=ON, allowed=1)
    assert Contract.objects.count() == 2
    assert night(on=ON, allowed=2).lines[0]["purged"] == 2


def test_held_rows_need_no_allowance(night: Callable[..., Night]) -> None:
    from contracts import services as contracts

    contract = make_contract(make_customer())
    contracts.hold_contract(contract, by=User.objects.console(), reason="dispute", review_on=ON)
    assert night(on=ON, allowed=0).lines[0]["held"] == 1


@pytest.mark.parametrize(("days", "stops"), [(-1, True), (0, False), (1, False), (31, False), (32, True)])
def test_a_run_at_an_unusual_time_stops(days: int, stops: bool, night: Callable[..., Night]) -> None:
    night(on=ON)
    if stops:
        with pytest.raises(Stopped):
            by_itself(ON + dt.timedelta(days=days))
    else:
        by_itself(ON + dt.timedelta(days=days))
