"""The dry run: what a night would remove, by the same querysets, in one unchanging view of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from ilonet_register.declarations import Declaration, registry
from retention import due
from retention.rules import Rule


@dataclass(frozen=True)
class Line:
    """One rule: rows due on the day, and how many of them are held."""

    rule: Rule
    due: int
    held: int

    @property
    def free(self) -> int:
        return self.due - self.held


@dataclass(frozen=True)
class Forecast:
    """What a night would remove. `rows` counts all rules together; what goes with its row is not counted twice."""

    on: dt.date
    lines: Sequence[Line]
    people: int | None

    @property
    def rows(self) -> int:
        return sum(line.free for line in self.lines)


def forecast(rules: Sequence[Rule], *, on: dt.date, with_people: bool = True) -> Forecast:
    """Count what the purge would remove on that day. Writes nothing: the database itself refuses.

    `with_people` counts also who would go because nothing is left, which takes longest and brakes no night.
    """
    with _one_view():
        lines = [_line(rule, on=on) for rule in rules]
        people = sum(_people(item, rules, on=on) for item in registry) if with_people else None
    return Forecast(on=on, lines=lines, people=people)


def _line(rule: Rule, *, on: dt.date) -> Line:
    rows = due.due(rule, on=on)
    count = rows.count()
    return Line(rule=rule, due=count, held=rows.filter(due.held(rule.declaration)).count() if count else 0)


def _people(item: Declaration, rules: Sequence[Rule], *, on: dt.date) -> int:
    return due.nothing_left(item, after=rules, on=on).count() if item.nothing_left else 0


@contextmanager
def _one_view() -> Iterator[None]:
    """A transaction that sees one moment and cannot write. Inside a caller's transaction its view serves as it is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
