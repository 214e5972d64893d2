"""What goes of one person, and when: the declared periods read forwards (N13.1, N13.2).

The purge asks which rows are due on a day (`due.py`); a clerk asks on which day a row will be. Both read the same
declarations, so that a new model shows here by declaring.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable

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
    rows = item.model._default_manager.filter(about).order_by().distinct()
    ends = [end for row in rows if (end := _longest(rule, row, person, paths[0], on=on))]
    if not ends:
        return None
    last = _last(ends)
    held = rows.filter(due.held(item)).count()
    return Goes(item.model._meta.verbose_name_plural or item.label, len(ends), last.through, last.purpose, held)


def _longest(rule: Rule, row: Model, person: Model, subject: Any, *, on: dt.date) -> _End | None:
    """Return the longest of the grounds that apply to a row; None when none does."""
    ends = []
    for keep in rule.keeps:
        if keep.when is not None and not _same(row).filter(keep.when).exists():
            continue
        clock = _clock(rule.declaration, keep, row, person, subject)
        ends.append(_End(clock and period_end(clock, keep, on=on), keep.purpose))
    return _last(ends) if ends else None


def _last(ends: list[_End]) -> _End:
    running = [end for end in ends if end.through is None]
    return running[0] if running else max(ends, key=lambda end: end.through or dt.date.max)


def _clock(item: Declaration, keep: Keep, row: Model, person: Model, subject: Any) -> dt.date | None:
    """Return the date a period of the row counts from, for this person; None while it is not known."""
    if isinstance(keep.clock, RelationshipEnd):
        relationship = registry.relationships[type(person)]
        return _latest(
            relationship.through._default_manager.filter(**{relationship.path: person.pk}), relationship.ends
        )
    if isinstance(keep.clock, Last):
        same = {name: getattr(row, f"{name}_id", getattr(row, name, None)) for name in keep.clock.same}
        return _latest(type(row)._default_manager.filter(**same), keep.clock.ends)
    assert isinstance(keep.clock, F)
    found = _same(row).values_list(keep.clock.name, flat=True).first()  # type: ignore[attr-defined]
    own = _own_end(item, row, person, subject)
    # Of a row that is shared, a person's part goes when their own last role in it has run out.
    return min((date for date in (found, own) if date is not None), default=None)


def _own_end(item: Declaration, row: Model, person: Model, subject: Any) -> dt.date | None:
    """Return when the person's own last role in a shared row ended; None while it runs, or the row is not shared."""
    relationship = registry.relationships.get(type(person))
    if relationship is None or not isinstance(subject, Shared):
        return None
    through = registry.of(relationship.through)
    if not through.goes_with or path_target(relationship.through, through.goes_with) is not item.model:
        return None
    own = {relationship.path: person.pk, through.goes_with: row.pk}
    return _latest(relationship.through._default_manager.filter(**own), relationship.ends)


def _latest(rows: QuerySet[Any], ends: Combinable) -> dt.date | None:
    """Return the latest end of the rows; None when one of them has none, or there is no row."""
    found = list(rows.order_by().annotate(_forecast_end=ends).values_list("_forecast_end", flat=True))
    return None if not found or None in found else max(found)


def _same(row: Model) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk).order_by()


def _of_person(person: Model, item: Declaration, lines: list[Goes]) -> Goes:
    assert item.nothing_left is not None
    began = getattr(person, item.nothing_left.began) is not None
    dates = [line.kept_through for line in lines]
    through = max((d for d in dates if d), default=None) if began and None not in dates else None
    held = _same(person).filter(due.held(item)).count()
    name = item.model._meta.verbose_name or item.label
    return Goes(name, 1, through, item.nothing_left.purpose, held, is_person=True)
