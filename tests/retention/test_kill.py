"""`kill -9` of the purge at random moments: the next run finishes; nothing else goes, nothing twice, all proven."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from django.conf import settings

from contracts.models import Contract
from customers.models import Customer
from ilonet_register import ledger
from retention.models import Evidence, LedgerOutbox, PurgeRun
from tests.conftest import OwnDatabase
from tests.retention.builders import make_contract, make_customer

DUE, STAY = 120, 10
PROGRAM = """
import os, pathlib
import django
django.setup()
from django.conf import settings
settings.KEYS_DIR = pathlib.Path(os.environ["KEYS_OF_THE_TEST"])
from django.core.management import call_command
from retention import purge
purge.BATCH = 4
print("ready", flush=True)
call_command("purge", "--on", "2026-11-24", "--allow-large", "1000", "--json")
"""


def run(environment: dict[str, str], *, kill_after: float | None) -> str:
    """Run a purge in a process of its own; kill it that many seconds after it has begun. Return what it printed."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(process.pid, signal.SIGKILL)
    printed, _ = process.communicate()
    assert kill_after is not None or process.returncode == 0
    return printed


def test_killed_at_random_moments(own_database: OwnDatabase, ledger_folders: tuple[Path, Path]) -> None:
    for _ in range(DUE // 2):
        owner = make_customer()
        make_contract(owner), make_contract(owner)
    staying = {make_contract(make_customer(), ends_on=dt.date(2025, 1, 1)).pk for _ in range(STAY)}
    first, second = ledger_folders
    environment = {
        **own_database.environment,
        "ILONET_LEDGER_FIRST": str(first),
        "ILONET_LEDGER_SECOND": str(second),
        "KEYS_OF_THE_TEST": str(settings.KEYS_DIR),
    }
    chance, left = random.Random(20261124), []
    while Contract.objects.count() > STAY + DUE // 4 and len(left) < 25:
        run(environment, kill_after=chance.uniform(0.05, 0.4))
        left.append(Contract.objects.count())
    assert any(STAY < count < STAY + DUE for count in left), f"no run was killed half-way: {left}"
    json.loads(run(environment, kill_after=None))

    assert set(Contract.objects.values_list("pk", flat=True)) == staying
    assert Customer.objects.count() == STAY
    assert not LedgerOutbox.objects.exists()
    counts = sum((Counter(c) for c in Evidence.objects.values_list("counts", flat=True)), Counter())
    assert (counts["contract"], counts["customer"]) == (DUE, DUE // 2)
    ledger.verify([])
    entries = list(ledger.entries())
    assert sorted(e.batch for e in entries) == sorted(Evidence.objects.values_list("batch", flat=True))
    hashes = [h for e in entries for h in e.payload.as_content()["hashes"]["contracts.contract.uuid"]]
    assert len(hashes) == len(set(hashes)) == DUE
    states = Counter(PurgeRun.objects.values_list("state", flat=True))
    assert states["done"] == 1
    assert states["running"] == 0, "who was killed is known to have failed"
    assert states["failed"] >= 1
