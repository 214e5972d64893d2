"""What was removed here is no fault, whatever its old lines say; the monthly file goes in all the same (N13.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts.imports.run import Rejected, Report
from contracts.models import Contract, Role
from customers.models import Customer
from ilonet_register.models import User
from retention import services as retention
from tests.imports.conftest import TODAY
from tests.imports.files import CODES, contract, customer

OLD_PERSON = customer(identity_code=CODES[0])
OTHER = customer(customer_number="20002", identity_code=CODES[1], phone="050 211 5939", email="b@example.fi")
OVER = {"starts_on": "1.1.2010", "signed_on": "", "ends_on": "1.1.2015"}
OLD = contract(**OVER)
Bring = Callable[..., Report]


def purge() -> None:
    retention.purge(on=TODAY, by=User.objects.night(), allowed=100)


@pytest.fixture
def gone(bring: Bring) -> None:
    bring(customers=[OLD_PERSON], contracts=[OLD])
    purge()
    assert not Customer.objects.exists()


def test_their_code_and_subscription_may_be_somebody_elses_now(gone: None, bring: Bring) -> None:
    again = OLD_PERSON | {"customer_number": "20009"}
    now = contract(contract_number="S2", customer_number="20009")
    bring(customers=[again], contracts=[now])
    report = bring(customers=[OLD_PERSON, again], contracts=[OLD, now])
    assert [number for number, _day in report.removed] == ["20001", "S900001"]
    assert list(Customer.objects.values_list("number", flat=True)) == ["20009"]


def test_a_faulty_line_of_theirs_is_no_fault(gone: None, bring: Bring) -> None:
    report = bring(
        customers=[OLD_PERSON | {"email": "nothing"}, OTHER],
        contracts=[OLD | {"starts_on": "never"}, contract(contract_number="S2", customer_number="20002")],
    )
    assert {number for number, _day in report.removed} == {"20001", "S900001"}
    assert len(report.faults) == 0


def test_a_living_contract_may_name_a_payer_who_was_removed(bring: Bring) -> None:
    living = contract(customer_number="20002", starts_on="1.1.2010", signed_on="", payer_number="20001")
    bring(customers=[OLD_PERSON, OTHER], contracts=[living], on=dt.date(2018, 1, 1))
    bring(contracts=[living | {"payer_number": "20002"}], on=dt.date(2018, 3, 1))
    purge()
    assert list(Customer.objects.values_list("number", flat=True)) == ["20002"]
    report = bring(contracts=[living])
    assert len(report.faults) == 0
    assert set(Role.objects.values_list("customer__number", flat=True)) == {"20002"}


def test_a_new_contract_of_theirs_asks_for_their_line(gone: None, bring: Bring) -> None:
    with pytest.raises(Rejected) as rejected:
        bring(contracts=[contract(contract_number="S2", subscription_number="L2")])
    assert [fault.column for fault in rejected.value.faults] == ["customer_number"]
    assert not Contract.objects.exists()
