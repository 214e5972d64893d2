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
from contracts.imports.run import ChangedMeanwhile, Rejected, Report, labels_of
from ilonet_register.ledger import LedgerError
from ilonet_register.models import User
from ilonet_register.office.importing import import_files
from ilonet_register.periods import today


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
                keep=lambda report: self._keep_rejected(options["files"], report),
            )
        except Rejected as rejected:
            self._tell_nothing_written(rejected, as_json=options["json"])
        except ChangedMeanwhile:
            raise CommandError(
                _("Nothing was written: customers changed while the file was read. Run it again.")
            ) from None
        except LedgerError as error:
            raise CommandError(_("Nothing was written: the ledger cannot be read. %s") % error) from None
        for fault in report.faults:
            self.stderr.write(str(fault))
        if options["json"]:
            self._write_json(report)
            self.stderr.write(_in_words(report, options["dry_run"]))
        else:
            self.stdout.write(_in_words(report, options["dry_run"]))

    def _tell_nothing_written(self, rejected: Rejected, *, as_json: bool) -> None:
        if as_json:
            none = {"customers": 0, "contracts": 0, "subscriptions": 0}
            counts = {name: dict(none) for name in ("created", "updated", "unchanged")}
            self._write_json(Report(counts=counts, faults=rejected.faults))
        for fault in rejected.faults:
            self.stderr.write(str(fault))
        raise CommandError(_("Nothing was written. Faults: %(count)d.") % {"count": len(rejected.faults)})

    def _write_json(self, report: Report) -> None:
        """Write the report fault by fault: a file may hold more of them than fit into memory."""
        head, tail = {**report.counts}, report.as_json()
        self.stdout.write(json.dumps(head)[:-1] + ', "rejected": [', ending="")
        for number, fault in enumerate(report.faults):
            self.stdout.write((", " if number else "") + json.dumps(fault.as_json()), ending="")
        self.stdout.write("], " + json.dumps({key: tail[key] for key in tail if key not in head})[1:])

    def _keep_rejected(self, files: list[Path], report: Report) -> None:
        """Put what was rejected beside its file, before the import is committed: nothing of it is lost."""
        for path, label in labels_of(files).items():
            found = [fault for fault in report.faults if fault.file == label]
            if found:
                target, lines = write_rejected(path, found)
                text = _("Rejected lines: %(count)d; they are in %(file)s.")
                self.stderr.write(text % {"count": lines, "file": target})

    def _progress(self, file: str, lines: int) -> None:
        self.stderr.write(_("%(file)s: lines read: %(lines)d") % {"file": file, "lines": lines})


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
        text = _("%(number)s: removed on %(day)s, left out")
        lines.append("  " + text % {"number": number, "day": f"{day:%-d.%-m.%Y}"})
    lists = (
        (report.returned, _("%s: was removed and returns with a new contract")),
        (report.kept_ours, _("%s: changed here since its last import, kept as it is (--overwrite takes the file)")),
        (report.stays_protected, _("%s: non-disclosure stays, though the file says no; a person lifts it")),
        (report.traders, _("%s: called an organisation, looks like a sole trader; check it")),
        (report.products, _("new product: %s")),
    )
    lines += [f"  {text % number}" for numbers, text in lists for number in numbers]
    for contract, owner in report.incomplete:
        text = _("%(contract)s: in force, but data of the owner %(owner)s is missing")
        lines.append("  " + text % {"contract": contract, "owner": owner})
    lines.append("  " + _("contracts that are already due for removal: %d") % report.already_due)
    return "\n".join(lines)
