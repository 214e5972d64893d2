"""A run: customer and contract files together, all or nothing, or what is good of them.

Read `run` from top to bottom: settle the ledger, read, check, take out what is rejected, lock, compare, write.
Everything happens in one transaction; a dry run is the same run, taken back at its end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.db import transaction

from contracts.imports import reading as contract_reading
from contracts.imports import writing as contract_writing
from contracts.imports.reading import ContractLine
from contracts.imports.staged import NUMBER as CONTRACT_NUMBER
from contracts.imports.staged import StagedContracts
from customers.imports import reading as customer_reading
from customers.imports import writing as customer_writing
from customers.imports.reading import CustomerLine
from customers.imports.staged import NUMBER as CUSTOMER_NUMBER
from customers.imports.staged import StagedCustomers
from ilonet_register import audit
from ilonet_register.imports import staging
from ilonet_register.imports.faults import Fault, Faults, FileFault, FoundFaults
from ilonet_register.imports.reading import Row, Source
from ilonet_register.imports.removed import RemovedNumbers
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require

LAYOUTS = (contract_reading.LAYOUT, customer_reading.LAYOUT)
NUMBERED_BY = {CUSTOMER_NUMBER: "customer_number", CONTRACT_NUMBER: "contract_number"}
Progress = Callable[[str, int], None]
L = TypeVar("L", CustomerLine, ContractLine)


class Rejected(Exception):
    """Nothing was written: there are faults, and nobody asked to skip them, or a whole file cannot be read."""

    def __init__(self, faults: FoundFaults) -> None:
        super().__init__("the files have faults")
        self.faults = faults


class Removals(Protocol):
    """What an import must know of removals; answered by the app to the right (`ilonet_register.office.importing`)."""

    def settle(self) -> None:
        """Bring every removal into the ledger, before it is read."""

    def newest(self) -> int:
        """Return a number that grows with every removal."""

    def ship(self) -> None:
        """Bring what the import itself took away into the ledger, after its commit."""

    def count_due(self, ids: str) -> int:
        """Count those of the contracts with these ids (a query) that are due."""

    def take_away_roles(self, ids: Sequence[int]) -> None:
        """Remove roles that never began, inside the import's transaction, with proof."""


class ChangedMeanwhile(Exception):
    """Nothing was written: customers of the file were entered or removed while it was being read. Run it again."""


@dataclass
class Report:
    """What a run did, or would do."""

    counts: dict[str, dict[str, int]]
    faults: FoundFaults = field(default_factory=FoundFaults)
    removed: list[tuple[str, dt.date]] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    kept_ours: list[str] = field(default_factory=list)
    incomplete: list[tuple[str, str]] = field(default_factory=list)
    traders: list[str] = field(default_factory=list)
    stays_protected: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    already_due: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return all but the rejected lines, of which there may be more than fit into memory."""
        return {
            **self.counts,
            "removed": len(self.removed),
            "returned": len(self.returned),
            "incomplete": len(self.incomplete),
            "already_due": self.already_due,
        }


def run(
    paths: Sequence[Path],
    *,
    by: User,
    on: dt.date,
    removals: Removals,
    dry_run: bool = False,
    skip_invalid: bool = False,
    overwrite: bool = False,
    progress: Progress = lambda file, lines: None,
    keep: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Import these files. Raises Rejected, ChangedMeanwhile, and what the ledger raises when it cannot be read.

    `keep` is called with the report before the import is committed, to put what was rejected where it is not lost.
    """
    require(by, May.IMPORT_CUSTOMERS)
    removals.settle()
    before = removals.newest()
    with transaction.atomic(), audit.acting(by):
        under_way = _Run(removals, on=on, overwrite=overwrite, progress=progress)
        under_way.read(paths, skip_invalid=skip_invalid)
        contract_writing.lock()
        # What was removed since the ledger was read is not in what was read; under the locks nothing more is.
        if removals.newest() != before:
            raise ChangedMeanwhile
        report = under_way.write()
        report.already_due = removals.count_due("SELECT id FROM import_contract")
        if dry_run:
            transaction.set_rollback(True)
        else:
            keep(report)
            customer_writing.raise_numbers()
            contract_writing.raise_numbers()
    removals.ship()
    return report


