"""The cast stands as its docstrings say."""

from __future__ import annotations

import datetime as dt

import pytest

from contracts.models import Contract
from tests import people

pytestmark = pytest.mark.django_db


def test_the_cast_has_a_contract_in_force_and_one_that_ended_seven_years_ago(today: dt.date) -> None:
    cast = people.cast()
    status = dict(Contract.objects.with_status(on=today).values_list("number", "status"))
    assert status[cast.fibre.number] == "active"
    assert status[cast.ended.number] == "ended"
    assert cast.aino.identity_code.masked == "131052-****"
    assert people.clerk("invoicing").rights == {"invoicing"}
