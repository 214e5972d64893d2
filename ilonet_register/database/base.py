"""`ENGINE = "ilonet_register.database"`: what Django loads for each connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base, operations

from ilonet_register import embedded_postgres


class DatabaseOperations(operations.DatabaseOperations):
    """SQL of PostgreSQL, but for when a foreign key is checked."""

    def deferrable_sql(self) -> str:
        """Return the clause that has a key checked, and the row it points at locked, by the statement itself.

        Django's deferred keys lock the customer only at commit: a hold written meanwhile is then accepted for a
        contract that the purge is about to destroy. `DEFERRABLE` stays, because adding a key to a table with rows
        runs `SET CONSTRAINTS`.
        """
        return " DEFERRABLE INITIALLY IMMEDIATE"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that, for an embedded database, first sees to it that the server runs.

    The embedded one has `EMBEDDED_IN` (its folder) in its settings; host and password are filled in at the first
    connection, so that a command that needs no database starts none and `--help` creates no folder.
    """

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        self._see_to_the_server()
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            if "EMBEDDED_IN" not in self.settings_dict:
                raise
            # The server was killed since this process last looked: once more, from the start.
            self._see_to_the_server()
            return super().get_new_connection(conn_params)

    def check_constraints(self, table_names: Any = None) -> None:
        """Check what is pending, without making the keys deferred for the rest of the transaction as Django does."""
        with self.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def _see_to_the_server(self) -> None:
        folder = self.settings_dict.get("EMBEDDED_IN")
        if folder is None:
            return
        try:
            server = embedded_postgres.ensure_running(Path(folder))
        except embedded_postgres.EmbeddedServerError as error:
            raise OperationalError(str(error)) from error
        self.settings_dict["HOST"] = str(server.socket_folder)
        self.settings_dict["PASSWORD"] = server.password
