"""No report of a fault holds what it was about: neither mail, log, terminal nor the database server's own log (fact 9)."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.conf import settings as in_force
from django.core import mail
from django.db import DataError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils.log import AdminEmailHandler
from pytest_django import Settings

from customers.models import Customer
from ilonet_register.faults import FaultReporter, described
from ilonet_register.models import User
from ilonet_register.office.access import public
from tests import people
from tests.conftest import OwnDatabase

CODE = people.FIBRE_CODE
NAME = "Salamyhkäinen"
ROOT = Path(__file__).parents[2]


# --- pages that fail -------------------------------------------------------------------------------------------------


def write_the_same_number_twice() -> None:
    Customer.objects.bulk_create([Customer(number=CODE, kind="person", last_name=NAME) for _ in range(2)])


def fail_with_the_value(value: str) -> NoReturn:
    held = {"code": value, "name": NAME}
    raise ValueError(f"{held} cannot be read")


@public
def failing(request: HttpRequest) -> HttpResponse:
    """Fail with what was posted in the local variables, in the text and in that of the error before."""
    try:
        int(request.POST["code"])
    except ValueError:
        fail_with_the_value(request.POST["code"])
    return HttpResponse()


@public
def doubling(request: HttpRequest) -> HttpResponse:
    """Fail with the unique violation of PostgreSQL, which quotes the value."""
    write_the_same_number_twice()
    return HttpResponse()


@public
def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 without an exception, as a page may while it is being repaired."""
    return HttpResponse(status=503)


