"""A database server of the bench's own, with copies of a filled database, so that each measure starts alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.db import connection


@contextmanager
def copy_of(template: str, name: str) -> Iterator[str]:
    """A database that is a copy of another one, as `DATABASE_URL`; dropped afterwards."""
    administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield url_of(name)
    finally:
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(statement: str) -> None:
    """Run a statement about databases, outside any of them."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def url_of(name: str) -> str:
    """Return a database of the bench's server as `DATABASE_URL`."""
    connection.ensure_connection()
    found = connection.settings_dict
    return f"postgres://{found['USER']}:{quote(found['PASSWORD'])}@/{name}?host={quote(found['HOST'], safe='')}"


def in_a_process(measure: str, url: str, **arguments: Any) -> dict[str, Any]:
    """Run `bench.work.<measure>` on a database in a process of its own, and return what it found.

    A process of its own, because peak memory is measured, and because nothing of the one may warm the other.
    """
    command = [sys.executable, "-m", "bench.work", measure, json.dumps(arguments)]
    environment = {**os.environ, "DATABASE_URL": url, "ILONET_PROCESS": "command"}
    # A ledger of its own: each night reads the whole of it, and no run is to pay for those before.
    with tempfile.TemporaryDirectory(dir=os.environ["ILONET_DATA_DIR"]) as ledger:
        environment |= {"ILONET_LEDGER_FIRST": f"{ledger}/first", "ILONET_LEDGER_SECOND": f"{ledger}/second"}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
