"""One batch: lock the people, lock the rows, look once more, destroy, prove; all in one transaction.

The order is the whole of it. People are locked first (every service that changes a row or a date does the same, see
`ilonet_register.locks`), then the due rows; what is looked at after that, in new statements, can no longer change:
still due, not held, nobody concerned but those who are locked. Foreign keys to people are immediate, so that whoever
adds a row about a locked person waits, and is then told that the person is gone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Model

from ilonet_register.declarations import Declaration, registry
from retention import due, evidence
from retention.destroy import Destroyed, allow_erasing, blank_field, destroy_rows
from retention.models import PurgeRun
from retention.rules import Rule

People = dict[type[Model], set[int]]
PATIENCE = dt.timedelta(seconds=5)


@dataclass
class Outcome:
    """What became of a batch: `gone` rows, `people` who went with them, `left` ids that are to be tried again."""

    gone: int = 0
    people: int = 0
    left: list[int] = field(default_factory=list)


def remove_batch(rule: Rule, ids: Sequence[int], *, on: dt.date, run: PurgeRun, wait: bool = False) -> Outcome:
    """Remove those of these rows that are still due and free on that day. `wait`: for locks, instead of skipping."""
    item, outcome = rule.declaration, Outcome()
    with transaction.atomic():
        allow_erasing()
        wait_at_most(PATIENCE)
        concerned = _concerned(item, ids)
        people = _lock_people(concerned, wait=wait)
        reachable = [pk for pk in ids if _all_locked(concerned[pk], people)]
        rows = lock_for_removal(item.model, reachable, wait=wait)
        # From here on nothing about these rows can change: what is read now is what is destroyed.
        still_due = list(
            due.due_and_free(rule, on=on).filter(pk__any_of=rows).order_by("pk").values_list("pk", flat=True)
        )
        concerned_now = _concerned(item, still_due)
        free = [pk for pk in still_due if _all_locked(concerned_now[pk], people)]
        # Rows that were skipped, and rows that meanwhile concern somebody who is not locked; not those that are gone.
        skipped = item.model._default_manager.filter(pk__any_of=sorted(set(ids) - set(rows)))
        outcome.left = sorted({*skipped.values_list("pk", flat=True)} | (set(still_due) - set(free)))
        outcome.gone = len(free)
        destroyed = Destroyed()
        if rule.field:
            blank_field(item, rule.field, free, destroyed)
        else:
            destroy_rows(item, free, destroyed)
            outcome.people = remove_people(people, destroyed)
        if destroyed.counts.total():
            evidence.write(run=run, rule=rule.name, on=on, destroyed=destroyed)
    return outcome


def remove_people(people: People, destroyed: Destroyed) -> int:
    """Remove those of the locked people about whom nothing with a period of its own is left; return how many."""
    count = 0
    for model, ids in people.items():
        item = registry.of(model)
        if item.nothing_left is None:
            continue
        free = list(due.nothing_left(item).filter(pk__any_of=sorted(ids)).values_list("pk", flat=True))
        destroy_rows(item, free, destroyed)
        count += len(free)
    return count


def lock_for_removal(model: type[Model], ids: Iterable[int], *, wait: bool) -> list[int]:
    """Lock rows in the order of their ids, skipping those that somebody else has locked unless told to wait."""
    rows = model._default_manager.filter(pk__any_of=sorted(ids)).order_by("pk")
    return list(rows.select_for_update(skip_locked=not wait, of=("self",)).values_list("pk", flat=True))


def wait_at_most(time: dt.timedelta) -> None:
    """Let this transaction wait so long for a lock that another one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(time.total_seconds() * 1000)}ms"])


Concerned = dict[int, set[tuple[type[Model], int]]]


def _concerned(item: Declaration, ids: Sequence[int]) -> Concerned:
    """Return by row the people whom it is about."""
    found: Concerned = defaultdict(set)
    for model, path in due.person_paths(item):
        if path == "self":
            for pk in ids:
                found[pk].add((model, pk))
            continue
        rows = item.model._default_manager.filter(pk__any_of=ids).order_by()
        for pk, person in rows.values_list("pk", path):
            if person is not None:
                found[pk].add((model, person))
    return found


def _lock_people(concerned: Concerned, *, wait: bool) -> People:
    """Lock the people in the order of the registry and of their ids."""
    wanted: People = {model: set() for model in registry.subject_models()}
    for people in concerned.values():
        for model, pk in people:
            wanted[model].add(pk)
    return {model: set(lock_for_removal(model, ids, wait=wait)) for model, ids in wanted.items() if ids}


def _all_locked(people: Collection[tuple[type[Model], int]], locked: People) -> bool:
    return all(pk in locked.get(model, ()) for model, pk in people)
