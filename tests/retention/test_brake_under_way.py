"""The brake holds a run to what was looked at, each rule under its own, also what goes at the end (N13.2)."""

from __future__ import annotations

import datetime as dt

import pytest

from contracts.models import Contract
from customers.models import Customer
from ilonet_register.models import User
from retention import purge as purge_module
from retention import services
from retention.models import PurgeRun
from tests.retention.builders import make_contract, make_customer

ON = dt.date(2026, 11, 24)


def purge(*, on: dt.date = ON, allowed: int | None = None, only: str = "") -> services.Night:
    return services.purge(on=on, by=User.objects.night(), allowed=allowed, only=only)


@pytest.mark.django_db
def test_rows_that_came_in_after_the_look_are_not_removed_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make_customer()
    make_contract(owner)
    check = purge_module.brake.check

    def look_then_import(*args: object, **options: object) -> None:
        check(*args, **options)  # type: ignore[arg-type]
        for _contract in range(3):
            make_contract(owner)

    monkeypatch.setattr(purge_module.brake, "check", look_then_import)
    with pytest.raises(services.Stopped) as stopped:
        purge(allowed=1)
    assert stopped.value.rows == 4
    assert Contract.objects.count() == 4
    assert PurgeRun.objects.get().state == PurgeRun.State.STOPPED


@pytest.mark.django_db
def test_many_with_nothing_left_whom_no_rule_took_stop_the_night() -> None:
    purge(allowed=0)
    for _person in range(21):
        make_customer()
    Customer.objects.update(first_role_on=dt.date(2010, 1, 1))
    with pytest.raises(services.Stopped):
        purge(on=ON + dt.timedelta(days=1))
    assert Customer.objects.count() == 21
    assert purge(on=ON + dt.timedelta(days=1), allowed=21).people == 21


@pytest.mark.django_db
def test_a_run_of_one_rule_is_no_first_run_of_the_others() -> None:
    for _contract in range(3):
        make_contract(make_customer())
    purge(only="users", allowed=0)
    with pytest.raises(services.Stopped):
        purge()
    assert Contract.objects.count() == 3


@pytest.mark.django_db
def test_runs_of_one_rule_do_not_hide_that_another_has_paused() -> None:
    purge(allowed=0)
    make_contract(make_customer())
    for month in range(1, 5):
        purge(on=ON + month * dt.timedelta(days=30), only="users")
    with pytest.raises(services.Stopped):
        purge(on=ON + dt.timedelta(days=120))
    assert Contract.objects.count() == 1
