"""The brake: a night that would take unusually much, or at an unusual time, stops and waits for a person (N13.2).

Destruction cannot be undone, so that a wrong clock, a wrong import or a wrong rule must not run through unseen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from retention.dry_run import Forecast
from retention.models import PurgeRun
from retention.rules import Rule

SMALL_NIGHT = 20
SHARE = 0.01
LONGEST_PAUSE = dt.timedelta(days=31)


@dataclass
class Stopped(Exception):
    """The purge did nothing, for these reasons. `rows`: how many rows `--allow-large` must allow."""

    reasons: Sequence[str]
    rows: int

    def __str__(self) -> str:
        return " ".join(self.reasons)


def check(forecast: Forecast, *, on: dt.date, allowed: int | None) -> None:
    """Raise Stopped when a person has to look first and has not allowed this many rows."""
    if allowed is not None:
        if forecast.rows > allowed:
            text = _("%(rows)d rows would be removed, but only %(allowed)d are allowed.")
            raise Stopped([text % {"rows": forecast.rows, "allowed": allowed}], forecast.rows)
        return
    if reasons := [*_unusual_time(on), *_unusual_size(forecast)]:
        raise Stopped(reasons, forecast.rows)


def _unusual_time(on: dt.date) -> list[str]:
    last = PurgeRun.objects.filter(state__in=[PurgeRun.State.DONE, PurgeRun.State.UNFINISHED]).order_by("-on").first()
    if last is None:
        return [_("This is the first real run; look at the dry run first.")]
    if on < last.on:
        return [_("The date lies before the last run; look at the clock of this machine.")]
    if on - last.on > LONGEST_PAUSE:
        return [_("The last run was more than 31 days ago; look at the clock of this machine.")]
    return []


def _unusual_size(forecast: Forecast) -> list[str]:
    text = _("The rule “%(rule)s” would remove %(rows)d rows; without a look at most %(limit)d go in a night.")
    found = []
    for line in forecast.lines:
        if line.free > SMALL_NIGHT and line.free > (limit := _limit(line.rule)):
            found.append(text % {"rule": line.rule.name, "rows": line.free, "limit": limit})
    return found


def _limit(rule: Rule) -> int:
    return max(SMALL_NIGHT, int(rule.declaration.model._default_manager.count() * SHARE))
