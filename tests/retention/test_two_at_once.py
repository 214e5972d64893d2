"""Two purges at once, and two batches about one person, leave nothing behind and wait for nobody in vain."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from contracts.models import Contract
from customers.models import Customer
from ilonet_register import ledger
from ilonet_register.models import User
from retention import evidence, services
from retention import purge as night_module
from retention.batch import remove_batch
from retention.models import Evidence, LedgerOutbox, PurgeRun
from retention.rules import rule_named
from tests.conftest import OwnDatabase
from tests.retention.builders import make_contract, make_customer
from tests.stepping import Stepped

ON = dt.date(2026, 11, 24)


def test_two_purges_at_once_leave_nothing_due(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night_module, "BATCH", 7)
    chance, people = random.Random(1), [make_customer() for _ in range(25)]
    for _ in range(60):
        make_contract(chance.choice(people), user=chance.choice(people), payer=chance.choice(people))

    def purge() -> services.Night:
        return services.purge(on=ON, by=User.objects.night(), allowed=1000)

    nights = [Stepped(purge, stop_after=60), Stepped(purge)]
    nights[0].start()
    nights[1].start()
    done = [night.finish() for night in nights]
    assert [night.error for night in done] == [None, None]
    assert [night.result.left for night in done] == [0, 0]
    assert not Contract.objects.exists()
    assert not Customer.objects.exists()
    proofs = list(Evidence.objects.values_list("counts", flat=True))
    assert sum(counts.get("contract", 0) for counts in proofs) == 60
    assert sum(counts.get("customer", 0) for counts in proofs) == 25
    assert {entry.batch for entry in ledger.entries()} == set(Evidence.objects.values_list("batch", flat=True))
    ledger.verify([])


def test_two_batches_that_each_take_one_of_two_contracts_leave_no_customer(own_database: OwnDatabase) -> None:
    rule = rule_named("contracts")
    run = PurgeRun.objects.create(on=ON)
    whole = one_batch_of(rule, run, [make_contract(make_customer()).pk])
    length = len(Stepped(whole).start().finish().statements)
    for moment in range(length + 1):
        owner = make_customer()
        first, second = make_contract(owner), make_contract(owner)
        one = Stepped(one_batch_of(rule, run, [first.pk]), stop_after=moment).start()
        other = Stepped(one_batch_of(rule, run, [second.pk])).start()
        one.finish()
        other.finish()
        assert (one.error, other.error) == (None, None), moment
        assert not Contract.objects.exists(), moment
        assert not Customer.objects.exists(), moment


def one_batch_of(rule, run, ids):  # type: ignore[no-untyped-def]
    return lambda: remove_batch(rule, ids, on=ON, run=run, wait=True)


def test_a_node_that_starts_while_a_batch_is_open_ships_nothing_of_it(own_database: OwnDatabase) -> None:
    rule, run = rule_named("contracts"), PurgeRun.objects.create(on=ON)
    length = len(Stepped(one_batch_of(rule, run, [make_contract(make_customer()).pk])).start().finish().statements)
    evidence.ship()
    shipped = ledger.shipped_batches()
    open_batch = Stepped(one_batch_of(rule, run, [make_contract(make_customer()).pk]), stop_after=length).start()
    assert Contract.objects.count() == 1, "the batch has done all but its commit"
    assert evidence.ship() == 0
    assert ledger.shipped_batches() == shipped
    open_batch.finish()
    assert evidence.ship() == 1
    assert not LedgerOutbox.objects.exists()


def test_what_stays_locked_makes_the_run_unfinished(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    from ilonet_register.locks import locked

    monkeypatch.setattr("retention.batch.PATIENCE", dt.timedelta(milliseconds=50))
    owner = make_customer()
    make_contract(owner), make_contract(make_customer())

    def keep_locked() -> None:
        with transaction.atomic():
            locked(Customer, [owner.pk])

    colleague = Stepped(keep_locked, stop_after=1).start()
    night = services.purge(on=ON, by=User.objects.night(), allowed=10)
    assert (night.lines[0]["purged"], night.left) == (1, 1)
    assert PurgeRun.objects.get().state == PurgeRun.State.UNFINISHED
    colleague.finish()
    assert services.purge(on=ON, by=User.objects.night(), allowed=10).left == 0
    assert not Contract.objects.exists()
