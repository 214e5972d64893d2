"""The objects of the ledger: their form, their hashes and their seal."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from ilonet_register.crypto import UnknownKey, ring

FORMAT = 1
RING: Final = "ledger"
SEAL = "ledger.object"
NAME = re.compile(r"(\d{8})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json")
WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
KEY_BYTES = 4
KEY_CHARACTERS = 6
DIGEST_CHARACTERS = 48
"""Base64 of four bytes of key id and a digest of 32: each hash names its key, so that a lost key is noticed."""
SEAL_START = b',"seal":"'
SEAL_END = b'"}'
SEAL_BYTES = len(SEAL_START) + DIGEST_CHARACTERS + len(SEAL_END)


class LedgerError(Exception):
    """The ledger cannot be used as it is: nothing may be destroyed, certified or restored on it."""


class LedgerUnavailable(LedgerError):
    """A mirror is missing or cannot be written."""


class LedgerDamaged(LedgerError):
    """Something in the ledger was altered, exchanged, doubled or taken away; the message says what and where."""


class BatchDiffers(LedgerDamaged):
    """A batch is in the ledger already, with another content."""


class Head(NamedTuple):
    """The last object of a writer's chain, or one that was last once: printed on certificates."""

    writer: str
    sequence: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.writer}:{self.sequence}:{self.sha256}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read `writer:sequence:sha256` as `str` writes it. ValueError."""
        match = re.fullmatch(rf"({WORD.pattern}):(\d+):([0-9a-f]{{64}})", text.strip())
        if match is None:
            raise ValueError("A head of the ledger looks like writer:sequence:sha256.")
        return cls(match[1], int(match[2]), match[3])


@dataclass(frozen=True)
class Payload:
    """What a batch has to say: `kind` (purged, erased, undone, ended …), under which rule, as of which day.

    `hashes`: label of model and field → keyed hashes (`digest`). `facts`: what a restore replays beside them, such as
    an objection; they too name people by keyed hashes only.
    """

    kind: str
    on: dt.date
    rule: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    hashes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facts: Sequence[Mapping[str, Any]] = ()

    def as_text(self) -> str:
        """Return the one spelling of it as JSON, for an outbox. Equal payloads have equal texts."""
        return _json(self.as_content())

    def as_content(self) -> dict[str, Any]:
        """Return it as JSON's own types."""
        return {
            "kind": self.kind,
            "on": self.on.isoformat(),
            "rule": self.rule,
            "counts": dict(self.counts),
            "hashes": {label: list(hashed) for label, hashed in self.hashes.items()},
            "facts": [dict(fact) for fact in self.facts],
        }

    @classmethod
    def from_text(cls, text: str) -> Payload:
        """Read what `as_text` wrote. ValueError, KeyError, TypeError for anything else."""
        return cls.from_content(json.loads(text))

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Payload:
        """Read what `as_content` made. KeyError, TypeError, ValueError for anything else."""
        return cls(**{**content, "on": dt.date.fromisoformat(content["on"])})

    def digest(self) -> bytes:
        """Return SHA-256 of its text: what the evidence in the database keeps when the hashes have left it."""
        return hashlib.sha256(self.as_text().encode()).digest()


@dataclass(frozen=True)
class Entry:
    """One object as it was read, its seal checked."""

    writer: str
    sequence: int
    batch: UUID
    previous: str
    payload: Payload
    sha256: str

    @property
    def head(self) -> Head:
        """The head of the chain when this object was its last."""
        return Head(self.writer, self.sequence, self.sha256)


# --- keyed hashes --------------------------------------------------------------------------------------------------


def digest(label: str, value: object) -> str:
    """Return the keyed hash of a UUID or number: 48 characters. The label names model and field.

    The value counts as its text, exactly as it stands in the database: a UUID and the same UUID as text are one.
    """
    return _hashed(_prefix(label) + str(value).encode())


def digest_many(label: str, values: Iterable[object]) -> list[str]:
    """Return the keyed hashes of many values under one label, with the key that writes."""
    key_id = ring(RING).writer_id()
    compute = ring(RING).macer(key_id)
    prefix, key = _prefix(label), key_id.to_bytes(KEY_BYTES, "big")
    return [_text(key + compute(prefix + str(value).encode())) for value in values]


