"""What is due on a day, what is held, and who has nothing left: declarations compiled to SQL.

Purge and dry run share these. A clock that lies in other rows becomes NOT EXISTS of a row that still runs, never a
max; the period's inverse (`cutoff`) lets a plain column be compared by its index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from ilonet_register.declarations import (
    About,
    Declaration,
    Keep,
    Last,
    RelationshipEnd,
    Shared,
    path_target,
    registry,
)
from retention.rules import Rule

# Rows of one column, for use inside other querysets.
Column = QuerySet[Model, dict[str, Any]]


def due(rule: Rule, *, on: dt.date) -> QuerySet[Model]:
    """Return the rows of the rule whose every applicable ground has run out before `on`, held or not.

    A row that another one takes along waits for that one when it is due: it goes with it or, held, stays with it.
    """
    rows = _rows(rule.declaration)
    for keep in rule.keeps:
        lapsed = _lapsed(rule.declaration, keep, on=on)
        rows = rows.filter(lapsed if keep.when is None else ~keep.when | lapsed)
    applies = [keep.when for keep in rule.keeps]
    if None not in applies:
        some = Q()
        for when in applies:
            some |= when  # type: ignore[operator]
        rows = rows.filter(some)
    if rule.field:
        return rows.exclude(**blanked(rule))
    return rows.exclude(_parent_is(due, rule.declaration, on=on)) if rule.declaration.goes_with else rows


def due_and_free(rule: Rule, *, on: dt.date) -> QuerySet[Model]:
    """Return what is due and not held: what the purge may take."""
    return due(rule, on=on).exclude(held(rule.declaration))


def blanked(rule: Rule) -> dict[str, object]:
    """Return the condition that the field of a field rule is blank already."""
    blank = rule.declaration.fields[rule.field].blank
    return {f"{rule.field}__isnull": True} if blank is None else {rule.field: blank}


def held(item: Declaration) -> Q:
    """Return the condition that something stops the removal of a row: a decision of a person, or a declared row."""
    stopped = Q()
    for binding in (d for d in registry if d.binds):
        assert binding.binds is not None
        placed = _rows(binding).filter(binding.binds.when)
        records = placed.filter(**{f"{binding.binds.record}__isnull": False}).values(binding.binds.record)
        people = placed.filter(**{f"{binding.binds.record}__isnull": True}).values(binding.binds.person)
        stopped |= _holds_record(item, records) | _holds_person(item, binding, people)
    for other in registry:
        for declared in other.holds:
            if path_target(other.model, declared.path) is item.model:
                stopped |= Q(pk__in=_rows(other).filter(declared.when).values(declared.path))
    return stopped


def _holds_record(item: Declaration, records: Column) -> Q:
    """The row itself is named, or a part of it, or the row that takes it along."""
    if not item.has_uuid:
        return Q()
    named = Q(uuid__in=records)
    for part, path in _named_parts(item.model):
        named |= Q(pk__in=_rows(part).filter(uuid__in=records).values(path))
    if item.goes_with:
        # What stops the row that takes this one along stops this one, too.
        target = path_target(item.model, item.goes_with)
        assert target is not None
        named |= Q(**{f"{item.goes_with}__uuid__in": records})
        for part, path in _named_parts(target):
            named |= Q(**{f"{item.goes_with}__in": _rows(part).filter(uuid__in=records).values(path)})
    return named


def _named_parts(model: type[Model]) -> list[tuple[Declaration, str]]:
    """Return what goes with a row of the model and can be named by a UUID of its own, each with its path."""
    return [(part, path) for part, path in registry.parts_of(model) if part.has_uuid]


def _holds_person(item: Declaration, binding: Declaration, people: Column) -> Q:
    assert binding.binds is not None
    person = path_target(binding.model, binding.binds.person)
    stopped = Q()
    for subject in item.people:
        if subject.path == "self" and item.model is person:
            stopped |= Q(pk__in=people)
        elif subject.path != "self" and path_target(item.model, subject.path) is person:
            stopped |= Q(pk__in=_rows(item).filter(**{f"{subject.path}__in": people}).values("pk"))
    return stopped


def nothing_left(item: Declaration, *, after: Sequence[Rule] = (), on: dt.date | None = None) -> QuerySet[Model]:
    """Return the people who began, are not held, and about whom no row with a period of its own is left.

    `after` and `on`: as it will be once these rules have taken what is due on that day (the dry run).
    """
    assert item.nothing_left is not None
    people = _rows(item).filter(**{f"{item.nothing_left.began}__isnull": False}).exclude(held(item))
    for binding in (d for d in registry if d.binds):
        # A decision in force about anything of theirs keeps them: it would go with them.
        assert binding.binds is not None
        if path_target(binding.model, binding.binds.person) is item.model:
            placed = _rows(binding).filter(binding.binds.when, **{binding.binds.person: OuterRef("pk")})
            people = people.filter(~Exists(placed))
    for other in registry:
        for path in _own_period_paths(other, item.model):
            left = _rows(other).filter(**{path: OuterRef("pk")})
            if on is not None:
                left = left.exclude(_will_go(other, after, on=on))
            people = people.filter(~Exists(left))
    return people


def holds_for_none(item: Declaration) -> QuerySet[Model]:
    """Return the shared rows that nobody is left to, and that nobody holds: the last person's time in them is gone."""
    nobody = {f"{subject.path}__isnull": True for subject in item.shared}
    return _rows(item).filter(**nobody).exclude(held(item))


