"""`manage.py purge`: the nightly removal of what may be kept no longer (N13.2)."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ilonet_register.ledger import LedgerError
from ilonet_register.models import User
from ilonet_register.periods import today
from retention import services
from retention.rules import rules


class Command(BaseCommand):
    """Removes what is due on a day, or tells what it would remove."""

    help = "Remove contracts, roles and whatever else may be kept no longer; run every night by a timer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="tell what would go, and write nothing")
        parser.add_argument(
            "--on", type=_day, metavar="DATE", help="count from this day; a future one with --dry-run only"
        )
        parser.add_argument("--rule", default="", choices=[rule.name for rule in rules()], help="only this rule")
        parser.add_argument("--allow-large", type=_count, metavar="N", help="let a night of up to N rows go")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or today()
        night = self._look(on, options) if options["dry_run"] else self._remove(on, options)
        self.stdout.write(json.dumps(night.as_json()) if options["json"] else _in_words(night))
        if night.left:
            raise CommandError(
                _("%(rows)d rows are still locked by others; the next run takes them.") % {"rows": night.left}
            )

    def _look(self, on: dt.date, options: dict[str, Any]) -> services.Night:
        return services.dry_run(on=on, only=options["rule"])

    def _remove(self, on: dt.date, options: dict[str, Any]) -> services.Night:
        if on > today():
            raise CommandError(_("A day in the future can only be looked at: add --dry-run."))
        try:
            return services.purge(
                on=on,
                by=User.objects.night(),
                only=options["rule"],
                allowed=options["allow_large"],
                progress=self._progress,
            )
        except services.Stopped as stopped:
            advice = _("Look at it with --dry-run; then let it go with --allow-large %(rows)d.") % {
                "rows": stopped.rows
            }
            raise CommandError(
                _("Nothing was removed. %(why)s %(advice)s") % {"why": stopped, "advice": advice}
            ) from None
        except LedgerError as error:
            raise CommandError(_("The ledger cannot be written; no further batch starts. %s") % error) from None

    def _progress(self, rule: str, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{rule}: {done}/{total}\r", ending="")


def _in_words(night: services.Night) -> str:
    head = _("On %(day)s would be removed:") if night.dry_run else _("Removed as of %(day)s:")
    lines = [head % {"day": f"{night.on:%-d.%-m.%Y}"}]
    text = _("%(rule)s: %(purged)d of %(due)d due, %(held)d held")
    lines += [f"  {text % line}" for line in night.lines]
    lines.append("  " + _("customers with nothing left: %d") % night.people)
    return "\n".join(lines)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _count(text: str) -> int:
    if (count := int(text)) < 0:
        raise ValueError
    return count
