"""What is wrong in a file: where, and why; never the value itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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


class Faults:
    """The faults of a run, kept in the database, so that a file of nothing but faults fits as well."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE import_fault (file text NOT NULL, line integer NOT NULL, col text NOT NULL,"
                " reason text NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP"
            )
            cursor.execute("CREATE INDEX ON import_fault (file, line)")

    def add(self, *found: Fault) -> None:
        """Keep faults that were found while reading."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO import_fault (file, line, col, reason) VALUES (%s, %s, %s, %s)",
                [(fault.file, fault.line, fault.column, fault.reason) for fault in found],
            )

    def find(self, sql: str, params: dict[str, Any]) -> int:
        """Keep what a query over the staged rows finds: its columns are file, line, col, reason."""
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO import_fault (file, line, col, reason) {sql}", params)
            return cursor.rowcount

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM import_fault")
            return int(cursor.fetchone()[0])

    def all(self, file: str | None = None) -> Iterator[Fault]:
        """Yield the faults in the order of files and lines, once each."""
        where = "" if file is None else "WHERE file = %(file)s"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT file, line, col, reason FROM import_fault {where}"
                " GROUP BY file, line, col, reason ORDER BY file, line, min(id)",
                {"file": file},
            )
            for row in cursor.fetchall():
                yield Fault(*row)
