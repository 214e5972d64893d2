"""`bin/bench [--quick] [--json]`: all measures, each with its figure, its ratio and whether its limit holds."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from itertools import chain


def main() -> int:
    """Measure on a server of its own in a folder of its own; return 1 when a limit does not hold."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Speed as a ratio to bare SQL.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, one round: to see that it works")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ilonet-bench-") as folder:
        # Autovacuum comes when it likes: it would slow one side only, and keeps a database from being dropped.
        own = {"ILONET_DATA_DIR": folder, "ILONET_POSTGRES_OPTIONS": "autovacuum=off"}
        os.environ |= {**own, "DJANGO_SETTINGS_MODULE": "ilonet_register.settings"}
        os.environ.pop("DATABASE_URL", None)
        return run(quick=options.quick, as_json=options.json)


def run(*, quick: bool, as_json: bool) -> int:
    """Run all measures and print what they found."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from bench import imports, purge
    from ilonet_register import crypto

    call_command("migrate", verbosity=0)
    crypto.prepare_rings()
    connections.close_all()
    findings = []
    tenth = 10 if quick else 1
    purges = purge.measure(large=200_000 // tenth, small=20_000 // tenth, rounds=1 if quick else 3)
    for finding in chain(purges, imports.measure(large=100_000 // tenth)):
        findings.append(finding)
        if not as_json:
            sys.stdout.write(finding.in_words() + "\n")
            sys.stdout.flush()
    if as_json:
        sys.stdout.write(json.dumps([finding.as_json() for finding in findings], indent=1) + "\n")
    return 0 if all(finding.holds for finding in findings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
