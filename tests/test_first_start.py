"""An empty register gets its first account once, and for a look around people who do not exist."""

from __future__ import annotations

import csv
import getpass
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf.global_settings import PASSWORD_HASHERS
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from contracts.demo import Size, write_files
from contracts.models import Contract
from customers.models import Customer
from ilonet_register import crypto, services
from ilonet_register.crypto.rings import add_key
from ilonet_register.models import LogEntry, User
from ilonet_register.periods import today
from ilonet_register.roles import CUSTOMER_SERVICE, MAIN_USER
from tests import people
from tests.conftest import OwnDatabase

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # a fresh clone has collected no static files

ROOT = Path(__file__).parents[1]
IDENTITY_CODE = re.compile(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]")
OF_NOBODY = re.compile(r"\d{6}[-+A-FU-Y]9\d{2}[0-9A-Y]")


@pytest.fixture
def register(own_database: OwnDatabase, settings: Settings, tmp_path: Path) -> OwnDatabase:
    """An empty register with a database, keys and a ledger of its own."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LEDGER_DIRS = [tmp_path / "ledger" / "first", tmp_path / "ledger" / "second"]
    add_key("ledger")
    cache.clear()
    return own_database


# --- the first account -----------------------------------------------------------------------------------------------


def first_user(database: OwnDatabase) -> subprocess.CompletedProcess[str]:
    """Run the command as a service does: without a terminal."""
    return subprocess.run(
        [sys.executable, "manage.py", "first_user"],
        cwd=ROOT,
        env=database.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def make_first_user(monkeypatch: pytest.MonkeyPatch) -> tuple[User, str]:
    """Make the first account without a terminal; return it with the password that was printed."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    out = io.StringIO()
    call_command("first_user", stdout=out)
    user = User.objects.people().get()
    (password,) = [word for word in out.getvalue().split() if user.check_password(word)]
    return user, password


def test_without_a_terminal_the_password_is_printed_once_and_opens_the_account(
    register: OwnDatabase, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS  # those of the process that makes the account
    done = first_user(register)
    assert (done.returncode, done.stderr) == (0, "")
    user = User.objects.people().get()
    assert user.email in done.stdout
    (password,) = [word for word in done.stdout.split() if len(word) >= 20 and user.check_password(word)]
    assert done.stdout.count(password) == 1
    assert user.rights == {MAIN_USER, CUSTOMER_SERVICE}
    browser = Client()
    browser.post(reverse("account_login"), {"login": user.email, "password": password})
    assert browser.get(reverse("office:search")).status_code == 200
    assert browser.get(reverse("office:users")).status_code == 200


def test_every_register_has_another_first_password(register: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    _user, first = make_first_user(monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ilonet_register_grant")
        cursor.execute("DELETE FROM ilonet_register_user WHERE builtin = ''")
    _user, second = make_first_user(monkeypatch)
    assert first != second


def test_a_second_run_makes_no_account_and_says_why(register: OwnDatabase) -> None:
    people.clerk()
    before = list(User.objects.values())
    done = first_user(register)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("CommandError: ")
    assert list(User.objects.values()) == before


def test_a_closed_account_is_an_account_too(register: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    services.close_account(people.clerk(), by=User.objects.console())
    with pytest.raises(CommandError):
        make_first_user(monkeypatch)
    assert User.objects.people().count() == 1


def test_it_is_logged_that_the_console_made_the_account(register: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    user, password = make_first_user(monkeypatch)
    entries = LogEntry.objects.filter(subjects__contains=[user.uuid])
    assert sorted(entries.values_list("event", flat=True)) == ["grant.created", "grant.created", "user.created"]
    assert set(entries.values_list("actor_id", flat=True)) == {User.objects.console().pk}
    assert password not in str([entry.content.content for entry in entries])


def test_on_a_terminal_it_asks_until_the_password_is_good(
    register: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([" maija@example.fi ", "Maija Mallikas"])
    passwords = iter(["short", "salasana1234", people.PASSWORD, "mistyped", people.PASSWORD, people.PASSWORD])
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("builtins.input", lambda prompt="": next(answers))
    monkeypatch.setattr(getpass, "getpass", lambda prompt="": next(passwords))
    out = io.StringIO()
    call_command("first_user", stdout=out)
    user = User.objects.people().get()
    assert (user.email, user.name) == ("maija@example.fi", "Maija Mallikas")
    assert user.check_password(people.PASSWORD)
    assert next(passwords, None) is None
    assert people.PASSWORD not in out.getvalue()


# --- people who do not exist -----------------------------------------------------------------------------------------


def demo(customers: int = 30, seed: int = 2) -> str:
    """Fill the register, and return all that was said."""
    out, err = io.StringIO(), io.StringIO()
    call_command("demo", "--customers", str(customers), "--seed", str(seed), stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def codes() -> dict[str, str]:
    """The identity codes in the register by customer number."""
    rows = list(Customer.objects.filter(identity_code__isnull=False))
    opened = crypto.reveal_many(rows, "identity_code", by=User.objects.console(), why="a test")
    return {row.number: code for row, code in opened if code}


def test_an_empty_register_is_filled_with_people_who_do_not_exist(register: OwnDatabase) -> None:
    said = demo()
    assert Customer.objects.count() == 30
    assert Contract.objects.count() >= 30
    found = codes()
    assert len(found) == Customer.objects.filter(kind="person").count() > 20
    assert all(OF_NOBODY.fullmatch(code) for code in found.values()), found
    assert not IDENTITY_CODE.search(said)


def test_the_same_seed_makes_the_same_people(register: OwnDatabase, tmp_path: Path) -> None:
    demo()
    files = [tmp_path / name for name in ("same", "again", "other")]
    for folder, seed in zip(files, (2, 2, 3), strict=True):
        folder.mkdir()
        write_files(folder, Size(30, seed), on=today())
    same, again, other = [
        [(folder / name).read_text("utf-8") for name in ("customers.csv", "contracts.csv")] for folder in files
    ]
    assert same == again
    assert same[0] != other[0]
    expected = {
        (row["customer_number"], row["last_name"], row["first_names"], row["organisation_name"])
        for row in csv.DictReader(io.StringIO(same[0]), delimiter=";")
    }
    names = Customer.objects.values_list("number", "last_name", "first_names", "organisation_name")
    assert set(names) == expected
    written = {
        row["customer_number"]: row["identity_code"]
        for row in csv.DictReader(io.StringIO(same[0]), delimiter=";")
        if row["identity_code"]
    }
    assert codes() == written


def test_a_register_that_holds_a_customer_is_left_alone(register: OwnDatabase) -> None:
    Customer.objects.bulk_create([Customer(number="1", kind="person", last_name="Testinen")])
    with pytest.raises(CommandError):
        demo()
    assert Customer.objects.count() == 1
    assert not Contract.objects.exists()


def test_a_second_demonstration_is_refused(register: OwnDatabase) -> None:
    demo(3)
    with pytest.raises(CommandError):
        demo(3, seed=5)
    assert Customer.objects.count() == 3


@pytest.mark.parametrize("customers", [0, -5])
def test_nobody_is_no_demonstration(register: OwnDatabase, customers: int) -> None:
    with pytest.raises(CommandError):
        demo(customers)


def test_production_takes_none_of_them(register: OwnDatabase, settings: Settings) -> None:
    settings.ACCEPT_TEST_IDENTITY_CODES = False
    with pytest.raises(CommandError):
        demo()
    assert not Customer.objects.exists()


def test_the_files_of_the_demonstration_are_gone_afterwards(
    register: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    demo(3)
    assert list(room.iterdir()) == []
