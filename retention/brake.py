"""The brake: a night that would take unusually much, or at an unusual time, stops and waits for a person (N13.2).

Destruction cannot be undone, so that a wrong clock, a wrong import or a wrong rule must not run through unseen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ilonet_register.declarations import Declaration
from retention.dry_run import Forecast
from retention.models import PurgeRun
from retention.rules import Rule

SMALL_NIGHT = 20
SHARE = 0.01
LONGEST_PAUSE = dt.timedelta(days=31)


@dataclass
class Stopped(Exception):
    """The purge did nothing, or nothing more, for these reasons. `rows`: how many `--allow-large` must allow."""

    reasons: Sequence[str]
    rows: int
    state = PurgeRun.State.STOPPED

    def __str__(self) -> str:
        return " ".join(self.reasons)


def check(forecast: Forecast, *, on: dt.date, allowed: int | None) -> None:
    """Raise Stopped when a person has to look first and has not allowed this many rows."""
    if allowed is not None:
        if forecast.rows > allowed:
            raise Stopped([_too_many(forecast.rows, allowed)], forecast.rows)
        return
    if reasons := [*_unusual_time(forecast, on=on), *_unusual_size(forecast)]:
        raise Stopped(reasons, forecast.rows)


class Brake:
    """Holds a run under way to what was looked at: rows that came in between are not removed unseen."""

    def __init__(self, allowed: int | None) -> None:
        self.allowed, self.rows = allowed, 0

    def before_rule(self, rule: Rule, rows: int) -> None:
        """Raise Stopped when more rows wait now than a night may take, or than were allowed for all rules together."""
        self.rows += rows
        if self.allowed is not None:
            if self.rows > self.allowed:
                raise Stopped([_too_many(self.rows, self.allowed)], self.rows)
        elif rows > SMALL_NIGHT and rows > (limit := _limit(rule.declaration)):
            raise Stopped([_too_large(rule.name, rows, limit)], self.rows)

    def before_rest(self, item: Declaration, rows: int) -> None:
        """Raise Stopped for many that would go without having gone with their last record: nobody has seen these."""
        if rows > SMALL_NIGHT and rows > (limit := max(_limit(item), self.allowed or 0)):
            raise Stopped([_too_large(item.rule, rows, limit)], rows)


def _unusual_time(forecast: Forecast, *, on: dt.date) -> list[str]:
    """Each rule is asked by itself: a run of one rule says nothing of the others."""
    runs = PurgeRun.objects.filter(state__in=[PurgeRun.State.DONE, PurgeRun.State.UNFINISHED]).order_by("-on")
    found = []
    for line in forecast.lines:
        last = runs.filter(rule__in=["", line.rule.name]).first()
        if last is None:
            found.append(_("This is the first real run; look at the dry run first."))
        elif on < last.on:
            found.append(_("The date lies before the last run; look at the clock of this machine."))
        elif on - last.on > LONGEST_PAUSE:
            found.append(_("The last run was more than 31 days ago; look at the clock of this machine."))
    return list(dict.fromkeys(found))


def _unusual_size(forecast: Forecast) -> list[str]:
    return [
        _too_large(line.rule.name, line.free, limit)
        for line in forecast.lines
        if line.free > SMALL_NIGHT and line.free > (limit := _limit(line.rule.declaration))
    ]


def _too_many(rows: int, allowed: int) -> str:
    text = _("%(rows)d rows would be removed, but only %(allowed)d are allowed.")
    return text % {"rows": rows, "allowed": allowed}


def _too_large(rule: str, rows: int, limit: int) -> str:
    text = _("The rule “%(rule)s” would remove %(rows)d rows; without a look at most %(limit)d go in a night.")
    return text % {"rule": rule, "rows": rows, "limit": limit}


def _limit(item: Declaration) -> int:
    return max(SMALL_NIGHT, int(item.model._default_manager.count() * SHARE))
