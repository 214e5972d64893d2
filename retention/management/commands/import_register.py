"""`manage.py import_register`: customers and contracts from CSV files, all or nothing unless told otherwise."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contracts.imports.rejects import write_rejected
from contracts.imports.run import ChangedMeanwhile, Rejected, Report
from ilonet_register.ledger import LedgerError
from ilonet_register.models import User
from ilonet_register.periods import today
from retention.imports import import_files


class Command(BaseCommand):
    """Brings customers and contracts in; the same files twice change nothing."""

    help = (
        "Import customers and contracts from CSV files. With any fault nothing is written, and all faults are listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="customers and contracts, in any order")
        parser.add_argument("--dry-run", action="store_true", help="do everything and take it back")
        parser.add_argument("--skip-invalid", action="store_true", help="write what is good, and FILE.rejected.csv")
        parser.add_argument("--overwrite", action="store_true", help="overwrite also what was changed here")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        on = today()
        try:
            report = import_files(
                options["files"],
                by=User.objects.console(),
                on=on,
                dry_run=options["dry_run"],
                skip_invalid=options["skip_invalid"],
                overwrite=options["overwrite"],
                progress=self._progress,
            )
        except Rejected as rejected:
            self._tell_nothing_written(rejected, as_json=options["json"])
        except ChangedMeanwhile:
            raise CommandError(
                _("Nothing was written: customers changed while the file was read. Run it again.")
            ) from None
        except LedgerError as error:
            raise CommandError(_("Nothing was written: the ledger cannot be read. %s") % error) from None
        self._write_rejected(options["files"], report, dry_run=options["dry_run"])
        self.stdout.write(json.dumps(report.as_json()) if options["json"] else _in_words(report, options["dry_run"]))
        if options["json"]:
            self.stderr.write(_in_words(report, options["dry_run"]))

    def _tell_nothing_written(self, rejected: Rejected, *, as_json: bool) -> None:
        if as_json:
            none = {"customers": 0, "contracts": 0, "subscriptions": 0}
            empty = Report(
                counts={name: dict(none) for name in ("created", "updated", "unchanged")}, faults=rejected.faults
            )
            self.stdout.write(json.dumps(empty.as_json()))
        for fault in rejected.faults:
            self.stderr.write(str(fault))
        raise CommandError(_("Nothing was written: %(count)d faults.") % {"count": len(rejected.faults)})

    def _write_rejected(self, files: list[Path], report: Report, *, dry_run: bool) -> None:
        for path in files:
            found = [fault for fault in report.faults if fault.file == path.name]
            if not found:
                continue
            for fault in found:
                self.stderr.write(str(fault))
            if not dry_run and all(fault.line for fault in found):
                text = _("%(count)d lines were rejected; they are in %(file)s.")
                lines = len({fault.line for fault in found})
                self.stderr.write(text % {"count": lines, "file": write_rejected(path, found)})

    def _progress(self, file: str, lines: int) -> None:
        self.stderr.write(_("%(file)s: %(lines)d lines read") % {"file": file, "lines": lines})


def _in_words(report: Report, dry_run: bool) -> str:
    counts = report.counts
    lines = [_("This is what would happen:") if dry_run else _("Imported:")]
    for name, words in (
        ("created", pgettext("import", "new")),
        ("updated", pgettext("import", "changed")),
        ("unchanged", pgettext("import", "unchanged")),
    ):
        text = _("%(what)s: %(customers)d customers, %(contracts)d contracts, %(subscriptions)d subscriptions")
        lines.append("  " + text % {"what": words, **counts[name]})
    for number, day in report.removed:
        lines.append(
            "  " + _("%(number)s: removed on %(day)s, left out") % {"number": number, "day": f"{day:%-d.%-m.%Y}"}
        )
    for number in report.returned:
        lines.append("  " + _("%s: was removed and returns with a new contract") % number)
    for number in report.kept_ours:
        lines.append(
            "  " + _("%s: changed here since its last import, kept as it is (--overwrite takes the file)") % number
        )
    for number in report.traders:
        lines.append("  " + _("%s: called an organisation, looks like a sole trader; check it") % number)
    for contract, owner in report.incomplete:
        text = _("%(contract)s: in force, but data of the owner %(owner)s is missing")
        lines.append("  " + text % {"contract": contract, "owner": owner})
    for product in report.products:
        lines.append("  " + _("new product: %s") % product)
    lines.append("  " + _("contracts that are already due for removal: %d") % report.already_due)
    return "\n".join(lines)
