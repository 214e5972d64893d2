"""Processes that use an embedded server, for the tests that kill them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]

# Each line read is Python to run; each ends with what `said` holds. End of input is a clean exit.
PROGRAM = """
import sys
from pathlib import Path
import psycopg
from ilonet_register import embedded_postgres

home = Path(sys.argv[1])

def connect(database="ilonet_register"):
    server = embedded_postgres.ensure_running(home)
    return psycopg.connect(host=str(server.socket_folder), user="ilonet_register", password=server.password,
                           dbname=database, autocommit=True)

for line in sys.stdin:
    said = ""
    exec(line)
    print(said, flush=True)
"""


class Client:
    """A process that uses the server of `home` as it is told, line by line."""

    def __init__(self, home: Path, **environment: str) -> None:
        # Answers and complaints apart: a warning is no answer. A file, because nobody empties a pipe meanwhile.
        self.complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
            cwd=ROOT,
            env={**_with_durable_writes(), **environment},
        )

    def start(self, code: str) -> None:
        """Have the process begin a line of code."""
        assert self.process.stdin is not None
        self.process.stdin.write(code + "\n")
        self.process.stdin.flush()

    def run(self, code: str) -> str:
        """Have the process run a line of code, and return what it says."""
        assert self.process.stdout is not None
        self.start(code)
        answer = self.process.stdout.readline()
        if not answer:
            self.process.communicate()
            raise AssertionError(self._complained())
        return answer.strip()

    def ask(self, query: str) -> str:
        """Run a query over a new connection and return its first value as text."""
        return self.run(f"with connect() as c: said = c.execute({query!r}).fetchone()[0]")

    def execute(self, statement: str) -> None:
        """Run a statement over a new connection."""
        self.run(f"with connect() as c: c.execute({statement!r})")

    def leave(self) -> None:
        """End the process as a program ends."""
        self.process.communicate(timeout=60)
        complained = self._complained()
        self.complaints.close()
        assert self.process.returncode == 0, complained

    def kill(self) -> None:
        """End the process by `kill -9`."""
        self.process.kill()
        self.process.communicate()
        self.complaints.close()

    def _complained(self) -> str:
        self.complaints.seek(0)
        return self.complaints.read()


def _with_durable_writes() -> dict[str, str]:
    """The environment without the haste of the other tests: these kill the server and look what is left."""
    return {name: value for name, value in os.environ.items() if name != "ILONET_POSTGRES_OPTIONS"}


def servers_of(home: Path) -> list[psutil.Process]:
    """Return the running server processes of a cluster."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and str(home / "data") in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def kill_server(home: Path) -> None:
    """End the server by `kill -9`, and wait until its sockets are closed: a dying one still takes connections."""
    server = servers_of(home)[0]
    server.kill()
    with suppress(psutil.NoSuchProcess):
        for _each in range(2000):
            if server.status() == psutil.STATUS_ZOMBIE:
                return
            time.sleep(0.01)
        raise AssertionError("The server does not end.")


@contextmanager
def folder_for_a_server() -> Iterator[Path]:
    """Give a folder for a cluster; afterwards no server of it may be left, and the folder is removed."""
    data_dir = Path(tempfile.mkdtemp(prefix="ilonet-server-"))
    try:
        yield data_dir / "postgres"
    finally:
        for server in servers_of(data_dir / "postgres"):
            server.kill()
        shutil.rmtree(data_dir, ignore_errors=True)