handler500 = "ilonet_register.office.errors.failed"
urlpatterns = [
    path("failing/", failing),
    path("doubling/", doubling),
    path("unavailable/", unavailable),
    path("", include("ilonet_register.urls")),
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the handlers of the settings write to stderr."""
    written = io.StringIO()
    handlers = [h for h in logging.getLogger("django").handlers if type(h) is logging.StreamHandler]
    before = [handler.setStream(written) for handler in handlers]
    assert before, "the settings have a handler for stderr"
    yield written
    for handler, stream in zip(handlers, before, strict=True):
        handler.setStream(stream)


@pytest.fixture
def posted(settings: Settings, lines: io.StringIO) -> Any:
    """Post to a page that fails; return everything that was told of it, with the answer first."""
    settings.ADMINS = [("Ylläpito", "admin@example.fi")]

    def post(address: str, client: Client | None = None, **values: str) -> str:
        client = client or Client()
        client.raise_request_exception = False
        answer = client.post(address, {"code": CODE, "name": NAME, **values})
        assert answer.status_code == 500
        assert len(mail.outbox) == 1, "the fault is mailed"
        (told,) = mail.outbox
        return "\n".join([answer.content.decode(), str(told.message()), told.subject, str(told.body), lines.getvalue()])

    return post


def assert_nothing_personal(text: str) -> None:
    found = [value for value in (CODE, CODE[:6], CODE[7:], NAME, "Salamyhk") if value in text]
    assert not found, text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_fails_over_an_identity_code_reports_where_and_not_what(posted: Any, lines: io.StringIO) -> None:
    told = posted("/failing/")
    assert_nothing_personal(told)
    assert "fail_with_the_value" in mail.outbox[0].body, "the place is told"
    assert "fail_with_the_value" in lines.getvalue()
    assert "ValueError" in mail.outbox[0].body
    assert mail.outbox[0].alternatives == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_unique_violation_is_reported_by_its_constraint_without_the_value(posted: Any) -> None:
    told = posted("/doubling/")
    assert_nothing_personal(told)
    assert "customers_customer_number_key" in told
    assert "23505" in told


@pytest.mark.django_db
def test_a_search_for_an_identity_code_that_breaks_reports_nothing_of_it(posted: Any) -> None:
    people.fibre_customer()
    clerk = Client()
    clerk.force_login(people.clerk())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE customers_identitycodeindex RENAME COLUMN digest TO gone")
    told = posted("/search/", clerk, words=CODE)
    assert_nothing_personal(told)
    assert "UndefinedColumn" in told


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_the_report_as_html_holds_no_value_either(settings: Settings) -> None:
    settings.ADMINS = [("Ylläpito", "admin@example.fi")]
    handler = AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client = Client(raise_request_exception=False)
        client.post("/failing/", {"code": CODE}, headers={"cookie": f"code={CODE}", "referer": f"/?q={CODE}"})
    finally:
        logger.removeHandler(handler)
    (html,) = [content for told in mail.outbox for content, _kind in told.alternatives]  # type: ignore[attr-defined]
    assert "fail_with_the_value" in html
    assert_nothing_personal(html)
    assert_nothing_personal("\n".join(str(told.message()) for told in mail.outbox))


def test_everything_the_reporter_can_be_asked_for_is_without_values() -> None:
    request = RequestFactory().post(f"/?code={CODE}", {"code": CODE}, headers={"cookie": f"code={CODE}"})
    try:
        failing(request)
    except ValueError as error:
        reporter = FaultReporter(request, type(error), error, error.__traceback__)
    for told in (
        reporter.get_traceback_text(),
        reporter.get_traceback_html(),
        repr(reporter.get_traceback_data()),
        repr(reporter.get_traceback_frames()),
    ):
        assert_nothing_personal(told)


@pytest.mark.xfail(
    strict=True,
    raises=AttributeError,
    reason="FaultReporter is given a text for an exception when there is none: the mail handler breaks the answer",
)
@pytest.mark.urls(__name__)
def test_an_answer_of_500_without_an_exception_is_mailed_too(settings: Settings) -> None:
    settings.ADMINS = [("Ylläpito", "admin@example.fi")]
    assert Client().get("/unavailable/").status_code == 503
    assert len(mail.outbox) == 1


# --- the texts of exceptions -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("error", [IntegrityError, DataError])
def test_what_postgresql_says_of_a_value_is_not_described(error: type[Exception]) -> None:
    with pytest.raises(error) as caught, transaction.atomic():
        if error is IntegrityError:
            write_the_same_number_twice()
        else:
            connection.cursor().execute("SELECT %s::date", [CODE])
    assert CODE in str(caught.value), "PostgreSQL quotes the value"
    told = described(caught.value)
    assert_nothing_personal(told)
    assert type(caught.value).__qualname__ in told


def test_an_error_that_came_of_another_is_described_without_either_text() -> None:
    with pytest.raises(ValueError, match=CODE) as caught:
        failing(RequestFactory().post("/", {"code": CODE}))
    told = described(caught.value)
    assert_nothing_personal(told)
    assert told.count("builtins.ValueError") == 2
    assert "which led to" in told


@pytest.mark.parametrize("made", ["message", "argument", "exception as message", "exc_info"])
def test_a_log_line_about_an_error_is_without_its_text(lines: io.StringIO, made: str) -> None:
    logger = logging.getLogger("django.request")
    try:
        fail_with_the_value(CODE)
    except ValueError as error:
        if made == "message":
            logger.warning(f"It failed: {error}", exc_info=True)  # noqa: G004, G201 - as a library might write it
        elif made == "argument":
            logger.warning("It failed: %s", error)
        elif made == "exception as message":
            logger.warning(error)
        else:
            logger.warning("It failed.", exc_info=True)
    assert "ValueError" in lines.getvalue()
    assert_nothing_personal(lines.getvalue())


# --- commands and threads --------------------------------------------------------------------------------------------

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
TWICE = f"""
from customers.models import Customer
Customer.objects.bulk_create([Customer(number="{CODE}", kind="person", last_name="{NAME}") for _ in range(2)])
"""


def run(*command: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)  # noqa: PLW1510


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


# --- the database server ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_server_of_our_own_logs_no_statement_that_failed() -> None:
    server_log = Path(in_force.DATA_DIR) / "postgres" / "server.log"
    with pytest.raises(IntegrityError), transaction.atomic():
        write_the_same_number_twice()
    with pytest.raises(DataError), transaction.atomic():
        connection.cursor().execute(f"SELECT '{CODE}'::date")
    written = server_log.read_text()
    assert "database system is ready" in written
    assert_nothing_personal(written)


@pytest.mark.django_db
def test_accounts_are_not_named_in_a_fault_of_theirs() -> None:
    first, second = people.without_rights(), people.without_rights()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.filter(pk=second.pk).update(email=first.email.upper())
    assert first.email in str(caught.value)
    assert first.email not in described(caught.value)
    assert "user_email_unique_whatever_case" in described(caught.value)
