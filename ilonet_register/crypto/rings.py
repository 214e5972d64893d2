"""Key rings: folders of single-key Tink keysets, `<KEYS_DIR>/<ring>/<key id>.json`, outside the database.

Key ids are Tink's random 32-bit numbers, never 1, 2, 3: a database that meets the keys of another one is recognised
only because its key ids are not in the folder.

Loaded primitives hold no Python state: threads share them, and so do the children after a fork.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar, overload

import tink
from django.conf import settings
from tink import aead, json_proto_keyset_format, prf, secret_key_access

from ilonet_register.crypto.errors import CannotDecrypt, KeyRingDamaged, UnknownKey
from ilonet_register.durable_files import fsync_folder, write_once
from ilonet_register.private_files import private_folder

aead.register()
prf.register()

TINK_PREFIX = 1
HEADER_BYTES = 5
"""Tink's output prefix: one byte of format, the key id in four. It is all that names the key of a value."""
DIGEST_BYTES = 32

AeadName = Literal["columns", "sessions"]
PrfName = Literal["blind_index", "ledger"]
RingName = Literal["columns", "sessions", "blind_index", "ledger"]
P = TypeVar("P")


class KeyRing(Generic[P]):
    """The keys of one ring: all of them read, the one that is named writes."""

    template: ClassVar[Any]

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._path = str(folder)
        self._primitives: dict[int, P] = {}
        self._loaded_at: int | None = None

    @property
    def key_ids(self) -> list[int]:
        """The ids of all keys in the folder now, in no meaningful order."""
        self._load()
        return sorted(self._primitives)

    def knows(self, key_id: int) -> bool:
        """Tell whether the key is there; looks into the folder again before saying no."""
        if key_id not in self._primitives:
            self._load()
        return key_id in self._primitives

    def writer_id(self) -> int:
        """Return the id of the only key, or else of the one the database chose (asked without a lock).

        UnknownKey, WritingKeyNotChosen. The newest is never guessed: another process may not have it yet.
        """
        if not self._primitives:
            self._load()
        if len(self._primitives) == 1:
            return next(iter(self._primitives))
        from ilonet_register.crypto.writing import writing_key  # not above: it imports this module

        return writing_key(self.name, lock=False)

    def primitive(self, key_id: int | None = None) -> P:
        """Return the primitive of a key; without an id, of the one that writes. UnknownKey, WritingKeyNotChosen."""
        if key_id is None:
            key_id = self.writer_id()
        try:
            return self._primitives[key_id]
        except KeyError:
            self._load()  # another process may have added it
        try:
            return self._primitives[key_id]
        except KeyError:
            raise UnknownKey(self.name, key_id, self.folder) from None

    def _load(self) -> None:
        """Read the folder. Two threads may do it at once: both assign the same."""
        self._loaded_at = self._changed_at()  # before reading: what comes in between is read again
        files = self.folder.glob("*.json") if self.folder.is_dir() else ()
        self._primitives = {int(file.stem): self._read(file) for file in files if file.stem.isdecimal()}

    def _changed_at(self) -> int | None:
        try:
            return os.stat(self._path).st_mtime_ns  # at every digest: four times as fast as Path.stat
        except FileNotFoundError:
            return None

    def _read(self, file: Path) -> P:
        try:
            handle = json_proto_keyset_format.parse(file.read_text("ascii"), secret_key_access.TOKEN)
            keys = handle.keyset_info().key_info
            if [key.key_id for key in keys] == [int(file.stem)]:
                return self._primitive_of(handle)
        except (tink.TinkError, ValueError):
            pass  # without its text: it may quote the file
        raise KeyRingDamaged(
            f"{file} does not hold the one key that its name says. Put back the file from a backup of the keys."
        )

    def _primitive_of(self, handle: Any) -> P:
        raise NotImplementedError


