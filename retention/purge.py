"""The night: what may be kept no longer goes, in batches, with proof (N13.2).

Read `purge` from top to bottom: look, let the brake decide, then rule by rule; afterwards whoever has nothing left;
at the end what was locked is tried again with patience. It may be killed at any moment: the next run finishes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.utils import timezone

from ilonet_register import audit
from ilonet_register.declarations import Declaration, registry
from ilonet_register.models import User
from retention import brake, due, evidence, runs
from retention.batch import Outcome, remove_batch, remove_rest
from retention.dry_run import Forecast, Line, forecast
from retention.models import PurgeRun
from retention.queue import Queue
from retention.rules import Rule, rule_named, rules
from retention.statistics import forget_statistics

BATCH = 5000
PATIENT_BATCH = 200
FRUITLESS_ROUNDS = 3
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"
Progress = Callable[[str, int, int], None]


@dataclass
class Night:
    """What a run did, or would do; `left` rows stayed only because somebody else had them locked all the time."""

    run: int | None
    on: dt.date
    dry_run: bool
    lines: list[dict[str, Any]] = field(default_factory=list)
    people: int = 0
    left: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "on": self.on.isoformat(),
            "dry_run": self.dry_run,
            "rules": self.lines,
            "customers_removed": self.people,
        }


def dry_run(*, on: dt.date, only: str = "") -> Night:
    """Tell what a night on that day would remove; nothing is written. Raises KeyError for an unknown rule."""
    seen = forecast(_chosen(only), on=on)
    lines = [_line(line, purged=line.free) for line in seen.lines]
    return Night(run=None, on=on, dry_run=True, lines=lines, people=seen.people or 0)


def purge(
    *, on: dt.date, by: User, only: str = "", allowed: int | None = None, progress: Progress | None = None
) -> Night:
    """Remove what is due on that day. Raises KeyError for an unknown rule, brake.Stopped, and what the ledger raises
    when it cannot be written or was altered."""
    chosen = _chosen(only)
    with audit.acting(by):
        evidence.verify_ledger()
        seen = forecast(chosen, on=on, with_people=False)
        try:
            brake.check(seen, on=on, allowed=allowed)
        except brake.Stopped as stopped:
            runs.note_stopped(on=on, by=by, rule=only, allowed=allowed, rows=stopped.rows, reasons=stopped.reasons)
            raise
        with runs.under_way(on=on, by=by, rule=only, allowed=allowed) as run:
            night = _Run(run, on=on, brakes=brake.Brake(allowed), progress=progress).through(chosen, seen)
            run.totals = night.as_json()
            run.state = PurgeRun.State.UNFINISHED if night.left else PurgeRun.State.DONE
    return night


def _chosen(only: str) -> list[Rule]:
    return [rule_named(only)] if only else rules()


def _line(line: Line, *, purged: int) -> dict[str, Any]:
    return {"rule": line.rule.name, "due": line.due, "purged": purged, "held": line.held}


class _Run:
    """One run under way."""

    def __init__(self, run: PurgeRun, *, on: dt.date, brakes: brake.Brake, progress: Progress | None) -> None:
        self.run, self.on, self.brakes = run, on, brakes
        self.progress = progress or (lambda rule, done, total: None)
        self.night = Night(run=run.pk, on=on, dry_run=False)

    def through(self, chosen: Sequence[Rule], seen: Forecast) -> Night:
        for rule, line in zip(chosen, seen.lines, strict=True):
            self.night.lines.append(_line(line, purged=self._rule(rule)))
        for item in registry:
            if item.shared and item.keeps:
                self._rest(item, due.holds_for_none(item))
        for item in registry:
            if item.nothing_left is not None:
                self.night.people += self._rest(item, due.nothing_left(item))
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        if self.removed:
            forget_statistics()
        return self.night

    @property
    def removed(self) -> bool:
        return any(line["purged"] for line in self.night.lines) or bool(self.night.people)

    def _rule(self, rule: Rule) -> int:
        """Run one rule; return how many rows went."""
        queue = Queue(due.due_and_free(rule, on=self.on))
        self.brakes.before_rule(rule, queue.total)

        def remove(ids: list[int], wait: bool) -> Outcome:
            return remove_batch(rule, ids, on=self.on, run=self.run, wait=wait)

        return self._work_off(rule.name, queue, remove)

    def _rest(self, item: Declaration, rows: QuerySet[Model]) -> int:
        """The last statements, which can be repeated: what no batch could remove, each for reasons of its own."""
        queue = Queue(rows)
        self.brakes.before_rest(item, queue.total)

        def remove(ids: list[int], wait: bool) -> Outcome:
            return remove_rest(item, rows, ids, on=self.on, run=self.run, wait=wait)

        return self._work_off(item.rule, queue, remove)

    def _work_off(self, name: str, queue: Queue, remove: Callable[[list[int], bool], Outcome]) -> int:
        """Empty the queue; return how many rows went. What others have locked is tried again while that helps."""
        gone, fruitless = 0, 0
        while queue.size():
            waiting = queue.size()
            for ids in queue.batches(BATCH):
                gone += self._batch(queue, ids, remove, wait=False)
                self.progress(name, gone, queue.total)
            if queue.size():
                for ids in queue.batches(PATIENT_BATCH):
                    gone += self._batch(queue, ids, remove, wait=True)
            fruitless = fruitless + 1 if queue.size() == waiting else 0
            if fruitless == FRUITLESS_ROUNDS:
                self.night.left += queue.size()
                break
        return gone

    def _batch(self, queue: Queue, ids: list[int], remove: Callable[[list[int], bool], Outcome], *, wait: bool) -> int:
        """Remove one batch and ship its proof; what is locked by others stays in the queue."""
        evidence.ready()
        try:
            outcome = remove(ids, wait)
        except OperationalError as error:
            if not (wait and _is_about_a_lock(error)):
                raise
            return 0
        queue.done(set(ids) - set(outcome.left))
        self.night.people += outcome.people
        evidence.ship()
        runs.beat(self.run)
        return outcome.gone


def _is_about_a_lock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in {LOCK_NOT_AVAILABLE, DEADLOCK}
