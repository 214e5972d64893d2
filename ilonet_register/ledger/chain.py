"""Reading the ledger: for imports, for restores, and to see that nothing was altered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from ilonet_register.crypto import UnknownKey, ring
from ilonet_register.ledger.mirrors import Mirror, mirrors
from ilonet_register.ledger.objects import RING, Entry, Head, LedgerDamaged, decode, keys_of
from ilonet_register.ledger.shipping import heal


class Removed(NamedTuple):
    """One keyed hash: of which model and field, removed as of which day, how and by which batch."""

    kind: str
    label: str
    digest: str
    on: dt.date
    batch: UUID


def verify(expected: Iterable[Head] = ()) -> dict[str, Head]:
    """Read both mirrors whole and return the head of each writer's chain.

    LedgerDamaged with the reason for whatever was altered, cut short, doubled, exchanged or taken away; a missing tail
    shows only against the `expected` heads, those of certificates. LedgerUnavailable, UnknownKey. What a crash between
    the mirrors left is healed first, so the caller holds the lock of those who ship.
    """
    both = mirrors()
    for writer in sorted({*both[0].writers(), *both[1].writers()}):
        heal(both, writer)
    wanted = {(head.writer, head.sequence): head.sha256 for head in expected}
    heads: dict[str, Head] = {}
    batches: set[UUID] = set()
    for entry in _walk(both):
        if entry.batch in batches:
            raise LedgerDamaged(f"The batch {entry.batch} is in the ledger twice.")
        batches.add(entry.batch)
        _refuse_unknown_keys(entry)
        if wanted.pop((entry.writer, entry.sequence), entry.sha256) != entry.sha256:
            raise LedgerDamaged(f"The ledger does not hold what was certified as {entry.writer}:{entry.sequence}.")
        heads[entry.writer] = entry.head
    for writer, sequence in wanted:
        last = heads[writer].sequence if writer in heads else 0
        raise LedgerDamaged(
            f"The end of the ledger is missing: “{writer}” was certified to {sequence}, is here to {last}."
        )
    return heads


def entries(kinds: Iterable[str] = ()) -> Iterator[Entry]:
    """Yield the objects of all writers, of some kinds or all, each checked and one at a time in memory.

    LedgerDamaged, LedgerUnavailable, UnknownKey. Whether the mirrors are the same is asked of `verify`.
    """
    wanted = frozenset(kinds)
    for entry in _walk(mirrors()[:1]):
        if not wanted or entry.payload.kind in wanted:
            yield entry


def hashes(kinds: Iterable[str] = (), *, label: str | None = None) -> Iterator[Removed]:
    """Yield the keyed hashes of what was removed, of some kinds or all, and of one model and field or all.

    UnknownKey where a key is missing, for then nobody removed under it would be recognised.
    """
    for entry in entries(kinds):
        _refuse_unknown_keys(entry)
        payload = entry.payload
        for found, digests in payload.hashes.items():
            if label is None or found == label:
                yield from (Removed(payload.kind, found, each, payload.on, entry.batch) for each in digests)


def shipped_batches() -> set[UUID]:
    """Return the batches in the ledger, from the names alone: those that the database must know too (restore)."""
    return {
        UUID(name[9:].removesuffix(".json"))
        for mirror in mirrors()
        for writer in mirror.writers()
        for name in mirror.names(writer).values()
    }


def _walk(read: tuple[Mirror, ...]) -> Iterator[Entry]:
    """Yield every object of every writer in its order, the same in all mirrors that are read."""
    for writer in read[0].writers():
        names = read[0].names(writer)
        if any(mirror.names(writer) != names for mirror in read):
            raise LedgerDamaged(f"The mirrors of the ledger do not have the same objects of the writer “{writer}”.")
        previous = ""
        for position, (sequence, name) in enumerate(sorted(names.items()), start=1):
            place = f"{writer}/{name}"
            if sequence != position:
                raise LedgerDamaged(f"The object {position} of the writer “{writer}” is missing.")
            raw, *others = (mirror.read(writer, name) for mirror in read)
            if any(other != raw for other in others):
                raise LedgerDamaged(f"The mirrors of the ledger differ in {place}: one of them was altered.")
            entry = decode(raw, place=place)
            if (entry.writer, f"{entry.sequence:08}-{entry.batch}.json") != (writer, name):
                raise LedgerDamaged(f"{place} is another object under this name.")
            if entry.previous != previous:
                raise LedgerDamaged(f"{place} does not follow the object before it: one of the two was exchanged.")
            previous = entry.sha256
            yield entry


def _refuse_unknown_keys(entry: Entry) -> None:
    """UnknownKey where some hash was made with a key that is lost."""
    for key_id in keys_of(chain.from_iterable(entry.payload.hashes.values())):
        if not ring(RING).knows(key_id):
            raise UnknownKey(RING, key_id, ring(RING).folder)
