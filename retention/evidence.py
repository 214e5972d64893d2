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
from collections.abc import Iterator
from contextlib import contextmanager

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
    text = ledger.Payload(kind=kind, on=on, rule=rule, counts=counts, hashes=destroyed.hashes).as_text()
    proof = Evidence.objects.create(
        batch=batch, run=run, rule=rule, on=on, counts=counts, digest=hashlib.sha256(text.encode()).digest()
    )
    LedgerOutbox.objects.create(evidence=proof, payload=text)
    return proof


def ready() -> None:
    """See that something may be destroyed now: everything before it is shipped, and both mirrors are here and whole.

    Called before every batch and every single removal, outside any transaction. Raises what the ledger raises: then
    nothing is removed.
    """
    ship()
    with _nobody_ships():
        ledger.check_ready(_newest_shipped())


def newest() -> int:
    """Return a number that grows with every removal: who reads the ledger asks before and after."""
    return Evidence.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def ship() -> int:
    """Bring everything that was committed and has not left yet to both mirrors of the ledger; return how many.

    Called after every commit, outside any transaction: what is not committed must not be told. What another process
    has not committed is not seen. Raises what the ledger raises when a mirror cannot be written.
    """
    _prepare()
    shipped = 0
    while _ship_one():
        shipped += 1
    return shipped


def _ship_one() -> bool:
    with _nobody_ships():
        waiting = LedgerOutbox.objects.select_related("evidence").order_by("pk").first()
        if waiting is None:
            return False
        ledger.ship(batch=waiting.evidence.batch, payload=json.loads(waiting.payload))
        waiting.delete()
        return True


def verify_ledger() -> None:
    """Ship what waits, then read the ledger whole and see that nobody altered it. Raises what the ledger raises."""
    ship()
    with _nobody_ships():
        ledger.verify()
        ledger.check_ready(_newest_shipped())


def _prepare() -> None:
    """Begin the ledger of a register that has shipped nothing yet; later a missing folder is a loss."""
    if _newest_shipped() is None:
        ledger.begin()


def _newest_shipped() -> uuid.UUID | None:
    shipped = Evidence.objects.filter(outbox__isnull=True).order_by("-pk")
    return shipped.values_list("batch", flat=True).first()


@contextmanager
def _nobody_ships() -> Iterator[None]:
    """A transaction of its own in which no other process writes to the ledger."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SHIPPING_LOCK])
        yield
