"""What is wrong in a file: where, and why; never the value itself."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import IO, Any

from django.db import connection


@dataclass(frozen=True)
class Fault:
    """One fault: the file, its line (from 1; 0 is the file as a whole), the column's name in the file, the reason."""

    file: str
    line: int
    column: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"file": self.file, "line": self.line, "column": self.column, "reason": self.reason}

    def __str__(self) -> str:
        place = ", ".join(filter(None, [self.file, str(self.line) if self.line else "", self.column]))
        return f"{place}: {self.reason}"


class FileFault(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, reason: str, *, line: int = 0, column: str = "") -> None:
        super().__init__(str(reason))
        self.reason, self.line, self.column = str(reason), line, column


class FoundFaults:
    """The faults of a run that is over, in a file without a name: as many as there are, in no memory."""

    def __init__(self) -> None:
        self._kept: IO[bytes] | None = None
        self._count = 0

    @property
    def _file(self) -> IO[bytes]:
        if self._kept is None:
            self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as somebody reads it
            weakref.finalize(self, self._kept.close)
        return self._kept

    def append(self, fault: Fault) -> None:
        self._file.write(json.dumps(astuple(fault)).encode() + b"\n")
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Fault]:
        position = 0
        for _number in range(self._count):
            self._file.seek(position)
            yield Fault(*json.loads(self._file.readline()))
            position = self._file.tell()


class Faults:
    """The faults of a run under way, kept in the database, so that a file of nothing but faults fits as well."""

    def __init__(self) -> None:
        self.of_whole_files = False
        self._names: dict[str, Mapping[str, str]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE import_fault (file text NOT NULL, line integer NOT NULL, col text NOT NULL,"
                " reason text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP"
            )
            cursor.execute("CREATE INDEX ON import_fault (file, line)")

    def call_columns(self, file: str, names: Mapping[str, str]) -> None:
        """Remember what a file calls its columns: faults are told in its own words."""
        self._names[file] = names

    def add(self, *found: Fault) -> None:
        """Keep faults that were found while reading."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO import_fault (file, line, col, reason) VALUES (%s, %s, %s, %s)",
                [(fault.file, fault.line, fault.column, fault.reason) for fault in found],
            )

    def add_of_file(self, file: str, fault: FileFault) -> None:
        """Keep that a file cannot be read: nothing of the run is written then, whatever may be skipped."""
        self.of_whole_files = True
        self.add(Fault(file, fault.line, fault.column, fault.reason))

    def find(self, sql: str, params: dict[str, Any]) -> int:
        """Keep what a query over the staged rows finds: its columns are file, line, col, reason."""
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO import_fault (file, line, col, reason) {sql}", params)
            return cursor.rowcount

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM import_fault")
            return int(cursor.fetchone()[0])

    def found(self) -> FoundFaults:
        """Return the faults in the order of files and lines, once each; they outlive the transaction."""
        kept = FoundFaults()
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                "SELECT file, line, col, reason FROM import_fault"
                " GROUP BY file, line, col, reason ORDER BY file, line, min(id)"
            )
            for file, line, column, reason in cursor:
                kept.append(Fault(file, line, self._names.get(file, {}).get(column, column), reason))
        return kept
