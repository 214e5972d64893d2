"""The two folders of the ledger, and the files in them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from ilonet_register.durable_files import fsync_folder, write_once
from ilonet_register.ledger.objects import NAME, WORD, LedgerDamaged, LedgerUnavailable
from ilonet_register.private_files import private_folder

IMMUTABLE = 0o400
PROBE = ".writable-"


@dataclass(frozen=True)
class Mirror:
    """One of the two folders."""

    root: Path

    def writers(self) -> list[str]:
        """The names of the writers with a chain here. LedgerDamaged for a folder that we do not write."""
        found = sorted(entry.name for entry in os.scandir(self.root) if not entry.name.startswith("."))
        for name in found:
            if not WORD.fullmatch(name) or not (self.root / name).is_dir():
                raise LedgerDamaged(f"{self.root / name} does not belong to the ledger: somebody put it there.")
        return found

    def listing(self, writer: str) -> set[str]:
        """The names of a writer's objects, unchecked: fast with thousands of them."""
        try:
            found = os.listdir(self.root / writer)
        except FileNotFoundError:
            return set()
        # What begins with a point is of a writer that was killed while writing: it never had its name.
        return {name for name in found if not name.startswith(".")}

    def names(self, writer: str) -> dict[int, str]:
        """The names of a writer's objects by their sequence. LedgerDamaged for doubled or foreign ones."""
        found: dict[int, str] = {}
        for name in self.listing(writer):
            sequence = sequence_of(writer, name)
            if found.setdefault(sequence, name) != name:
                raise LedgerDamaged(f"{self.root / writer} has two objects with the sequence {sequence}.")
        return found

    def read(self, writer: str, name: str) -> bytes:
        """Return the bytes of an object. LedgerUnavailable."""
        try:
            return (self.root / writer / name).read_bytes()
        except OSError as error:
            raise LedgerUnavailable(f"{self.root / writer / name} cannot be read: {error.strerror}.") from error

    def write(self, writer: str, name: str, raw: bytes) -> None:
        """Write a new object for good, and read it back. LedgerUnavailable, LedgerDamaged."""
        try:
            folder = private_folder(self.root / writer)
            fsync_folder(self.root)
            write_once(folder / name, raw, mode=IMMUTABLE)
        except OSError as error:
            raise LedgerUnavailable(
                f"{self.root} cannot be written ({error.strerror}). Mend it; the batch waits in the outbox and no "
                "other begins before it is here."
            ) from error
        if self.read(writer, name) != raw:
            raise LedgerDamaged(f"{self.root / writer / name} reads back as something else: is the disk failing?")


def begin() -> None:
    """Make both folders of a ledger that holds nothing yet. LedgerUnavailable where only one of them is there."""
    first, second = _folders()
    if first.is_dir() == second.is_dir():
        try:
            for folder in (first, second):
                private_folder(folder)
                fsync_folder(folder.parent)
        except OSError as error:
            raise LedgerUnavailable(f"The folders of the ledger cannot be created: {error.strerror}.") from error


def mirrors() -> tuple[Mirror, Mirror]:
    """Return both mirrors.

    LedgerUnavailable where one is missing: what is not mounted must not be replaced by an empty folder.
    """
    first, second = _folders()
    for missing in (folder for folder in (first, second) if not folder.is_dir()):
        raise LedgerUnavailable(
            f"The mirror {missing} of the ledger is missing. Mount it; or, if it is lost, copy the other one there "
            "(cp -a) and run the check of the ledger."
        )
    if first.samefile(second):
        raise LedgerUnavailable("Both mirrors of the ledger are one folder: set ILONET_LEDGER_SECOND to another disk.")
    return Mirror(first), Mirror(second)


def _folders() -> tuple[Path, Path]:
    first, second = (Path(folder) for folder in settings.LEDGER_DIRS)
    return first, second


def check_writable() -> None:
    """Try to write where the objects go, in both mirrors. LedgerUnavailable: then nothing may be destroyed."""
    for mirror in mirrors():
        for folder in (mirror.root / writer for writer in mirror.writers() or [""]):
            _try_to_write(folder)


def _try_to_write(folder: Path) -> None:
    probe = folder / f"{PROBE}{os.getpid()}"
    try:
        # What a killed process left behind: of this one, or an hour old.
        for left in folder.glob(f"{PROBE}*"):
            with suppress(FileNotFoundError):
                if left == probe or left.stat().st_mtime < time.time() - 3600:
                    left.unlink()
        write_once(probe, b"x")
        probe.unlink()
    except OSError as error:
        raise LedgerUnavailable(f"The mirror {folder} of the ledger cannot be written: {error.strerror}.") from error


def sequence_of(writer: str, name: str) -> int:
    """Return the sequence in an object's name. LedgerDamaged for a name that we do not give."""
    match = NAME.fullmatch(name)
    if match is None:
        raise LedgerDamaged(f"{writer}/{name} does not belong to the ledger: somebody put it there.")
    return int(match[1])


def places_of(mirror: Mirror, batch: UUID) -> Iterator[tuple[str, str]]:
    """Yield (writer, name) of each object of a batch in a mirror: by names alone, so that it is fast."""
    ending = f"-{batch}.json"
    for writer in mirror.writers():
        yield from ((writer, name) for name in mirror.listing(writer) if name.endswith(ending))
