"""What was rejected, as a file of its own: the lines as they came, each with its reasons, to be mended and sent."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from contracts.imports.run import LAYOUTS
from ilonet_register.imports.faults import Fault
from ilonet_register.imports.reading import Source


def write_rejected(path: Path, faults: Iterable[Fault]) -> tuple[Path, int]:
    """Write `FILE.rejected.csv` beside the file, readable by its owner alone; return where, and how many lines."""
    reasons: dict[int, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.line, []).append(": ".join(filter(None, [fault.column, fault.reason])))
    target = path.with_name(f"{path.name}.rejected.csv")
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        source = Source(path, LAYOUTS)
        writer = csv.writer(file, delimiter=source.delimiter)
        for position, (line, values) in enumerate(source.records()):
            if position == 0:
                writer.writerow([*values, _("reason")])
            elif line in reasons:
                writer.writerow([*values, "; ".join(reasons[line])])
    return target, len(reasons)