def labels_of(paths: Sequence[Path]) -> dict[Path, str]:
    """Return what each file is called in faults: its name, or its whole path where two have the same name."""
    names = Counter(path.name for path in paths)
    return {path: path.name if names[path.name] == 1 else str(path) for path in paths}


class _Run:
    """One run under way."""

    def __init__(self, removals: Removals, *, on: dt.date, overwrite: bool, progress: Progress) -> None:
        self.removals, self.on, self.overwrite, self.progress = removals, on, overwrite, progress
        self.faults = Faults()
        self.removed = RemovedNumbers([CUSTOMER_NUMBER, CONTRACT_NUMBER])
        self.customers, self.contracts = StagedCustomers(self.removed), StagedContracts(self.removed, on=on)

    def read(self, paths: Sequence[Path], *, skip_invalid: bool) -> None:
        """Stage and check the files. Raises Rejected."""
        for ordinal, (path, label) in enumerate(labels_of(paths).items()):
            self._stage(path, label, ordinal)
        if not self.faults.of_whole_files:  # else most of what follows would be said of what was not read
            self._check()
        if self.faults.of_whole_files or (self.faults.count() and not skip_invalid):
            raise Rejected(self.faults.found())

    def write(self) -> Report:
        """Compare what was staged with the register, whose people are locked, and write it. Raises ChangedMeanwhile."""
        if not self.customers.is_as_it_was_looked_at():
            raise ChangedMeanwhile
        staging.execute(_OPEN_ROLES, {"on": self.on})
        self.customers.compare(on=self.on, overwrite=self.overwrite)
        self.contracts.gather()
        self.contracts.compare(overwrite=self.overwrite)
        report = self._counted()
        customer_writing.write(on=self.on)
        report.products = contract_writing.write(on=self.on, take_away=self.removals.take_away_roles)
        report.incomplete = [(row[0], row[1]) for row in staging.fetched(_INCOMPLETE, {"on": self.on})]
        return report

    # --- reading ------------------------------------------------------------------------------------------------

    def _stage(self, path: Path, label: str, ordinal: int) -> None:
        try:
            source = Source(path, LAYOUTS, label)
            self.faults.call_columns(label, source.names_of_columns())
            stage = self._stage_customers if source.layout is customer_reading.LAYOUT else self._stage_contracts
            count = 0
            for rows in staging.in_batches(source.rows()):
                stage(source, ordinal, rows)
                count += len(rows)
                self.progress(label, count)
        except FileFault as fault:
            self.faults.add_of_file(label, fault)

    def _stage_customers(self, source: Source, ordinal: int, rows: Iterable[Row]) -> None:
        def read(values: dict[str, str]) -> CustomerLine:
            return customer_reading.read(values, on=self.on)

        good, bad = self._sorted_out(source, ordinal, rows, read, CUSTOMER_NUMBER)
        self.customers.stage(good)
        self.contracts.note_bad(customers=bad)

    def _stage_contracts(self, source: Source, ordinal: int, rows: Iterable[Row]) -> None:
        good, bad = self._sorted_out(source, ordinal, rows, contract_reading.read, CONTRACT_NUMBER)
        self.contracts.stage(good)
        self.contracts.note_bad(contracts=bad)

    def _sorted_out(
        self, source: Source, ordinal: int, rows: Iterable[Row], read: Callable[[dict[str, str]], L], label: str
    ) -> tuple[list[tuple[staging.Place, L]], list[str]]:
        """Return the good lines with their places, and the numbers on bad ones, whose faults are kept."""
        good, bad = [], []
        for row in rows:
            line = read(row.values) if not row.faulty else None
            found = self._faults_of(source, row, line.faults if line else [])
            number = row.values.get(NUMBERED_BY[label], "")
            if line is not None and not found:
                good.append((staging.place(source.label, ordinal, row.line), line))
            elif not self._is_gone(label, number):
                bad.append(number)
                self.faults.add(*found)
        return good, bad

    def _faults_of(self, source: Source, row: Row, found: Sequence[tuple[str, str]]) -> list[Fault]:
        faults = [Fault(source.label, row.line, source.name_of(column), reason) for column, reason in found]
        if row.faulty:
            faults.append(Fault(source.label, row.line, "", row.faulty))
        return faults

    def _is_gone(self, label: str, number: str) -> bool:
        """Tell whether a faulty line speaks of what was removed here and is not here now: then it is no fault."""
        day = self.removed.day_of(label, number) if number else None
        table = "customers_customer" if label == CUSTOMER_NUMBER else "contracts_contract"
        here = f"SELECT EXISTS (SELECT FROM {table} WHERE number = %(number)s)"
        if day is None or staging.value(here, {"number": number}):
            return False
        self.contracts.note_gone([(number, day)])
        return True

    # --- checking -----------------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Find all faults; afterwards only good lines are staged. Of what was removed here nothing is asked."""
        self.customers.look_up()
        self.contracts.look_up()
        self.contracts.bring_back_their_customers()
        self.customers.check(self.faults)
        self.contracts.check(self.faults)
        self.customers.take_out_rejected()
        self.contracts.check_people(self.faults)
        self.contracts.take_out_rejected(self.faults)
        self.contracts.bring_back_their_customers()

    # --- reporting ----------------------------------------------------------------------------------------------

    def _counted(self) -> Report:
        people, counts = self.customers.counts(), self.contracts.counts()
        report = Report(counts={name: {"customers": people[name], **counts[name]} for name in counts})
        report.faults = self.faults.found()
        report.returned = [number for number, _day in self.customers.numbers("returns")]
        report.removed = [*self.customers.numbers("is_removed IS NOT NULL AND NOT returns"), *staging.fetched(_GONE)]
        report.traders = [number for number, _day in self.customers.numbers("trader")]
        report.stays_protected = [number for number, _day in self.customers.numbers("stays_protected")]
        ours = [number for number, _day in self.customers.numbers("kept_ours")]
        report.kept_ours = [*ours, *(row[0] for row in staging.fetched(_KEPT_OURS))]
        return report


