"""Whom somebody else has locked is left for the next run; the others with nothing left go all the same."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from customers.models import Customer
from ilonet_register.locks import locked
from ilonet_register.models import User
from retention import batch, services
from tests.retention.builders import make_customer
from tests.stepping import Stepped

ON = dt.date(2026, 11, 24)


def test_one_locked_person_does_not_keep_the_others(own_database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "PATIENCE", dt.timedelta(milliseconds=50))
    people = [make_customer() for _ in range(20)]
    Customer.objects.update(first_role_on=dt.date(2010, 1, 1))

    def keep() -> None:
        with transaction.atomic():
            locked(Customer, [people[0].pk])

    keeper = Stepped(keep, stop_after=1).start()
    night = services.purge(on=ON, by=User.objects.night(), allowed=100)
    keeper.finish()
    assert (night.people, night.left) == (19, 1)
    assert list(Customer.objects.all()) == [people[0]]
    assert services.purge(on=ON, by=User.objects.night()).people == 1
