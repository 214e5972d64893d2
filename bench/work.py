"""The work of one measure, in a process of its own: prints as JSON how long it took and how much memory it used."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ON = dt.date(2026, 11, 24)
MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


def purge() -> dict[str, Any]:
    """The purge of the register."""
    from ilonet_register.models import User
    from retention import services

    return services.purge(on=ON, by=User.objects.night(), allowed=10_000_000).as_json()


def raw() -> None:
    """The same by one transaction of bare SQL with the same duties."""
    from bench.raw import delete_with_duties
    from ilonet_register.purposes import CONTRACTS

    delete_with_duties(CONTRACTS.period(ON).cutoff(ON))


def bare() -> None:
    """The same deletions without any duty."""
    from bench.raw import delete_bare
    from ilonet_register.purposes import CONTRACTS

    delete_bare(CONTRACTS.period(ON).cutoff(ON))


def bring_in(files: list[str]) -> dict[str, Any]:
    """The import of the register."""
    from ilonet_register.models import User
    from ilonet_register.office.importing import import_files

    paths = [Path(file) for file in files]
    return import_files(paths, by=User.objects.console(), on=ON).counts


def copy(files: list[str]) -> None:
    """COPY of the same files into tables of text columns."""
    from django.db import connection

    for number, file in enumerate(files):
        with open(file, encoding="utf-8") as text, connection.cursor() as cursor:
            columns = ", ".join(f"{name} text" for name in text.readline().strip().split(";"))
            cursor.execute(f"CREATE TABLE bare_{number} ({columns})")
            with cursor.copy(f"COPY bare_{number} FROM STDIN (FORMAT csv, DELIMITER ';')") as target:
                while piece := text.read(1 << 16):
                    target.write(piece)


WORK: dict[str, Callable[..., Any]] = {"purge": purge, "raw": raw, "bare": bare, "bring_in": bring_in, "copy": copy}


def main() -> None:
    """Run one piece of work: its name, and its arguments as JSON."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilonet_register.settings")
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    name, arguments = sys.argv[1], json.loads(sys.argv[2])
    started = time.perf_counter()
    found = WORK[name](**arguments)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "found": found}))  # noqa: T201 - its only output


if __name__ == "__main__":
    main()
