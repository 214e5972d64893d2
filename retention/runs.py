"""The rows that tell of each night: under way, done, stopped, failed.

A run holds an advisory lock of its session while it is under way, so that a run that was killed is known from one that
still works, whatever its heartbeat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from ilonet_register.models import User
from retention.models import PurgeRun

RUN_LOCK = 7_120_062


@contextmanager
def under_way(*, on: dt.date, by: User, rule: str, allowed: int | None) -> Iterator[PurgeRun]:
    """Note a run, and at the end what became of it; the caller sets its state and totals. Earlier runs that were
    killed are noted as failed."""
    _note_the_dead()
    run = PurgeRun.objects.create(on=on, by=by, rule=rule, allowed=allowed)
    _ask("SELECT pg_advisory_lock(%s, %s)", run)
    try:
        yield run
    except BaseException as error:
        run.state = getattr(error, "state", PurgeRun.State.FAILED)
        raise
    finally:
        if connection.is_usable():
            run.heartbeat_at = run.finished_at = timezone.now()
            run.save()
            _ask("SELECT pg_advisory_unlock(%s, %s)", run)


def note_stopped(
    *, on: dt.date, by: User, rule: str, allowed: int | None, rows: int, reasons: Sequence[str]
) -> PurgeRun:
    """Note a night that the brake stopped: it waits for a person."""
    now = timezone.now()
    return PurgeRun.objects.create(
        on=on,
        by=by,
        rule=rule,
        state=PurgeRun.State.STOPPED,
        allowed=allowed,
        started_at=now,
        finished_at=now,
        totals={"rows": rows, "reasons": list(reasons)},
    )


def beat(run: PurgeRun) -> None:
    """Note that the run is alive."""
    PurgeRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now())


def _note_the_dead() -> None:
    for run in PurgeRun.objects.filter(state=PurgeRun.State.RUNNING):
        if _ask("SELECT pg_try_advisory_lock(%s, %s)", run):
            PurgeRun.objects.filter(pk=run.pk).update(state=PurgeRun.State.FAILED, finished_at=timezone.now())
            _ask("SELECT pg_advisory_unlock(%s, %s)", run)


def _ask(sql: str, run: PurgeRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [RUN_LOCK, run.pk % 2**31])
        return bool(cursor.fetchone()[0])
