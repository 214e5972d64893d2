"""N13.2: the first day purged is the day after the same day six years later; no end, no removal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts import services as contracts
from contracts.models import Contract
from ilonet_register.models import User
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ended", "last_day_kept"),
    [
        (dt.date(2020, 5, 15), dt.date(2026, 5, 15)),
        (dt.date(2020, 2, 29), dt.date(2026, 2, 28)),
        (dt.date(2018, 2, 28), dt.date(2024, 2, 28)),
        (dt.date(2020, 12, 31), dt.date(2026, 12, 31)),
        (dt.date(2020, 3, 29), dt.date(2026, 3, 29)),  # the night in which summer time begins, in both years
        (dt.date(2020, 10, 25), dt.date(2026, 10, 25)),  # and ends
    ],
)
def test_a_contract_is_kept_through_a_day_and_goes_on_the_next(
    ended: dt.date, last_day_kept: dt.date, night: Callable[..., Night]
) -> None:
    make_contract(make_customer(), ends_on=ended, starts_on=dt.date(2010, 1, 1))
    assert night(on=last_day_kept).people == 0
    assert Contract.objects.count() == 1
    assert night(on=last_day_kept + dt.timedelta(days=1)).people == 1
    assert not Contract.objects.exists()


def test_a_contract_without_an_end_is_never_due(night: Callable[..., Night]) -> None:
    make_contract(make_customer(), ends_on=None, starts_on=dt.date(1990, 1, 1))
    assert night(on=dt.date(2099, 12, 31)).lines[0] == {"rule": "contracts", "due": 0, "purged": 0, "held": 0}


def test_a_day_of_notice_is_no_end(night: Callable[..., Night]) -> None:
    contract = make_contract(make_customer(), ends_on=None)
    contracts.terminate(contract, notice_on=dt.date(2016, 1, 1), ends_on=None, by=User.objects.console())
    night(on=dt.date(2099, 12, 31))
    assert Contract.objects.get().terminated_on == dt.date(2016, 1, 1)
    assert Contract.objects.without_end().count() == 1
