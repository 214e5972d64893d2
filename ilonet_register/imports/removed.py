"""What was removed here: numbers of the ledger, so that an old file brings nobody back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ilonet_register import ledger
from ilonet_register.imports import staging

# What an undone import had created was never the register's: it may come again.
KINDS = ("purged", "erased")


class RemovedNumbers:
    """The ledger's hashes in a table of this transaction, beside the staged rows; empty at most registers."""

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = frozenset(labels)
        staging.create("import_removed", {"label": "text", "hash": "text", "removed_on": "date"})
        found = ((r.label, r.digest, r.on) for r in ledger.hashes(KINDS) if self._is_asked_for(r.label))
        staging.copy("import_removed", ["label", "hash", "removed_on"], found)
        staging.index("import_removed", "hash")
        self.some = bool(staging.value("SELECT EXISTS (SELECT FROM import_removed)"))

    def _is_asked_for(self, label: str) -> bool:
        return label in self.labels or ":" in label  # a field that was blanked: model.uuid:field

    def day_of(self, label: str, number: str) -> dt.date | None:
        """Return the day as of which a number was removed here; None for every other."""
        found = self.hashes_of(label, number)
        if not found:
            return None
        rows = staging.fetched(
            "SELECT max(removed_on) FROM import_removed WHERE label = %(label)s AND hash = ANY(%(hashes)s)",
            {"label": label, "hashes": found},
        )
        day: dt.date | None = rows[0][0]
        return day

    def hashes_of(self, label: str, number: object) -> list[str] | None:
        """Return what a removed number would be known by; None while nothing was removed."""
        return ledger.digests(label, number) if self.some and number else None
