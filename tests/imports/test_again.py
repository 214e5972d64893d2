"""Files that come again, each month: what changed changes, what was changed here stays, who was removed stays away."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts import services as contracts_services
from contracts.imports.rejects import write_rejected
from contracts.imports.run import Rejected, Report
from contracts.models import Contract, Role
from customers import services
from customers.models import Customer
from ilonet_register.models import LogContent, LogEntry, User
from retention import services as retention
from tests.imports.conftest import TODAY
from tests.imports.files import CODES, contract, customer

TWO = [customer(identity_code=CODES[0]), customer(customer_number="20002", identity_code=CODES[1])]
LONG_AGO = {"starts_on": "1.1.2015", "ends_on": "1.1.2020", "signed_on": ""}


def console() -> User:
    return User.objects.console()


def test_what_changed_is_written_and_put_on_record(bring: Callable[..., Report]) -> None:
    bring(customers=TWO, contracts=[contract()])
    changed = [customer(identity_code=CODES[0], last_name="Niemi", phone="044 123 4567"), TWO[1]]
    report = bring(customers=changed, contracts=[contract(ends_on="31.12.2027", product="Kuitu 1000/1000")])
    assert report.counts["updated"] == {"customers": 1, "contracts": 1, "subscriptions": 1}
    assert report.counts["unchanged"]["customers"] == 1
    found = Customer.objects.get(number="20001")
    assert (found.last_name, found.contact_media.get(kind="phone").value) == ("Niemi", "044 123 4567")
    assert Contract.objects.get().ends_on == dt.date(2027, 12, 31)
    contents = [c.content["changes"] for c in LogContent.objects.filter(entry__actor=console())]
    assert {"last_name": ["Määttä", "Niemi"]} in contents
    assert {"ends_on": [None, "2027-12-31"]} in contents
    assert {"value": ["050 211 5938", "044 123 4567"]} in contents
    assert {"product": ["Kuitu 200/200", "Kuitu 1000/1000"]} in contents


def test_another_spelling_of_a_phone_is_the_same_phone(bring: Callable[..., Report]) -> None:
    bring(customers=TWO)
    bring(customers=[customer(identity_code=CODES[0], phone="+358 50 2115938")])
    assert Customer.objects.get(number="20001").contact_media.filter(kind="phone").count() == 1


def test_what_was_changed_here_is_listed_and_kept(bring: Callable[..., Report]) -> None:
    bring(customers=TWO)
    services.change_basic(Customer.objects.get(number="20001"), by=console(), values={"occupation": "kalastaja"})
    report = bring(customers=TWO)
    assert report.kept_ours == ["20001"]
    assert Customer.objects.get(number="20001").occupation == "kalastaja"
    report = bring(customers=TWO, overwrite=True)
    assert (report.kept_ours, report.counts["updated"]["customers"]) == ([], 1)
    assert Customer.objects.get(number="20001").occupation == "opettaja"
    assert bring(customers=TWO).counts["unchanged"]["customers"] == 2


def test_a_changed_owner_ends_the_former_role_the_day_before(bring: Callable[..., Report]) -> None:
    bring(customers=TWO, contracts=[contract(user_number="20001", payer_number="20001")])
    bring(contracts=[contract(customer_number="20002", user_number="20001", payer_number="20001")])
    owners = Role.objects.filter(kind="owner").order_by("from_on")
    assert list(owners.values_list("customer__number", "from_on", "ends_on")) == [
        ("20001", dt.date(2021, 1, 15), TODAY - dt.timedelta(days=1)),
        ("20002", TODAY, None),
    ]
    assert Role.objects.count() == 4
    assert LogEntry.objects.filter(event="role.changed").count() == 1


def test_in_an_ended_contract_a_changed_owner_is_a_correction(bring: Callable[..., Report]) -> None:
    bring(customers=TWO, contracts=[contract(ends_on="1.1.2025", user_number="20001", payer_number="20001")])
    bring(contracts=[contract(customer_number="20002", ends_on="1.1.2025", user_number="20001", payer_number="20001")])
    owner = Role.objects.get(kind="owner")
    assert (owner.customer.number, owner.from_on, owner.ends_on) == ("20002", dt.date(2021, 1, 15), None)


def test_a_contract_changed_here_is_kept_whole(bring: Callable[..., Report]) -> None:
    bring(customers=TWO, contracts=[contract()])
    contracts_services.change_role(
        Contract.objects.get(), by=console(), kind="payer", customer=Customer.objects.get(number="20002"), on=TODAY
    )
    report = bring(contracts=[contract()])
    assert report.kept_ours == ["S900001"]
    assert Role.objects.filter(kind="payer", ends_on=None).get().customer.number == "20002"


def test_who_was_purged_stays_away_and_a_new_contract_brings_them_back(bring: Callable[..., Report]) -> None:
    people, old = [TWO[0]], contract(**LONG_AGO)
    bring(customers=people, contracts=[old])
    before = Customer.objects.get().uuid
    retention.purge(on=TODAY, by=User.objects.night(), allowed=10)
    assert not Customer.objects.exists()

    report = bring(customers=people, contracts=[old])
    assert [number for number, _day in report.removed] == ["20001", "S900001"]
    assert report.removed[0][1] == TODAY
    assert not Customer.objects.exists()
    assert not Contract.objects.exists()

    report = bring(customers=people, contracts=[old, contract(contract_number="S2", subscription_number="L2")])
    assert report.returned == ["20001"]
    found = Customer.objects.get()
    assert found.number == "20001"
    assert found.uuid != before
    assert Contract.objects.get().number == "S2"


def test_an_old_file_brings_no_former_owner_back_into_a_contract_that_lives(bring: Callable[..., Report]) -> None:
    old = contract(starts_on="1.1.2010", signed_on="", user_number="20001", payer_number="20001")
    bring(customers=TWO, contracts=[old], on=dt.date(2018, 1, 1))
    new = old | {"customer_number": "20002", "user_number": "20002", "payer_number": "20002"}
    bring(contracts=[new], on=dt.date(2018, 3, 1))
    retention.purge(on=TODAY, by=User.objects.night(), allowed=10)
    assert list(Customer.objects.values_list("number", flat=True)) == ["20002"]
    report = bring(customers=TWO, contracts=[old])
    assert [number for number, _day in report.removed] == ["20001"]
    assert list(Customer.objects.values_list("number", flat=True)) == ["20002"]
    assert set(Role.objects.values_list("customer__number", flat=True)) == {"20002"}


def test_skipping_what_is_bad_writes_the_rest_and_says_what_is_left(
    bring: Callable[..., Report], tmp_path: Path
) -> None:
    people = [TWO[0], customer(customer_number="20003", email="nothing")]
    lines = [
        contract(),
        contract(contract_number="S2", subscription_number="L2", customer_number="20003"),
        contract(contract_number="S3", subscription_number="L3"),
        contract(contract_number="S3", subscription_number="L4", starts_on="never"),
    ]
    with pytest.raises(Rejected):
        bring(customers=people, contracts=lines)
    assert not Customer.objects.exists()
    report = bring(customers=people, contracts=lines, skip_invalid=True)
    assert list(Customer.objects.values_list("number", flat=True)) == ["20001"]
    assert list(Contract.objects.values_list("number", flat=True)) == ["S900001"]
    assert {(f.file, f.line) for f in report.faults} == {
        ("customers.csv", 3), ("contracts.csv", 3), ("contracts.csv", 4), ("contracts.csv", 5),
    }  # fmt: skip
    path, lines_in_it = write_rejected(
        tmp_path / "contracts.csv", [f for f in report.faults if f.file == "contracts.csv"]
    )
    assert lines_in_it == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_text("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in kept[1:]] == ["S2", "S3", "S3"]
    assert kept[0].startswith("contract_number;customer_number")


def test_no_staged_row_outlives_the_run(bring: Callable[..., Report]) -> None:
    from django.db import connection

    bring(customers=TWO, contracts=[contract()])
    assert not [name for name in connection.introspection.table_names() if name.startswith("import_")]
