"""A command, a thread or a statement that fails tells where, never over what (fact 9)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction

from customers.models import Customer
from ilonet_register.faults import described
from ilonet_register.models import User
from tests import people
from tests.conftest import OwnDatabase
from tests.ilonet_register.faulty import CODE, NAME, assert_nothing_personal, fail_over, write_the_same_number_twice

ROOT = Path(__file__).parents[2]
THREAD = f"""
import threading
from ilonet_register import faults
faults.report_uncaught_without_values()
def fail(value):
    raise ValueError(value + " cannot be read")
thread = threading.Thread(target=fail, args=["{CODE}"])
thread.start()
thread.join()
"""
TWICE = "from tests.ilonet_register import faulty; faulty.write_the_same_number_twice()"


def cast_to_a_date(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [text])


def run(*command: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)  # noqa: PLW1510


@pytest.mark.django_db
def test_a_unique_violation_is_described_by_its_constraint() -> None:
    with pytest.raises(IntegrityError, match=CODE) as caught, transaction.atomic():
        write_the_same_number_twice()
    told = described(caught.value)
    assert_nothing_personal(told)
    assert "customers_customer_number_key" in told
    assert "23505" in told


@pytest.mark.django_db
def test_a_value_that_postgresql_cannot_read_is_not_described() -> None:
    with pytest.raises(DataError, match=CODE) as caught, transaction.atomic():
        cast_to_a_date(CODE)
    assert_nothing_personal(described(caught.value))
    assert "22007" in described(caught.value)


@pytest.mark.django_db
def test_accounts_are_not_named_in_a_fault_of_theirs() -> None:
    first, second = people.without_rights(), people.without_rights()
    with pytest.raises(IntegrityError, match=first.email) as caught, transaction.atomic():
        User.objects.filter(pk=second.pk).update(email=first.email.upper())
    assert first.email not in described(caught.value)
    assert "user_email_unique_whatever_case" in described(caught.value)


def test_an_error_that_came_of_another_is_described_without_either_text() -> None:
    with pytest.raises(ValueError, match=CODE) as caught:
        fail_over(CODE)
    told = described(caught.value)
    assert_nothing_personal(told)
    first, second = told.split("which led to")
    assert "builtins.ValueError" in first
    assert "builtins.ValueError" in second


def test_a_command_that_fails_prints_no_value() -> None:
    done = run("manage.py", "shell", "--no-imports", "-c", f"int('{CODE}')")
    assert done.returncode == 1
    assert "builtins.ValueError" in done.stderr
    assert_nothing_personal(done.stdout + done.stderr)


def test_a_command_that_violates_a_constraint_prints_its_name_only(own_database: OwnDatabase) -> None:
    done = run("manage.py", "shell", "--no-imports", "-c", TWICE, environment=own_database.environment)
    assert done.returncode == 1
    assert "customers_customer_number_key" in done.stderr
    assert_nothing_personal(done.stdout + done.stderr)


def test_a_thread_that_fails_prints_no_value() -> None:
    done = run("-c", THREAD)
    assert "builtins.ValueError" in done.stderr
    assert "in fail" in done.stderr
    assert_nothing_personal(done.stdout + done.stderr)


def test_a_log_line_that_cannot_be_written_prints_no_value() -> None:
    wrong = f"import logging; logging.getLogger('django.request').warning('%d customers', '{CODE}')"
    done = run("manage.py", "shell", "--no-imports", "-c", wrong)
    assert done.returncode == 0
    assert_nothing_personal(done.stdout + done.stderr)


@pytest.mark.django_db
def test_the_server_of_our_own_logs_no_statement_whether_it_failed_or_not() -> None:
    Customer.objects.bulk_create([Customer(number="1", kind="person", last_name=NAME)])
    assert Customer.objects.filter(last_name=NAME).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        write_the_same_number_twice()
    with pytest.raises(DataError), transaction.atomic():
        cast_to_a_date(CODE)
    written = (Path(settings.DATA_DIR) / "postgres" / "server.log").read_text()
    assert "database system is ready" in written
    assert_nothing_personal(written)
