"""Each batch proves what it did: evidence in the database, keyed hashes in both mirrors of the ledger."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.models import Contract
from ilonet_register import ledger
from retention import evidence
from retention.destroy import Destroyed
from retention.models import Evidence, LedgerOutbox, PurgeRun
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


def test_evidence_counts_what_went_and_names_nobody(night: Callable[..., Night]) -> None:
    owner = make_customer("Salaperäinen")
    contract = make_contract(owner)
    done = night(on=ON)
    proof = Evidence.objects.get()
    assert proof.run_id == done.run
    assert proof.counts["contract"] == 1
    assert proof.counts["subscription"] == 1
    assert proof.counts["role"] == 3
    assert proof.counts["customer"] == 1
    assert proof.counts["log content"] >= 5
    assert contract.number not in str(vars(proof))
    assert "Salaperäinen" not in str(vars(proof))


def test_the_ledger_knows_numbers_and_identifiers_by_their_hash_alone(
    night: Callable[..., Night], ledger_folders: tuple[Path, Path]
) -> None:
    owner = make_customer()
    contract = make_contract(owner)
    subscription = contract.subscriptions.get()
    night(on=ON)
    ledger.verify([])
    (entry,) = ledger.entries()
    assert entry.batch == Evidence.objects.get().batch
    hashes = entry.payload.as_content()["hashes"]
    for label, value in {
        "contracts.contract.uuid": contract.uuid,
        "contracts.contract.number": contract.number,
        "contracts.subscription.number": subscription.number,
        "customers.customer.uuid": owner.uuid,
        "customers.customer.number": owner.number,
    }.items():
        assert hashes[label] == [ledger.digest(label, value)], label
    for folder in ledger_folders:
        text = "".join(path.read_text() for path in folder.rglob("*.json"))
        assert text
        assert contract.number not in text
        assert str(owner.uuid) not in text


def test_the_hashes_leave_the_outbox_once_shipped(night: Callable[..., Night]) -> None:
    make_contract(make_customer())
    night(on=ON)
    assert not LedgerOutbox.objects.exists()


def test_nothing_is_removed_while_a_mirror_cannot_be_written(
    night: Callable[..., Night], ledger_folders: tuple[Path, Path]
) -> None:
    night(on=ON)  # the mirrors exist now
    make_contract(make_customer())
    shutil.rmtree(ledger_folders[1])
    with pytest.raises(ledger.LedgerError):
        night(on=ON)
    assert Contract.objects.count() == 1
    assert not Evidence.objects.exists()


def test_what_a_crash_left_unshipped_is_shipped_by_the_next_run(night: Callable[..., Night]) -> None:
    run = PurgeRun.objects.create(on=ON)
    left = evidence.write(
        run=run, rule="contracts", on=ON, destroyed=Destroyed(hashes={"a.b": [ledger.digest("a.b", "1")]})
    )
    night(on=ON)
    assert [entry.batch for entry in ledger.entries()] == [left.batch]
    assert not LedgerOutbox.objects.exists()


def test_shipping_twice_changes_nothing(night: Callable[..., Night]) -> None:
    make_contract(make_customer())
    night(on=ON)
    assert evidence.ship() == 0
    assert len(list(ledger.entries())) == 1
