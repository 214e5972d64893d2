"""Evidence of each batch, written with it, and its way out of the database into the ledger.

The batch's transaction writes the evidence and the ledger object (outbox). After the commit the object goes to both
mirrors; then it leaves the outbox. A crash in between leaves it there, and whoever comes next ships it: the object is
named by the batch, so that shipping twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

from django.db import connection, transaction

from ilonet_register import ledger
from retention.destroy import Destroyed
from retention.models import Evidence, LedgerOutbox, PurgeRun

# Any fixed number: the writer's chain grows by one object at a time, whichever process ships.
SHIPPING_LOCK = 7_120_061


def write(*, run: PurgeRun | None, rule: str, on: dt.date, destroyed: Destroyed, kind: str = "purged") -> Evidence:
    """Write the evidence of a batch and its ledger object, in the transaction that destroys."""
    batch = uuid.uuid4()
    counts = {name: count for name, count in sorted(destroyed.counts.items()) if count}
    payload = {"kind": kind, "rule": rule, "on": on.isoformat(), "counts": counts, "hashes": destroyed.hashes}
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    proof = Evidence.objects.create(
        batch=batch, run=run, rule=rule, on=on, counts=counts, digest=hashlib.sha256(text.encode()).digest()
    )
    LedgerOutbox.objects.create(evidence=proof, payload=text)
    return proof


def ship() -> int:
    """Bring everything that was committed and has not left yet to both mirrors of the ledger; return how many.

    Called before and after every batch. What another process has not committed is not seen. Raises what the ledger
    raises when a mirror cannot be written: then no further batch starts.
    """
    shipped = 0
    while _ship_one():
        shipped += 1
    return shipped


def _ship_one() -> bool:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SHIPPING_LOCK])
        waiting = LedgerOutbox.objects.select_related("evidence").order_by("pk").first()
        if waiting is None:
            return False
        ledger.ship(batch=waiting.evidence.batch, payload=json.loads(waiting.payload))
        waiting.delete()
        return True


def verify_ledger() -> None:
    """Read the ledger whole and see that nobody altered it, while nobody ships. Raises what the ledger raises."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SHIPPING_LOCK])
        ledger.verify()
