"""What goes of a person and when, read from the same declarations as the night reads (N13.1, N13.2)."""

from __future__ import annotations

import datetime as dt

import pytest

from contracts import services as contracts
from customers import services as customers
from customers.models import Customer
from ilonet_register.models import User
from ilonet_register.periods import ONE_DAY
from retention import services
from retention.forecast_of_person import forecast_of_person, kept_through
from tests import people

pytestmark = pytest.mark.django_db


def test_while_a_contract_runs_no_day_can_be_named(today: dt.date) -> None:
    cast = people.cast()
    contract, person = forecast_of_person(cast.aino, on=today)
    assert (contract.count, contract.kept_through) == (1, None)
    assert (person.is_person, person.kept_through) == (True, None)


def test_the_longest_record_keeps_the_person(today: dt.date) -> None:
    cast = people.cast()
    people.ended_contract(cast.lauri, ends_on=dt.date(2024, 2, 29))
    contract, person = forecast_of_person(cast.lauri, on=today)
    assert (contract.count, contract.kept_through) == (2, dt.date(2030, 2, 28))
    assert person.kept_through == dt.date(2030, 2, 28)


def test_a_former_owners_years_count_from_the_own_last_role(today: dt.date) -> None:
    cast = people.cast()
    for kind in ("owner", "user", "payer"):
        contracts.change_role(cast.fibre, by=_console(), kind=kind, customer=cast.pekka, on=dt.date(2024, 5, 1))
    assert kept_through(cast.aino, on=today) == dt.date(2030, 4, 30)
    assert kept_through(cast.pekka, on=today) is None


def test_who_never_had_a_role_has_no_day(today: dt.date) -> None:
    assert [line.is_person for line in forecast_of_person(people.neighbour(), on=today)] == [True]


def test_a_hold_is_counted(today: dt.date) -> None:
    cast = people.cast()
    contracts.hold_contract(cast.fibre, by=_console(), reason="debt", review_on=today)
    assert [line.held for line in forecast_of_person(cast.aino, on=today)] == [1, 0]
    customers.place_hold(cast.aino, by=_console(), reason="debt", review_on=today)
    assert [line.held for line in forecast_of_person(cast.aino, on=today)] == [1, 1]


@pytest.mark.parametrize("ends_on", [dt.date(2020, 11, 17), dt.date(2020, 2, 29), dt.date(2019, 10, 31)])
def test_the_night_removes_on_the_day_after_the_forecast_and_not_before(ends_on: dt.date) -> None:
    cast = people.cast()
    contracts.change_contract(cast.ended, by=_console(), values={"ends_on": ends_on})
    last = kept_through(cast.lauri, on=ends_on)
    assert last is not None
    services.purge(by=User.objects.night(), on=last, allowed=100)
    assert Customer.objects.filter(pk=cast.lauri.pk).exists()
    services.purge(by=User.objects.night(), on=last + ONE_DAY, allowed=100)
    assert not Customer.objects.filter(pk=cast.lauri.pk).exists()


def _console() -> User:
    return User.objects.console()
