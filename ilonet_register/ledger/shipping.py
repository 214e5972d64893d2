"""Writing to the ledger: the one way in.

Callers hold a database lock that is the same for all who ship to this ledger (an advisory lock): two at once would
give their objects the same sequence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from ilonet_register.ledger.mirrors import Mirror, check_writable, mirrors, places_of, sequence_of
from ilonet_register.ledger.objects import BatchDiffers, Entry, Head, LedgerDamaged, Payload, decode, encode


def ship(*, batch: UUID, payload: Payload | Mapping[str, Any], writer: str = "") -> Head:
    """Write what a batch did to both mirrors, on the disk and read back, and return the new head.

    The payload may be its content, as an outbox keeps it; the chain is that of `writer`, by default this node's
    (setting LEDGER_WRITER). Idempotent: a batch that is there already, whoever wrote it, is only compared. A crash
    between the mirrors is healed first. LedgerUnavailable and LedgerDamaged: keep the payload, ship again later;
    BatchDiffers when the batch is there with another content.
    """
    payload = payload if isinstance(payload, Payload) else Payload.from_content(payload)
    both = mirrors()
    writer = writer or str(getattr(settings, "LEDGER_WRITER", "main"))
    known = {place for mirror in both for place in places_of(mirror, batch)}
    for owner in sorted({writer, *(owner for owner, _name in known)}):
        heal(both, owner)
    if known:
        return _compare(both, known, batch, payload)
    head = _head(both, writer)
    sequence = head.sequence + 1 if head else 1
    raw = encode(head, writer=writer, batch=batch, payload=payload)
    for mirror in both:
        mirror.write(writer, f"{sequence:08}-{batch}.json", raw)
    return Head(writer, sequence, hashlib.sha256(raw).hexdigest())


def check_ready(newest: UUID | None) -> None:
    """See that both mirrors can be written, end alike with a sealed object, and hold the newest batch that was shipped.

    Called before anything is destroyed, under the lock of those who ship. A crash between the mirrors is healed.
    LedgerUnavailable, LedgerDamaged: then nothing may be destroyed. Whether an older object was altered is asked of
    `verify`.
    """
    both = mirrors()
    check_writable()
    for writer in sorted({*both[0].writers(), *both[1].writers()}):
        heal(both, writer)
        if names := both[0].listing(writer):
            _read_both(both, writer, max(names))
    if newest is not None and not all(any(places_of(mirror, newest)) for mirror in both):
        raise LedgerDamaged(
            f"The batch {newest} was shipped and is no longer in the ledger: its end was taken away. Find out what "
            "happened; then put the folders back from their last copy."
        )


def _compare(both: tuple[Mirror, Mirror], known: set[tuple[str, str]], batch: UUID, payload: Payload) -> Head:
    """Return the head of a batch that is there already. BatchDiffers, LedgerDamaged."""
    if len(known) > 1:
        raise LedgerDamaged(f"The batch {batch} is in the ledger {len(known)} times.")
    writer, name = known.pop()
    entry = _read_both(both, writer, name)
    if entry.payload.as_content() != payload.as_content():
        raise BatchDiffers(f"The batch {batch} is in the ledger already ({writer}/{name}), with another content.")
    return entry.head


def heal(both: tuple[Mirror, Mirror], writer: str) -> None:
    """Copy the last object to the mirror that lacks it: a writer was killed between the two. LedgerDamaged for more."""
    if both[0].listing(writer) == both[1].listing(writer):
        return
    first, second = (mirror.names(writer) for mirror in both)
    apart = {*first.items()} ^ {*second.items()}
    last = max([*first, *second])
    if {sequence for sequence, _name in apart} != {last} or len(apart) != 1:
        raise LedgerDamaged(
            f"The mirrors of the ledger differ in {len(apart)} objects of the writer “{writer}”, more than a crash "
            "leaves. Find out what happened; then copy the complete mirror over the other one (cp -a)."
        )
    has, lacks = both if last in first else both[::-1]
    ((_last, name),) = apart
    raw = has.read(writer, name)
    entry = decode(raw, place=f"{has.root}/{writer}/{name}")
    before = first.get(last - 1)
    _refuse_unlinked(entry, _read_both(both, writer, before) if before else None)
    lacks.write(writer, name, raw)


def _refuse_unlinked(entry: Entry, before: Entry | None) -> None:
    if entry.previous != (before.sha256 if before else ""):
        raise LedgerDamaged(
            f"The object {entry.sequence} of the writer “{entry.writer}” does not follow the one before."
        )


def _head(both: tuple[Mirror, Mirror], writer: str) -> Head | None:
    """Return the head of a writer's chain, the same in both mirrors. Its seal is looked at by `verify` and readers."""
    names = both[0].listing(writer)
    if not names:
        return None
    last = max(names)  # sequences have eight digits: their names sort as they do
    raw = _read_same(both, writer, last)
    return Head(writer, sequence_of(writer, last), hashlib.sha256(raw).hexdigest())


def _read_both(both: tuple[Mirror, Mirror], writer: str, name: str) -> Entry:
    """Read an object. LedgerDamaged where the mirrors differ or it is not what its name says."""
    entry = decode(_read_same(both, writer, name), place=f"{writer}/{name}")
    if (entry.writer, f"{entry.sequence:08}-{entry.batch}.json") != (writer, name):
        raise LedgerDamaged(f"{writer}/{name} is another object under this name.")
    return entry


def _read_same(both: tuple[Mirror, Mirror], writer: str, name: str) -> bytes:
    raw = both[0].read(writer, name)
    if raw != both[1].read(writer, name):
        raise LedgerDamaged(f"The mirrors of the ledger differ in {writer}/{name}: one of them was altered.")
    return raw
