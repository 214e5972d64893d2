"""The work of one measure, in a process of its own: prints as JSON how long it took and how much memory it used."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import sys
import time
from collections.abc import Callable
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


WORK: dict[str, Callable[..., Any]] = {"purge": purge, "raw": raw, "bare": bare}


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
