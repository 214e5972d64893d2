"""What goes of one person, and when: the declared periods read forwards (N13.1, N13.2).

The purge asks which rows are due on a day (`due.py`); a clerk asks on which day a row will be. Both read the same
declarations, so that a new model shows here by declaring.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model, Q, QuerySet

from ilonet_register.declarations import Declaration, Keep, Last, RelationshipEnd, Shared, path_target, registry
from ilonet_register.purposes import Purpose
from retention import due
from retention.rules import Rule, rules

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Goes:
    """One kind of record about a person: how many rows, through which day the longest is kept, and for what.

    `kept_through` is None while something still runs: then no day can be named. `held` counts the rows that a
    decision of a person keeps beyond it.
    """

    kind: _StrPromise | str
    count: int
    kept_through: dt.date | None
    purpose: Purpose | None
    held: int = 0
    is_person: bool = False


@dataclass(frozen=True)
class _End:
    through: dt.date | None
    purpose: Purpose


def forecast_of_person(person: Model, *, on: dt.date) -> list[Goes]:
    """Return a line for each kind of record with a period of its own; last, when anything is left, the person.

    A person who never had a role has no day: such people are listed for somebody to decide (`never_a_customer`).
    """
    lines = [line for rule in rules() if (line := _line(rule, person, on=on))]
    item = registry.of(type(person))
    if item.nothing_left is None:
        return lines
    return [*lines, _of_person(person, item, lines)]


def kept_through(person: Model, *, on: dt.date) -> dt.date | None:
    """Return the last day on which anything about this person is kept; None while something runs or never began."""
    return forecast_of_person(person, on=on)[-1].kept_through


def period_end(clock: dt.date, keep: Keep, *, on: dt.date) -> dt.date:
    """Return the last day on which a row with this clock is kept, by the period in force on a day."""
    return keep.purpose.period(on).kept_through(clock)


def _line(rule: Rule, person: Model, *, on: dt.date) -> Goes | None:
    item = rule.declaration
    if rule.field or item.goes_with:
        # What goes with another row is told with that row.
        return None
    paths = [s for s in item.people if s.path != "self" and path_target(item.model, s.path) is type(person)]
    if not paths:
        return None
    about = Q()
    for subject in paths:
        about |= Q(**{subject.path: person.pk})
    ids = item.model._default_manager.filter(about).order_by().values("pk")
    rows = item.model._default_manager.filter(pk__in=ids).order_by()
    ends = _ends(rule, rows, person, paths[0], on=on)
    if not ends:
        return None
    last = _last(list(ends.values()))
    held = rows.filter(due.held(item)).count()
    return Goes(item.model._meta.verbose_name_plural or item.label, len(ends), last.through, last.purpose, held)


def _ends(rule: Rule, rows: QuerySet[Any], person: Model, subject: Any, *, on: dt.date) -> dict[int, _End]:
    """Return the longest of the grounds that apply to each row; rows to which none applies are left out."""
    ends: dict[int, list[_End]] = defaultdict(list)
    for keep in rule.keeps:
        to_which = rows if keep.when is None else rows.filter(keep.when)
        for pk, clock in _clocks(rule.declaration, keep, to_which, person, subject).items():
            ends[pk].append(_End(clock and period_end(clock, keep, on=on), keep.purpose))
    return {pk: _last(of_row) for pk, of_row in ends.items()}


def _last(ends: list[_End]) -> _End:
    running = [end for end in ends if end.through is None]
    return running[0] if running else max(ends, key=lambda end: end.through or dt.date.max)


def _clocks(
    item: Declaration, keep: Keep, rows: QuerySet[Any], person: Model, subject: Any
) -> dict[int, dt.date | None]:
    """Return for each row the date its period counts from, for this person; None while it is not known."""
    if isinstance(keep.clock, RelationshipEnd):
        relationship = registry.relationships[type(person)]
        through = relationship.through._default_manager.filter(**{relationship.path: person.pk})
        end = _latest([row for (row,) in through.annotate(_end=relationship.ends).values_list("_end")])
        return dict.fromkeys(rows.values_list("pk", flat=True), end)
    if isinstance(keep.clock, Last):
        return _last_of_same(item, keep.clock, rows)
    assert isinstance(keep.clock, F)
    own = _own_ends(item, rows, person, subject)
    found = rows.values_list("pk", keep.clock.name)  # type: ignore[attr-defined]
    # Of a row that is shared, a person's part goes when their own last role in it has run out.
    return {pk: min((date for date in (clock, own.get(pk)) if date is not None), default=None) for pk, clock in found}


def _last_of_same(item: Declaration, clock: Last, rows: QuerySet[Any]) -> dict[int, dt.date | None]:
    """The clock of rows that count together, such as all roles of one person in one contract."""
    groups: dict[tuple[Any, ...], list[dt.date | None]] = defaultdict(list)
    keys = {row[0]: row[1:] for row in rows.values_list("pk", *clock.same)}
    names = {f"{name}__in": {key[place] for key in keys.values()} for place, name in enumerate(clock.same)}
    every = item.model._default_manager.filter(**names).order_by().annotate(_end=clock.ends)
    for *same, end in every.values_list(*clock.same, "_end"):
        groups[tuple(same)].append(end)
    return {pk: _latest(groups[key]) for pk, key in keys.items()}


def _own_ends(item: Declaration, rows: QuerySet[Any], person: Model, subject: Any) -> dict[int, dt.date | None]:
    """Return when the person's own last role in each shared row ended; None while it runs."""
    relationship = registry.relationships.get(type(person))
    if relationship is None or not isinstance(subject, Shared):
        return {}
    through = registry.of(relationship.through)
    if not through.goes_with or path_target(relationship.through, through.goes_with) is not item.model:
        return {}
    own = {relationship.path: person.pk, f"{through.goes_with}__in": rows.values("pk")}
    found = relationship.through._default_manager.filter(**own).order_by().annotate(_end=relationship.ends)
    ends: dict[int, list[dt.date | None]] = defaultdict(list)
    for pk, end in found.values_list(through.goes_with, "_end"):
        ends[pk].append(end)
    return {pk: _latest(of_row) for pk, of_row in ends.items()}


def _latest(ends: list[dt.date | None]) -> dt.date | None:
    """Return the latest end; None when one of them has none, or there is nothing."""
    return None if not ends or None in ends else max(end for end in ends if end)


def _of_person(person: Model, item: Declaration, lines: list[Goes]) -> Goes:
    assert item.nothing_left is not None
    same = type(person)._default_manager.filter(pk=person.pk).order_by()
    # Read anew: the day is noted by a statement of its own, past the row in the hand of the caller.
    began = same.values_list(item.nothing_left.began, flat=True).first() is not None
    dates = [line.kept_through for line in lines]
    through = max((d for d in dates if d), default=None) if began and None not in dates else None
    held = same.filter(due.held(item)).count()
    name = item.model._meta.verbose_name or item.label
    return Goes(name, 1, through, item.nothing_left.purpose, held, is_person=True)
