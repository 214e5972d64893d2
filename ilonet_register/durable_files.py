"""Files that are written once and survive a loss of power: keys and the ledger."""

from __future__ import annotations

import os
from pathlib import Path


def write_once(target: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a new file so that its name never stands for half of it: temporary → fsync → rename → fsync of the folder.

    The caller has made sure that nothing bears the name yet. OSError (disk full, not writable) leaves no such name.
    """
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)  # of a writer that was killed
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(target.parent)


def fsync_folder(folder: Path) -> None:
    """Have the names in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
