"""What PostgreSQL keeps for its planner holds no value of what was removed, nor does a dump with statistics."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from customers.models import Customer
from ilonet_register.models import User
from retention import services
from tests.retention.builders import make_contract, make_customer

ON = dt.date(2026, 11, 24)
FOUND = """SELECT tablename, attname FROM pg_stats
           WHERE histogram_bounds::text ILIKE %(name)s OR most_common_vals::text ILIKE %(name)s"""


def samples_with(name: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"name": f"%{name}%"})
        return list(cursor.fetchall())


@pytest.mark.parametrize("who_stays", [0, 3])
def test_no_sample_holds_a_removed_name(own_database: object, who_stays: int) -> None:
    for number in range(30):
        make_contract(make_customer(f"Tilastonimi{number}"))
    for _person in range(who_stays):
        make_contract(make_customer("Jaava"), ends_on=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert samples_with("tilastonimi")
    services.purge(on=ON, by=User.objects.night(), allowed=1000)
    assert Customer.objects.count() == who_stays
    assert samples_with("tilastonimi") == []