class AeadRing(KeyRing["aead.Aead"]):
    """A ring that encrypts (AES-256-GCM), each value bound to what it belongs to."""

    template = aead.aead_key_templates.AES256_GCM

    def encrypt(self, plaintext: bytes, associated_data: bytes, key_id: int | None = None) -> bytes:
        """Encrypt for the place that the associated data names. UnknownKey, WritingKeyNotChosen."""
        sealed: bytes = self.primitive(key_id).encrypt(plaintext, associated_data)
        return sealed

    def decrypt(self, blob: bytes, associated_data: bytes) -> bytes:
        """Open what `encrypt` made for the same associated data. UnknownKey, CannotDecrypt."""
        primitive = self.primitive(key_id_of(blob))
        try:
            plaintext: bytes = primitive.decrypt(blob, associated_data)
        except tink.TinkError:
            raise CannotDecrypt(
                f"A value under the ring “{self.name}” was altered, or it was moved here from another row or column."
            ) from None
        return plaintext

    def encryptor(self, key_id: int | None = None) -> Callable[[bytes, bytes], bytes]:
        """Return `encrypt` with its key already found, for loops over many rows."""
        encrypt: Callable[[bytes, bytes], bytes] = self.primitive(key_id).encrypt
        return encrypt

    def _primitive_of(self, handle: Any) -> aead.Aead:
        return handle.primitive(aead.Aead)


class PrfRing(KeyRing["prf.Prf"]):
    """A ring that computes keyed digests of 32 bytes (HMAC-SHA256): equal values give equal digests."""

    template = prf.prf_key_templates.HMAC_SHA256

    def mac(self, data: bytes, key_id: int | None = None) -> bytes:
        """Return the digest under one key. UnknownKey, WritingKeyNotChosen."""
        digest: bytes = self.primitive(key_id).compute(data, DIGEST_BYTES)
        return digest

    def macer(self, key_id: int | None = None) -> Callable[[bytes], bytes]:
        """Return `mac` with its key already found, for loops over many values."""
        compute = self.primitive(key_id).compute
        return lambda data: compute(data, DIGEST_BYTES)

    def digests(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the digest under every key, with the id of the key: what was written with any of them is found.

        Looks whether keys were added first: searching with the former ones alone would find nothing, silently.
        """
        if self._loaded_at is None or self._loaded_at != self._changed_at():
            self._load()
        return [(key_id, key.compute(data, DIGEST_BYTES)) for key_id, key in self._primitives.items()]

    def _primitive_of(self, handle: Any) -> prf.Prf:
        return handle.primitive(prf.PrfSet).primary()


KINDS: dict[str, type[AeadRing] | type[PrfRing]] = {
    "columns": AeadRing,
    "sessions": AeadRing,
    "blind_index": PrfRing,
    "ledger": PrfRing,  # its keys are never retired: imports and restores ask it for ever
}
_rings: dict[tuple[Path, str], AeadRing | PrfRing] = {}


@overload
def ring(name: AeadName) -> AeadRing: ...
@overload
def ring(name: PrfName) -> PrfRing: ...
@overload
def ring(name: str) -> AeadRing | PrfRing: ...
def ring(name: str) -> AeadRing | PrfRing:
    """Return a ring by its name, loaded once in this process."""
    try:
        return _rings[settings.KEYS_DIR, name]
    except KeyError:
        return _rings.setdefault((settings.KEYS_DIR, name), KINDS[name](name, Path(settings.KEYS_DIR) / name))


def key_id_of(blob: bytes) -> int:
    """Return the id of the key that made a value, from its header. CannotDecrypt for what is no sealed value."""
    if len(blob) <= HEADER_BYTES or blob[0] != TINK_PREFIX:
        raise CannotDecrypt("This is no sealed value: it does not begin with the number of a key.")
    return int.from_bytes(blob[1:HEADER_BYTES], "big")


def add_key(name: str) -> int:
    """Create one more key in a ring's folder and return its id; it writes only once a row says so.

    The caller holds `adding_keys`.
    """
    handle = tink.new_keyset_handle(KINDS[name].template)
    key_id: int = handle.keyset_info().primary_key_id
    keyset = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    folder = private_folder(private_folder(Path(settings.KEYS_DIR)) / name)
    write_once(folder / f"{key_id}.json", keyset.encode("ascii"))
    fsync_folder(folder.parent)
    return key_id


@contextmanager
def adding_keys() -> Iterator[None]:
    """Keep other processes on this machine from adding keys meanwhile."""
    lock = private_folder(Path(settings.KEYS_DIR)) / ".lock"
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
