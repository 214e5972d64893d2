"""The night: what may be kept no longer goes, in batches, with proof (N13.2).

Read `purge` from top to bottom: look, let the brake decide, then rule by rule; afterwards whoever has nothing left;
at the end what was locked is tried again with patience. It may be killed at any moment: the next run finishes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from ilonet_register import audit, ledger
from ilonet_register.declarations import Declaration, registry
from ilonet_register.models import User
from retention import brake, due, evidence
from retention.batch import lock_for_removal, remove_batch, remove_people
from retention.destroy import Destroyed, allow_erasing
from retention.dry_run import Forecast, forecast
from retention.models import PurgeRun
from retention.rules import Rule, rules

BATCH = 5000
PATIENT_BATCH = 200
ROUNDS = 3
Progress = Callable[[str, int, int], None]


@dataclass
class Night:
    """What a run did, as `--json` prints it."""

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
            "left_locked": self.left,
        }


def dry_run(*, on: dt.date, only: str = "") -> Night:
    """Tell what a night on that day would remove; nothing is written."""
    seen = forecast(_chosen(only), on=on)
    lines = [{"rule": line.rule, "due": line.due, "purged": 0, "held": line.held} for line in seen.lines]
    return Night(run=None, on=on, dry_run=True, lines=lines, people=seen.people)


def purge(
    *, on: dt.date, by: User, only: str = "", allowed: int | None = None, progress: Progress | None = None
) -> Night:
    """Remove what is due on that day. Raises brake.Stopped, and what the ledger raises when it cannot be written."""
    chosen = _chosen(only)
    with audit.acting(by):
        evidence.ship()
        ledger.check_writable()
        seen = forecast(chosen, on=on)
        _let_the_brake_decide(seen, on=on, by=by, allowed=allowed)
        run = PurgeRun.objects.create(on=on, by=by, allowed=allowed)
        try:
            night = _Run(run, on=on, progress=progress).through(chosen, seen)
        except BaseException:
            _finish(run, PurgeRun.State.FAILED)
            raise
        run.totals = night.as_json()
        _finish(run, PurgeRun.State.UNFINISHED if night.left else PurgeRun.State.DONE)
    return night


def _chosen(only: str) -> list[Rule]:
    return [rule for rule in rules() if not only or rule.name == only]


def _let_the_brake_decide(seen: Forecast, *, on: dt.date, by: User, allowed: int | None) -> None:
    try:
        brake.check(seen, on=on, allowed=allowed)
    except brake.Stopped as stopped:
        state = PurgeRun.State.STOPPED
        totals = {"rows": stopped.rows, "reasons": list(stopped.reasons)}
        PurgeRun.objects.create(on=on, by=by, state=state, allowed=allowed, finished_at=timezone.now(), totals=totals)
        raise


def _finish(run: PurgeRun, state: str) -> None:
    if connection.is_usable():
        run.state, run.finished_at = state, timezone.now()
        run.save()


class _Run:
    """One run under way."""

    def __init__(self, run: PurgeRun, *, on: dt.date, progress: Progress | None) -> None:
        self.run, self.on = run, on
        self.progress = progress or (lambda rule, done, total: None)
        self.night = Night(run=run.pk, on=on, dry_run=False)

    def through(self, chosen: Sequence[Rule], seen: Forecast) -> Night:
        held = {line.rule: line.held for line in seen.lines}
        for rule in chosen:
            gone, left = self._rule(rule)
            self.night.left += left
            line = {"rule": rule.name, "due": gone + left + held[rule.name], "purged": gone, "held": held[rule.name]}
            self.night.lines.append(line)
        for item in registry:
            if item.nothing_left is not None:
                self.night.people += self._who_has_nothing_left(item)
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        return self.night

    def _rule(self, rule: Rule) -> tuple[int, int]:
        """Run one rule; return how many rows went and how many are still locked by others."""
        total, gone = _queue(rule, on=self.on), 0
        for _ in range(ROUNDS):
            for ids in _batches(BATCH):
                gone += self._batch(rule, ids, wait=False)
                self.progress(rule.name, gone, total)
            if not _queued():
                return gone, 0
            for ids in _batches(PATIENT_BATCH):
                gone += self._batch(rule, ids, wait=True)
        return gone, _queued()

    def _batch(self, rule: Rule, ids: list[int], *, wait: bool) -> int:
        """Remove one batch and ship its proof; what is locked by others stays in the queue."""
        try:
            outcome = remove_batch(rule, ids, on=self.on, run=self.run, wait=wait)
        except OperationalError as error:
            if not wait or not _is_lock_timeout(error):
                raise
            return 0
        _done(set(ids) - set(outcome.left))
        self.night.people += outcome.people
        evidence.ship()
        PurgeRun.objects.filter(pk=self.run.pk).update(heartbeat_at=timezone.now())
        return outcome.gone

    def _who_has_nothing_left(self, item: Declaration) -> int:
        """The last statement, which can be repeated: people whom no batch could remove, each batch for its own reasons."""
        count = 0
        while ids := list(due.nothing_left(item).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic():
                allow_erasing()
                locked = lock_for_removal(item.model, ids, wait=True)
                destroyed = Destroyed()
                removed = remove_people({item.model: set(locked)}, destroyed)
                if removed:
                    evidence.write(run=self.run, rule=f"{item.rule} with nothing left", on=self.on, destroyed=destroyed)
            evidence.ship()
            if not removed:
                break
            count += removed
        return count


# The queue of a rule: a table of this session alone, so that memory stays the same whatever is due.


def _queue(rule: Rule, *, on: dt.date) -> int:
    sql, params = due.due_and_free(rule, on=on).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS purge_queue")
        cursor.execute("CREATE TEMPORARY TABLE purge_queue (id bigint PRIMARY KEY)")
        cursor.execute(f"INSERT INTO purge_queue {sql}", params)
        count = cursor.rowcount
        cursor.execute("ANALYZE purge_queue")
    return count


def _queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM purge_queue")
        return int(cursor.fetchone()[0])


def _batches(size: int) -> Iterator[list[int]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM purge_queue WHERE id > %s ORDER BY id LIMIT %s", [last, size])
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _done(ids: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM purge_queue WHERE id = ANY(%s::bigint[])", [sorted(ids)])


def _is_lock_timeout(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in {"55P03", "40P01"}
