"""Rows on their way in: by COPY into a table of this transaction alone, which is gone when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from ilonet_register.imports.faults import Faults

BATCH = 5000
T = TypeVar("T")


class Place(NamedTuple):
    """Where a line stands: its file, its line in it, and its position in all files of the run."""

    file: str
    line: int
    position: int


PER_FILE = 1_000_000_000


def place(file: str, ordinal: int, line: int) -> Place:
    """Return the place of a line of the file with this ordinal."""
    return Place(file, line, ordinal * PER_FILE + line)


ON_LINE = """%(text)s || ' ' || f.line || CASE WHEN f.file <> s.file THEN ' (' || f.file || ')' ELSE '' END"""
"""A fault of the line `s` that names an earlier line `f`, with its file where that is another one."""


def find_doubled(faults: Faults, table: str, key: str, *, column: str, text: str) -> None:
    """Find staged rows whose key stands in an earlier row already; of who stays away nothing is asked."""
    faults.find(
        f"""SELECT s.file, s.line, '{column}', {ON_LINE}
            FROM {table} s JOIN (SELECT DISTINCT ON ({key}) {key}, position, line, file FROM {table}
                                 ORDER BY {key}, position) f USING ({key})
            WHERE s.position > f.position""",
        {"text": text},
    )


def create(table: str, columns: Mapping[str, str]) -> None:
    """Make a staging table; nothing of it outlives the transaction."""
    with connection.cursor() as cursor:
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({listed}) ON COMMIT DROP")


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Bring rows into a table."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as target:
        for row in rows:
            target.write_row(row)


def index(table: str, *columns: str) -> None:
    """Make the staged rows findable, and let the planner know how many there are."""
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(f"CREATE INDEX ON {table} ({column})")
        cursor.execute(f"ANALYZE {table}")


def execute(sql: str, params: Mapping[str, Any] | None = None) -> int:
    """Run a statement over the staged rows; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def value(sql: str, params: Mapping[str, Any] | None = None) -> Any:
    """Return the one value of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def fetched(sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows of a query that has few."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def in_batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield the rows in lists of at most `size`."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