def _own_period_paths(other: Declaration, person: type[Model]) -> list[str]:
    """Return the paths by which rows with a period of their own are about this kind of person.

    A path through rows that have a period of their own themselves says nothing more: they are looked at anyway.
    """
    if not other.keeps:
        return []
    paths = [s.path for s in other.people if s.path != "self" and path_target(other.model, s.path) is person]
    return [path for path in paths if not _passes_own_period(other.model, path)]


def _passes_own_period(model: type[Model], path: str) -> bool:
    between = path_target(model, "__".join(path.split("__")[:-1]) or "self")
    item = registry.declarations.get(between) if between is not None else None
    return between is not model and item is not None and bool(item.keeps)


def _will_go(other: Declaration, after: Sequence[Rule], *, on: dt.date) -> Q:
    """The condition that a row is gone after these rules: by its own one, or with the row that takes it along."""
    gone = Q(pk__in=[])
    for rule in after:
        if rule.field:
            continue
        if rule.declaration is other:
            gone |= Q(Exists(due_and_free(rule, on=on).filter(pk=OuterRef("pk"))))
        elif other.goes_with and path_target(other.model, other.goes_with) is rule.declaration.model:
            gone |= _parent_is(due_and_free, other, on=on)
    return gone


def _parent_is(state: Callable[..., QuerySet[Model]], item: Declaration, *, on: dt.date) -> Q:
    """The condition that the row which takes this one along is in that state (`due`, `due_and_free`)."""
    assert item.goes_with is not None
    target = path_target(item.model, item.goes_with)
    assert target is not None
    parent = registry.of(target)
    rows = state(Rule(parent.rule, parent, parent.keeps), on=on)
    return Q(Exists(rows.filter(pk=OuterRef(item.goes_with))))


def person_paths(item: Declaration) -> list[tuple[type[Model], str]]:
    """Return the models of the people a row is about, in the order in which they are locked, each with its path."""
    order = registry.subject_models()
    paths = [(_person_model(item, subject), subject.path) for subject in item.people]
    return sorted(paths, key=lambda pair: order.index(pair[0]))


def _person_model(item: Declaration, subject: About | Shared) -> type[Model]:
    target = path_target(item.model, subject.path)
    assert target is not None
    return target


def _rows(item: Declaration) -> QuerySet[Model]:
    return item.model._default_manager.order_by()


def _lapsed(item: Declaration, keep: Keep, *, on: dt.date) -> Q:
    cutoff = keep.purpose.period(on).cutoff(on)
    clock = keep.clock
    if isinstance(clock, Last):
        same = {name: OuterRef(name) for name in clock.same}
        running = _rows(item).filter(**same).alias(_end=clock.ends).filter(Q(_end__isnull=True) | Q(_end__gt=cutoff))
        return ~Q(Exists(running))
    if isinstance(clock, RelationshipEnd):
        return _relationship_ended(item, clock, cutoff)
    assert isinstance(clock, F)
    return Q(**{f"{clock.name}__lte": cutoff})  # type: ignore[attr-defined]


def _relationship_ended(item: Declaration, clock: RelationshipEnd, cutoff: dt.date) -> Q:
    """The last role has ended, and there was one."""
    person = path_target(item.model, clock.path)
    assert person is not None
    relationship = registry.relationships[person]
    prefix = "" if clock.path == "self" else f"{clock.path}__"
    running = relationship.through._default_manager.order_by().filter(**{relationship.path: OuterRef(f"{prefix}pk")})
    running = running.alias(_end=relationship.ends).filter(Q(_end__isnull=True) | Q(_end__gt=cutoff))
    began = registry.of(person).nothing_left
    assert began is not None
    return Q(**{f"{prefix}{began.began}__isnull": False}) & ~Q(Exists(running))
