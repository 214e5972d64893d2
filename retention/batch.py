"""One batch: lock the people, lock the rows, look once more, destroy, prove; all in one transaction.

The order is the whole of it. People are locked first (every service that changes a row or a date does the same, see
`ilonet_register.locks`), then the due rows; what is looked at after that, in new statements, can no longer change:
still due, not held, nobody concerned but those who are locked. Foreign keys to people are immediate, so that whoever
adds a row about a locked person waits, and is then told that the person is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from ilonet_register.database.lookups import Ids
from ilonet_register.declarations import Declaration, registry
from retention import due, evidence
from retention.destroy import Destroyed, allow_erasing, blank_field, destroy_rows
from retention.models import PurgeRun
from retention.rules import Rule

People = dict[type[Model], list[int]]
PATIENCE = dt.timedelta(seconds=5)


@dataclass
class Outcome:
    """What became of a batch: `gone` rows, `people` who went with them, `left` ids that are to be tried again."""

    gone: int = 0
    people: int = 0
    left: list[int] = field(default_factory=list)


def remove_batch(rule: Rule, ids: Sequence[int], *, on: dt.date, run: PurgeRun, wait: bool = False) -> Outcome:
    """Remove those of these rows that are still due and free on that day. `wait`: for locks, instead of skipping."""
    item, destroyed = rule.declaration, Destroyed()
    with transaction.atomic():
        allow_erasing()
        wait_at_most(PATIENCE)
        people = _lock_people(item, ids, wait=wait)
        rows = lock_for_removal(item.model, ids, wait=wait)
        # From here on nothing about these rows can change: what is read now is what is destroyed.
        free, others = _look_again(rule, rows, people, on=on)
        outcome = Outcome(gone=len(free), left=[*others, *_skipped(item, ids, rows)])
        if rule.field:
            blank_field(item, rule.field, free, destroyed)
        else:
            destroy_rows(item, free, destroyed)
            outcome.people = remove_people(people, destroyed)
        if destroyed.counts.total():
            evidence.write(run=run, rule=rule.name, on=on, destroyed=destroyed)
    return outcome


def remove_rest(
    item: Declaration, rows: QuerySet[Model], ids: Sequence[int], *, on: dt.date, run: PurgeRun, wait: bool
) -> Outcome:
    """Remove those of these ids that `rows` still finds once they are locked: who has nothing left, what holds for
    nobody. Nobody else is concerned, so that the rows themselves are all there is to lock."""
    destroyed = Destroyed()
    with transaction.atomic():
        allow_erasing()
        wait_at_most(PATIENCE)
        locked = lock_for_removal(item.model, ids, wait=wait)
        free = list(rows.filter(pk__any_of=Ids.of(locked)).values_list("pk", flat=True))
        destroy_rows(item, free, destroyed)
        if free:
            evidence.write(run=run, rule=f"{item.rule} with nothing left", on=on, destroyed=destroyed)
    return Outcome(gone=len(free), left=_skipped(item, ids, locked))


def remove_people(people: People, destroyed: Destroyed) -> int:
    """Remove those of the locked people about whom nothing with a period of its own is left; return how many."""
    count = 0
    for model, ids in people.items():
        item = registry.of(model)
        if item.nothing_left is None:
            continue
        free = list(due.nothing_left(item).filter(pk__any_of=Ids.of(ids)).values_list("pk", flat=True))
        destroy_rows(item, free, destroyed)
        count += len(free)
    return count


def lock_for_removal(model: type[Model], ids: Collection[int], *, wait: bool) -> list[int]:
    """Lock rows in the order of their ids, skipping those that somebody else has locked unless told to wait."""
    rows = model._default_manager.filter(pk__any_of=Ids.of(ids)).order_by("pk")
    return list(rows.select_for_update(skip_locked=not wait, of=("self",)).values_list("pk", flat=True))


def wait_at_most(time: dt.timedelta) -> None:
    """Let this transaction wait so long for a lock that another one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(time.total_seconds() * 1000)}ms"])


def _lock_people(item: Declaration, ids: Sequence[int], *, wait: bool) -> People:
    """Lock the people these rows are about, in the order of the registry and of their ids."""
    wanted: dict[type[Model], set[int]] = {}
    for model, path in due.person_paths(item):
        if path == "self":
            found: Collection[int | None] = ids
        else:
            rows = item.model._default_manager.filter(pk__any_of=Ids.of(ids)).order_by()
            found = rows.values_list(path, flat=True).distinct()
        wanted.setdefault(model, set()).update(pk for pk in found if pk is not None)
    return {model: lock_for_removal(model, people, wait=wait) for model, people in wanted.items() if people}


def _look_again(rule: Rule, rows: Sequence[int], people: People, *, on: dt.date) -> tuple[list[int], list[int]]:
    """Return which of the locked rows are due and free, apart: those about the locked people alone, and the others."""
    still = due.due_and_free(rule, on=on).filter(pk__any_of=Ids.of(rows))
    concerns_others = _concerns_others(rule.declaration, people)
    found = list(still.annotate(concerns_others=concerns_others).order_by("pk").values_list("pk", "concerns_others"))
    return [pk for pk, others in found if not others], [pk for pk, others in found if others]


def _concerns_others(item: Declaration, locked: People) -> Q:
    """The condition that a row is about somebody who is not locked."""
    others = Q(pk__in=[])
    for model, path in due.person_paths(item):
        known = Ids.of(locked.get(model, ()))
        if path == "self":
            others |= Q(pk__none_of=known)
        else:
            rows = item.model._default_manager.order_by().filter(pk=OuterRef("pk"))
            others |= Q(Exists(rows.filter(**{f"{path}__none_of": known})))
    return others


def _skipped(item: Declaration, ids: Sequence[int], rows: Sequence[int]) -> list[int]:
    """Return the rows that somebody else had locked; not those that are gone."""
    missing = set(ids).difference(rows)
    if not missing:
        return []
    return list(item.model._default_manager.filter(pk__any_of=Ids.of(missing)).values_list("pk", flat=True))
