"""A file that is imported while a night runs, or after one that was killed, brings nobody back (N13.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from contracts.imports.run import Report
from contracts.models import Contract
from customers.models import Customer
from ilonet_register.models import User
from retention import services
from retention.batch import remove_batch
from retention.models import LedgerOutbox, PurgeRun
from retention.rules import rule_named
from tests.imports.conftest import TODAY
from tests.imports.files import contract, customer
from tests.stepping import Stepped

OVER = {"starts_on": "1.1.2010", "signed_on": "", "ends_on": "1.1.2015"}
OLD, LIVE = contract(**OVER), contract(contract_number="S2", subscription_number="L2")
Bring = Callable[..., Report]


class StopsAfterDeleting(Stepped):
    """A purge that stands still when it has deleted the contract and not yet committed."""

    def _stop_if(self, count: int) -> None:
        deleted = self.statements and self.statements[-1].startswith('DELETE FROM "contracts_contract"')
        if deleted and not self._stopped.is_set():
            self._stopped.set()
            self._go.wait(30)


def purge() -> Any:
    return services.purge(on=TODAY, by=User.objects.night(), allowed=1000)


def remove_without_shipping() -> None:
    """What a kill between commit and shipping leaves."""
    due = [Contract.objects.get(number=OLD["contract_number"]).pk]
    remove_batch(rule_named("contracts"), due, on=TODAY, run=PurgeRun.objects.create(on=TODAY), wait=True)
    assert LedgerOutbox.objects.count() == 1


def test_an_import_that_waited_for_an_open_batch_brings_nothing_of_it_back(bring: Bring) -> None:
    bring(customers=[customer()], contracts=[OLD, LIVE])
    night = StopsAfterDeleting(purge).start()
    reports: list[Report] = []
    waiting = Stepped(lambda: reports.append(bring(customers=[customer()], contracts=[OLD, LIVE]))).start()
    assert not reports
    night.finish()
    waiting.finish()
    assert (night.error, waiting.error) == (None, None)
    assert [number for number, _day in reports[0].removed] == [OLD["contract_number"]]
    assert list(Contract.objects.values_list("number", flat=True)) == ["S2"]


def test_what_was_removed_and_not_yet_shipped_does_not_come_back(bring: Bring) -> None:
    bring(customers=[customer()], contracts=[OLD, LIVE])
    remove_without_shipping()
    report = bring(customers=[customer()], contracts=[OLD, LIVE])
    assert [number for number, _day in report.removed] == [OLD["contract_number"]]
    assert list(Contract.objects.values_list("number", flat=True)) == ["S2"]


def test_nor_does_the_person_who_went_with_it(bring: Bring) -> None:
    bring(customers=[customer()], contracts=[OLD])
    remove_without_shipping()
    assert not Customer.objects.exists()
    report = bring(customers=[customer()], contracts=[OLD])
    assert len(report.removed) == 2
    assert not Customer.objects.exists()


def test_the_day_of_the_removal_is_told(bring: Bring) -> None:
    bring(customers=[customer()], contracts=[OLD, LIVE])
    purge()
    assert bring(customers=[customer()], contracts=[OLD, LIVE]).removed == [(OLD["contract_number"], TODAY)]
    assert dt.date(2026, 11, 24) == TODAY
