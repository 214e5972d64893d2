"""The dry run: what a night would remove, by the same querysets, in one unchanging view of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from ilonet_register.declarations import registry
from retention import due
from retention.rules import Rule


@dataclass(frozen=True)
class Line:
    """One rule: rows due on the day, how many of them are held, and how many rows of the kind there are."""

    rule: str
    due: int
    held: int
    of: int

    @property
    def free(self) -> int:
        return self.due - self.held


@dataclass(frozen=True)
class Forecast:
    """What a night would remove. `rows` counts all rules together; what goes with its row is not counted twice."""

    on: dt.date
    lines: Sequence[Line]
    people: int

    @property
    def rows(self) -> int:
        return sum(line.free for line in self.lines)


def forecast(rules: Sequence[Rule], *, on: dt.date) -> Forecast:
    """Count what the purge would remove on that day. Writes nothing: the database itself refuses."""
    with _one_view():
        lines = [_line(rule, on=on) for rule in rules]
        people = sum(due.nothing_left(item, after=rules, on=on).count() for item in registry if item.nothing_left)
    return Forecast(on=on, lines=lines, people=people)


def _line(rule: Rule, *, on: dt.date) -> Line:
    rows = due.due(rule, on=on)
    held = rows.filter(due.held(rule.declaration)).count()
    of = rule.declaration.model._default_manager.count()
    return Line(rule=rule.name, due=rows.count(), held=held, of=of)


@contextmanager
def _one_view() -> Iterator[None]:
    """A transaction that sees one moment and cannot write. Inside a caller's transaction its view serves as it is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
