"""The PostgreSQL server inside the data directory, for a register without `DATABASE_URL`.

Any process that needs the database starts the server if it is not running; all share it; the last one to leave stops
it. Who is still here is told by the kernel and not by a list of process ids, which goes stale with the first
`kill -9`: each process holds a shared `flock` for its life, and whoever can turn it into an exclusive one at its end
is the last. Starting is serialised by a second lock, taken only while the first is held.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import multiprocessing.util
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ilonet_register.embedded_server import EmbeddedServerError, Server

__all__ = ["EmbeddedServerError", "ensure_running", "leave", "server_of"]


@dataclass
class _Presence:
    """This process's share in one server: the open lock file is the promise that somebody uses it."""

    server: Server
    lock_file: int | None = None
    guard: threading.Lock = field(default_factory=threading.Lock)

    def enter(self) -> None:
        """Take the shared lock; waits while the last of the others is stopping the server."""
        if self.lock_file is None:
            self.server.prepare_folders()
            self.lock_file = _locked(self.server.home / "in-use.lock", fcntl.LOCK_SH)

    def leave(self) -> None:
        """Give the share back, and stop the server if nobody else holds one."""
        lock_file, self.lock_file = self.lock_file, None
        if lock_file is None:
            return
        try:
            # Turning a shared flock into an exclusive one first gives the shared one up: of two processes that leave
            # at the same moment one is refused and the other is the last.
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            self.server.stop()
        finally:
            os.close(lock_file)

    def forget(self) -> None:
        """Close a lock inherited by fork: it is the parent's, and a copy kept here would outlive the parent."""
        if self.lock_file is not None:
            os.close(self.lock_file)
        self.lock_file = None
        self.guard = threading.Lock()


_presences: dict[Path, _Presence] = {}


def server_of(home: Path) -> Server:
    """Return the server that lives in `home`, running or not."""
    return _presence(home).server


def ensure_running(home: Path) -> Server:
    """Return the server that lives in `home`, created and started if need be, and keep it running for this process.

    Raises `EmbeddedServerError` with a remedy when it cannot be started.
    """
    presence = _presence(home)
    try:
        with presence.guard:
            presence.enter()
            with _starting_alone(presence.server):
                presence.server.ensure_running()
    except PermissionError as error:
        raise EmbeddedServerError(
            f"{error.filename} belongs to another account. Run the register always as the same one."
        ) from error
    return presence.server


def leave(home: Path) -> None:
    """Give up this process's share in the server of `home`, as happens by itself when the process ends."""
    presence = _presence(home)
    with presence.guard:
        presence.leave()


def _presence(home: Path) -> _Presence:
    home = home.absolute()
    if home not in _presences:
        _presences.setdefault(home, _Presence(Server(home)))
    return _presences[home]


@contextlib.contextmanager
def _starting_alone(server: Server) -> Iterator[None]:
    """Let one process at a time look whether the server runs, create and start it."""
    lock_file = _locked(server.home / "start.lock", fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock_file)


def _locked(path: Path, operation: int) -> int:
    lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock_file, operation)
    return lock_file


def _leave_all() -> None:
    for presence in list(_presences.values()):
        presence.leave()


def _forget_all() -> None:
    for presence in _presences.values():
        presence.forget()
    # Children of multiprocessing end without atexit; only these finalizers run there.
    multiprocessing.util.Finalize(None, _leave_all, exitpriority=-100)


atexit.register(_leave_all)
os.register_at_fork(after_in_child=_forget_all)
