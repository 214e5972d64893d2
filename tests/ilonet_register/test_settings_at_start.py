"""With wrong settings or a wrong database neither a command nor a web server starts."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from ilonet_register import checks
from tests.conftest import OwnDatabase

ROOT = Path(__file__).parents[2]
WSGI = ("-c", "import ilonet_register.wsgi; print('serves')")


def run(*command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)


# --- commands --------------------------------------------------------------------------------------------------------


def production(data_dir: Path, **given: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ILONET_", "SECRET_KEY"))}
    return {
        **bare,
        "DJANGO_SETTINGS_MODULE": "ilonet_register.settings",
        "ILONET_DATA_DIR": str(data_dir),
        "ILONET_PRODUCTION": "true",
        "ILONET_ALLOWED_HOSTS": "register.example.fi",
        "DATABASE_URL": "postgres://nobody:nothing@localhost/nowhere",
        **given,
    }


@pytest.mark.parametrize("given", [{}, {"SECRET_KEY": ""}])
def test_without_a_secret_production_does_not_start(tmp_path: Path, given: dict[str, str]) -> None:
    done = run("manage.py", "check", environment=production(tmp_path, **given))
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr
    assert "token_urlsafe" in done.stderr, "it says how to make one"
    assert list(tmp_path.iterdir()) == [], "none is made up"


def test_with_a_weak_secret_no_command_runs_in_production(tmp_path: Path) -> None:
    done = run("manage.py", "check", environment=production(tmp_path, SECRET_KEY="weak"))  # noqa: S106
    assert done.returncode == 1
    assert "register.E001" in done.stderr


def test_with_a_good_secret_production_has_nothing_to_say(tmp_path: Path) -> None:
    done = run("manage.py", "check", environment=production(tmp_path, SECRET_KEY=secrets.token_urlsafe(50)))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_secret_is_made_once_and_privately_outside_production(tmp_path: Path) -> None:
    environment = production(tmp_path, ILONET_PRODUCTION="false")
    printed = {run("manage.py", "shell", "--no-imports", "-c", PRINT, environment=environment).stdout for _ in range(2)}
    assert len(printed) == 1
    kept = tmp_path / "secrets" / "django"
    assert printed == {kept.read_text() + "\n"}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


PRINT = "from django.conf import settings; print(settings.SECRET_KEY)"


# --- the web server --------------------------------------------------------------------------------------------------


def test_the_web_server_starts_with_good_settings(own_database: OwnDatabase) -> None:
    done = run(*WSGI, environment=own_database.environment)
    assert done.stdout == "serves\n", done.stderr


def test_the_web_server_refuses_wrong_settings_and_says_why(own_database: OwnDatabase, tmp_path: Path) -> None:
    one_place = {"ILONET_LEDGER_FIRST": str(tmp_path), "ILONET_LEDGER_SECOND": str(tmp_path)}
    done = run(*WSGI, environment={**own_database.environment, **one_place})
    assert done.returncode == 1
    assert "serves" not in done.stdout
    assert "The register does not start" in done.stderr
    assert "register.E007" in done.stderr
    assert "ILONET_LEDGER_SECOND" in done.stderr


# --- the database ----------------------------------------------------------------------------------------------------


@contextmanager
def database_made_with(own: OwnDatabase, options: str) -> Iterator[OwnDatabase]:
    """Make an empty database with these options (UTF: a locale of the C library with UTF-8), and point there."""
    other = OwnDatabase(f"{own.name}_other")
    try:
        with connection._nodb_cursor() as cursor:
            # macOS has no C.UTF-8: what the cluster itself was made with is there everywhere.
            cursor.execute("SELECT datctype FROM pg_database WHERE datname = %s", [own.name])
            options = options.replace("'UTF'", f"'{cursor.fetchone()[0]}'")
            cursor.execute(f"CREATE DATABASE {other.name} TEMPLATE template0 ENCODING 'UTF8' {options}")
        point_at(other.name)
        yield other
    finally:
        point_at(own.name)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {other.name} WITH (FORCE)")


def point_at(name: str) -> None:
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


@pytest.mark.parametrize(
    "options",
    [
        "LOCALE_PROVIDER libc LOCALE 'C'",
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'",
        "LOCALE_PROVIDER libc LOCALE 'UTF' LC_CTYPE 'C'",
        # Trigrams ask the C library alone: without its UTF-8 å, ä and ö are in no trigram.
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
    ],
)
def test_a_database_that_does_not_fold_is_named_with_the_remedy(own_database: OwnDatabase, options: str) -> None:
    with database_made_with(own_database, options):
        found = checks.check_folding(databases=["default"])
    assert [message.id for message in found] == ["register.C001"]
    assert found[0].is_serious()
    assert "LOCALE 'C.UTF-8'" in str(found[0].hint)


@pytest.mark.parametrize("options", ["", "LOCALE_PROVIDER libc LOCALE 'UTF'"])
def test_a_database_that_folds_raises_nothing(own_database: OwnDatabase, options: str) -> None:
    with database_made_with(own_database, options):
        assert checks.check_folding(databases=["default"]) == []


def test_no_database_is_asked_where_none_was_named() -> None:
    assert checks.check_folding(databases=None) == []


def test_the_web_server_refuses_a_database_that_does_not_fold(own_database: OwnDatabase) -> None:
    with database_made_with(own_database, "LOCALE_PROVIDER libc LOCALE 'C'") as other:
        done = run(*WSGI, environment=other.environment)
    assert done.returncode == 1
    assert "register.C001" in done.stderr
