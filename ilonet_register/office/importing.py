"""Importing files into a register that removes: what was removed here does not come back by an old file (N13.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from contracts.imports.run import ChangedMeanwhile, Report, run
from contracts.models import Role
from ilonet_register.declarations import registry
from ilonet_register.models import User
from retention import due, evidence
from retention.destroy import Destroyed, allow_erasing, destroy_rows
from retention.rules import rule_named

TRIES = 3


def import_files(paths: Sequence[Path], *, by: User, on: dt.date, **options: Any) -> Report:
    """Import these files; again from the start when something was removed or entered while they were read.

    Takes the options of `contracts.imports.run.run` and raises what that raises.
    """
    for _earlier in range(TRIES - 1):
        try:
            return run(paths, by=by, on=on, removals=Removals(on), **options)
        except ChangedMeanwhile:
            continue
    return run(paths, by=by, on=on, removals=Removals(on), **options)


class Removals:
    """What an import asks of the app to its right (`contracts.imports.run.Removals`)."""

    def __init__(self, on: dt.date) -> None:
        self.on = on

    def settle(self) -> None:
        """Bring every removal into the ledger, and see that it can be believed. Raises what the ledger raises."""
        evidence.verify_ledger()

    def newest(self) -> int:
        """Return a number that grows with every removal, committed ones of other processes included."""
        return evidence.newest()

    def ship(self) -> None:
        """Bring what the import itself took away into the ledger, after its commit."""
        evidence.ship()

    def count_due(self, ids: str) -> int:
        """Count those of the contracts with these ids (a query) that the next night would find due."""
        with connection.cursor() as cursor:
            sql, params = due.due(rule_named("contracts"), on=self.on).values("pk").query.sql_with_params()
            cursor.execute(f"SELECT count(*) FROM ({sql}) due (id) WHERE id IN ({ids})", params)
            return int(cursor.fetchone()[0])

    def take_away_roles(self, ids: Sequence[int]) -> None:
        """Remove roles that never began, as the eraser does, inside the import's transaction; `settle` ships it."""
        item = registry.of(Role)
        destroyed = Destroyed()
        allow_erasing()
        destroy_rows(item, ids, destroyed)
        evidence.write(run=None, rule=item.rule, on=self.on, destroyed=destroyed, kind="erased")
