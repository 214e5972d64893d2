"""Work in a thread that stops between any two of its SQL statements: to drive each interleaving of two transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connection, connections

PATIENCE = 30.0


class Stepped:
    """Work on a connection of its own. It stops after its n-th statement, if told so, until `go_on`."""

    def __init__(self, work: Callable[[], Any], *, stop_after: int | None = None) -> None:
        self.statements: list[str] = []
        self.result: Any = None
        self.error: BaseException | None = None
        self.pid: int | None = None
        self._work, self._stop_after = work, stop_after
        self._stopped, self._go, self._done = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Stepped:
        """Begin, and return when it has stopped, waits for a lock of somebody else, or is done."""
        self._thread.start()
        return self.settle()

    def settle(self) -> Stepped:
        """Wait until the work stands still or is done."""
        until = time.monotonic() + PATIENCE
        while not (self._done.is_set() or (self._stopped.is_set() and not self._go.is_set()) or self._waits()):
            assert time.monotonic() < until, "the work neither ends nor waits"
            time.sleep(0.003)
        return self

    def go_on(self) -> Stepped:
        self._go.set()
        return self

    def finish(self) -> Stepped:
        """Let it go on and wait for its end."""
        self._go.set()
        assert self._done.wait(PATIENCE), "the work does not end"
        self._thread.join()
        return self

    def _waits(self) -> bool:
        if self.pid is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.pid])
            return bool(cursor.fetchone()[0])

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            with connection.execute_wrapper(self._step):
                self._stop_if(0)
                self.result = self._work()
        except BaseException as error:
            self.error = error
        finally:
            with suppress(Exception):
                connections.close_all()
            self._done.set()

    def _step(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        self.statements.append(sql)
        self._stop_if(len(self.statements))
        return result

    def _stop_if(self, count: int) -> None:
        if count == self._stop_after:
            self._stopped.set()
            self._go.wait(PATIENCE)
