"""What was destroyed, outside the database: so that a restored backup or an old file brings nobody back.

The ledger is immutable objects in two mirror folders (`settings.LEDGER_DIRS`), `<writer>/<sequence>-<batch>.json`, one
chain of hashes per writer. An object says which batch removed how many rows under which rule, and holds the keyed
hashes of their UUIDs and numbers; never a value. It is sealed with a key of the ring `ledger`, which is never retired.

* The eraser hashes with `digest`, keeps the `Payload` in its outbox, and ships it after its commit: `ship`.
* Imports ask `hashes` and `digests`: a number that was removed here is skipped.
* A restore asks `verify` with the heads that stand on certificates, then `entries`.

A chain shows alterations but no missing tail: that is what the heads outside are for.
"""

from ilonet_register.ledger.chain import Removed, entries, hashes, shipped_batches, verify
from ilonet_register.ledger.mirrors import begin, check_writable
from ilonet_register.ledger.objects import (
    BatchDiffers,
    Entry,
    Head,
    LedgerDamaged,
    LedgerError,
    LedgerUnavailable,
    Payload,
    digest,
    digest_many,
    digests,
)
from ilonet_register.ledger.shipping import check_ready, ship

__all__ = [
    "BatchDiffers",
    "Entry",
    "Head",
    "LedgerDamaged",
    "LedgerError",
    "LedgerUnavailable",
    "Payload",
    "Removed",
    "begin",
    "check_ready",
    "check_writable",
    "digest",
    "digest_many",
    "digests",
    "entries",
    "hashes",
    "ship",
    "shipped_batches",
    "verify",
]