def digests(label: str, value: object) -> list[str]:
    """Return the hashes of a value under every key of the ring: what to look for when asking whether it was removed."""
    found = ring(RING).digests(_prefix(label) + str(value).encode())
    return [_text(key_id.to_bytes(KEY_BYTES, "big") + mac) for key_id, mac in found]


def key_of(hashed: str) -> int:
    """Return the id of the key that made a hash. ValueError for what is no hash."""
    raw = b64decode(hashed, validate=True)
    if len(hashed) != DIGEST_CHARACTERS:
        raise ValueError("A keyed hash has 48 characters.")
    return int.from_bytes(raw[:KEY_BYTES], "big")


def keys_of(hashed: Iterable[str]) -> set[int]:
    """Return the ids of the keys that made these hashes: of millions, each night, so by their beginnings alone."""
    beginnings = {each[:KEY_CHARACTERS] for each in hashed}
    return {int.from_bytes(b64decode(f"{each}==")[:KEY_BYTES], "big") for each in beginnings}


def _hashed(data: bytes) -> str:
    key_id = ring(RING).writer_id()
    return _text(key_id.to_bytes(KEY_BYTES, "big") + ring(RING).mac(data, key_id))


def _text(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).decode("ascii")


def _prefix(label: str) -> bytes:
    return f"{label}\0".encode()


# --- objects as bytes ------------------------------------------------------------------------------------------------


def encode(head: Head | None, *, writer: str, batch: UUID, payload: Payload) -> bytes:
    """Return the bytes of a writer's next object, sealed. ValueError for a payload that is none."""
    _refuse_ill_formed(writer, payload)
    content = {
        "format": FORMAT,
        "writer": writer,
        "sequence": head.sequence + 1 if head else 1,
        "batch": str(batch),
        "previous": head.sha256 if head else "",
        "payload": payload.as_content(),
    }
    body = _json(content).encode()
    return body[:-1] + SEAL_START + _hashed(_prefix(SEAL) + body).encode("ascii") + SEAL_END


def decode(raw: bytes, *, place: str) -> Entry:
    """Read an object. LedgerDamaged, which names its place, where its seal or its form is not what we write."""
    body, seal = raw[:-SEAL_BYTES] + b"}", raw[-SEAL_BYTES:]
    if not _is_sealed(body, seal):
        raise LedgerDamaged(f"{place} was altered or cut short: its seal does not match.")
    content = json.loads(body)
    if content["format"] != FORMAT:
        raise LedgerDamaged(f"{place} has format {content['format']}; this version of the register reads {FORMAT}.")
    return Entry(
        writer=content["writer"],
        sequence=content["sequence"],
        batch=UUID(content["batch"]),
        previous=content["previous"],
        payload=Payload.from_content(content["payload"]),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _is_sealed(body: bytes, seal: bytes) -> bool:
    """Tell whether the end of an object is the seal of the rest. UnknownKey."""
    hashed = seal[len(SEAL_START) : -len(SEAL_END)]
    if seal != SEAL_START + hashed + SEAL_END:
        return False
    try:
        key_id = key_of(hashed.decode("ascii"))
    except ValueError:
        return False
    if not ring(RING).knows(key_id):
        raise UnknownKey(RING, key_id, ring(RING).folder)
    expected = ring(RING).mac(_prefix(SEAL) + body, key_id)
    return hmac.compare_digest(expected, b64decode(hashed)[KEY_BYTES:])


def _refuse_ill_formed(writer: str, payload: Payload) -> None:
    for word in (writer, payload.kind):
        if not WORD.fullmatch(word):
            raise ValueError("A writer or kind of the ledger is a short word of a-z, 0-9, '_', '.' and '-'.")
    if any(len(hashed) != DIGEST_CHARACTERS for hashed in chain.from_iterable(payload.hashes.values())):
        raise ValueError("The ledger takes keyed hashes only: make them with ledger.digest.")


def _json(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
