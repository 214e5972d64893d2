"""Folders and small secrets on this machine that only the register's own account may read."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Return the folder, created where missing, open to its owner alone. An existing one keeps its rights."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def read_or_create(path: Path, make: Callable[[], str]) -> str:
    """Return what the file holds; where there is none, have it made and kept (0600), once.

    Of two processes that start together one makes it and both read the same: the file gets its name only when it is
    complete and on the disk, and never replaces another.
    """
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            os.link(temporary, path)
    finally:
        temporary.unlink()
    return path.read_text("utf-8").strip()
