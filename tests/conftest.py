"""The database of the tests, and the day it is in them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases


@pytest.fixture
def today() -> dt.date:
    """Return the day of the tests: an ordinary Wednesday, in winter time."""
    return dt.date(2026, 11, 18)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Create and migrate the test database, also when only tests with a database of their own were chosen."""
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False)
        # A pooled connection that was open before would keep the template from being copied.
        connections.close_all()
    yield
    with django_db_blocker.unblock():
        teardown_databases(created, verbosity=0)


@pytest.fixture(autouse=True)
def _reads_are_logged_in_the_transaction_of_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the second connection, which logs what is read, be the first one, so that a test leaves nothing behind.

    Tests that need both (a read that stays logged after a rollback) take `own_database`.
    """
    if not (request.node.get_closest_marker("django_db") or "db" in request.fixturenames):
        yield
        return
    request.getfixturevalue("db")
    second = connections["log"]
    connections["log"] = connections["default"]
    yield
    connections["log"] = second


@dataclass(frozen=True)
class OwnDatabase:
    """A migrated database of one test: committed for real, seen by threads, other connections and processes."""

    name: str

    @property
    def url(self) -> str:
        """The database as `DATABASE_URL`."""
        found = connection.settings_dict
        return f"postgres://{found['USER']}:{quote(found['PASSWORD'])}@/{self.name}?host={quote(found['HOST'])}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that is to work on this database, with the keys and folders of the tests."""
        return {**os.environ, "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "ilonet_register.settings"}

    @property
    def libpq_environment(self) -> dict[str, str]:
        """The environment for PostgreSQL's own programs, such as `pg_dump`."""
        found = connection.settings_dict
        names = {"PGHOST": "HOST", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
        return {**os.environ, "PGDATABASE": self.name, **{name: found[key] for name, key in names.items()}}


@pytest.fixture(scope="session")
def migrated_template(django_db_setup: None, django_db_blocker: Any) -> str:
    """Make, once for all tests that need a database of their own, a copy that nobody ever connects to.

    PostgreSQL copies a database only while no one is connected to it, and to the ordinary test database someone is.
    """
    original = connection.settings_dict["NAME"]
    template = f"{original}_template"
    with django_db_blocker.unblock():
        connections.close_all()
        _administer(_END_CONNECTIONS, [original])
        _administer(f'CREATE DATABASE "{template}" TEMPLATE "{original}"')
    return template


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, migrated_template: str, django_db_blocker: Any
) -> Iterator[OwnDatabase]:
    """Point both connections of this process to a fresh copy of the migrated database, and drop it after the test."""
    assert "db" not in request.fixturenames, "A test has its own database or the common one, not both."
    common = connection.settings_dict["NAME"]
    name = f"{common}_own"
    with django_db_blocker.unblock():
        connections.close_all()
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _administer(f'CREATE DATABASE "{name}" TEMPLATE "{migrated_template}"')
        _point_connections_to(name)
        try:
            yield OwnDatabase(name)
        finally:
            _point_connections_to(common)
            _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


_END_CONNECTIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"


def _administer(statement: str, values: list[str] | None = None) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement, values)


def _point_connections_to(name: str) -> None:
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