_GONE = "SELECT DISTINCT number, removed_on FROM import_gone ORDER BY number"
_KEPT_OURS = "SELECT number FROM import_contract WHERE kept_ours ORDER BY number"
# Who has a role that has not ended: their blanked fields may be filled again.
_OPEN_ROLES = """CREATE TEMPORARY TABLE import_open_role ON COMMIT DROP AS
    SELECT DISTINCT r.customer_id FROM contracts_role r JOIN contracts_contract k ON k.id = r.contract_id
    JOIN import_customer s ON s.id = r.customer_id
    WHERE k.state <> 'draft' AND (least(r.ends_on, k.ends_on) IS NULL OR least(r.ends_on, k.ends_on) >= %(on)s)"""
# Active contracts whose owner lacks what `contracts.mandatory` asks for; the same words.
_INCOMPLETE = """
    SELECT k.number, c.number FROM import_contract k
    JOIN contracts_role r ON r.contract_id = k.id AND r.kind = 'owner'
        AND (r.ends_on IS NULL OR r.ends_on >= %(on)s) AND (r.from_on IS NULL OR r.from_on <= %(on)s)
    JOIN customers_customer c ON c.id = r.customer_id
    WHERE k.starts_on <= %(on)s AND (k.ends_on IS NULL OR k.ends_on >= %(on)s)
    AND (concat(c.last_name, c.first_names, c.organisation_name) = ''
        OR (c.business_id = '' AND (c.kind = 'organisation'
            OR (c.identity_code IS NULL AND (c.birth_date IS NULL OR c.no_code_reason = ''))))
        OR NOT EXISTS (SELECT FROM customers_address a WHERE a.customer_id = c.id AND a.kind = 'postal'
            AND (a.from_on IS NULL OR a.from_on <= %(on)s) AND (a.until_on IS NULL OR a.until_on >= %(on)s)
            AND (a.street_address, a.city) <> ('', ''))
        OR NOT EXISTS (SELECT FROM customers_contactmedium m WHERE m.customer_id = c.id))
    ORDER BY k.number"""
