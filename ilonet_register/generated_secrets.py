"""Secrets the register makes for itself at first need and keeps in its data directory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ilonet_register.private_files import private_folder


def read_or_create(path: Path, generate: Callable[[], str]) -> str:
    """Return the secret in a private file; if it is missing, write it once with what `generate` gives.

    Of several processes that create it at the same moment one wins, and all return what that one wrote.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        private_folder(path.parent)
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent)  # 0600 from the first moment
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(generate())
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, does not replace what another process has put there meanwhile.
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        os.unlink(unfinished)
    return path.read_text().strip()
