"""No report of a page that fails holds what it was about: neither mail, nor log, nor the page itself (fact 9)."""

from __future__ import annotations

import inspect
import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils.log import AdminEmailHandler
from django.views.debug import get_exception_reporter_filter
from pytest_django import Settings

from ilonet_register.faults import FaultReporter, ValuelessHandler
from ilonet_register.office.access import public
from tests import people
from tests.ilonet_register.faulty import CODE, NAME, assert_nothing_personal, fail_over, write_the_same_number_twice

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # a fresh clone has collected no static files

# --- pages that fail -------------------------------------------------------------------------------------------------


@public
def failing(request: HttpRequest) -> HttpResponse:
    fail_over(request.POST["code"])


@public
def doubling(request: HttpRequest) -> HttpResponse:
    write_the_same_number_twice()
    return HttpResponse()


@public
def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 without an exception."""
    return HttpResponse(status=503)


handler500 = "ilonet_register.office.errors.failed"
urlpatterns = [
    path("failing/", failing),
    path("doubling/", doubling),
    path("unavailable/", unavailable),
    path("", include("ilonet_register.urls")),
]


@pytest.fixture(autouse=True)
def _an_administrator(settings: Settings) -> None:
    settings.ADMINS = [("Ylläpito", "admin@example.fi")]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the handlers of the settings write to stderr."""
    written = io.StringIO()
    handlers = [h for h in logging.getLogger("django").handlers if type(h) is ValuelessHandler]
    before = [handler.setStream(written) for handler in handlers]
    assert before, "the settings have a handler for stderr"
    yield written
    for handler, stream in zip(handlers, before, strict=True):
        handler.setStream(stream)


@pytest.fixture
def told_of(lines: io.StringIO) -> Callable[..., str]:
    """Post to a page that fails; return all that is told of it: the page, the mail, the log."""

    def post(address: str, client: Client | None = None, **values: str) -> str:
        client = client or Client()
        client.raise_request_exception = False
        answer = client.post(address, {"code": CODE, "name": NAME, **values})
        assert answer.status_code == 500
        (letter,) = mail.outbox
        mailed = [letter.subject, str(letter.body), letter.message().as_bytes().decode(errors="replace")]
        return "\n".join([answer.content.decode(), *mailed, lines.getvalue()])

    return post


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_fails_over_an_identity_code_reports_where_and_not_what(
    told_of: Callable[..., str], lines: io.StringIO
) -> None:
    assert_nothing_personal(told_of("/failing/"))
    for report in (str(mail.outbox[0].body), lines.getvalue()):
        assert "in fail_over" in report
        assert "builtins.ValueError" in report


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_unique_violation_is_reported_by_its_constraint_without_the_value(told_of: Callable[..., str]) -> None:
    told = told_of("/doubling/")
    assert_nothing_personal(told)
    assert "customers_customer_number_key" in told
    assert "23505" in told


@pytest.mark.django_db
def test_a_search_for_an_identity_code_that_breaks_reports_nothing_of_it(told_of: Callable[..., str]) -> None:
    people.fibre_customer()
    clerk = Client()
    clerk.force_login(people.clerk())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE customers_identitycodeindex RENAME COLUMN digest TO gone")
    told = told_of("/search/", clerk, words=CODE)
    assert_nothing_personal(told)
    assert "UndefinedColumn" in told


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_the_report_as_html_holds_no_value_either() -> None:
    handler, logger = AdminEmailHandler(include_html=True), logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client = Client(raise_request_exception=False)
        client.post("/failing/", {"code": CODE}, headers={"cookie": f"code={CODE}", "referer": f"/?q={CODE}"})
    finally:
        logger.removeHandler(handler)
    (html,) = [str(content) for letter in mail.outbox for content, _kind in letter.alternatives]  # type: ignore[attr-defined]
    assert "in fail_over" in html
    assert_nothing_personal(html)


def test_whatever_the_reporter_is_asked_for_is_without_values() -> None:
    request = RequestFactory().post(f"/?code={CODE}", {"code": CODE}, headers={"cookie": f"code={CODE}"})
    with pytest.raises(ValueError, match=CODE) as caught:
        fail_over(request.POST["code"])
    reporter = FaultReporter(request, caught.type, caught.value, caught.tb)
    assert_nothing_personal(reporter.get_traceback_text())
    assert_nothing_personal(reporter.get_traceback_html())
    assert_nothing_personal(repr(reporter.get_traceback_data()))
    variables = [frame["vars"] for frame in reporter.get_traceback_frames()]
    assert len(variables) > 1
    assert not any(variables)


def test_the_filter_gives_nothing_of_a_request_to_any_other_reporter_either() -> None:
    request = RequestFactory().post(f"/?code={CODE}", {"code": CODE}, headers={"cookie": f"code={CODE}"})
    values = get_exception_reporter_filter(request)
    assert values.is_active(request)
    for asked in (values.get_post_parameters, values.get_safe_request_meta, values.get_safe_cookies):
        assert not asked(request), asked
    assert_nothing_personal(repr(values.get_traceback_frame_variables(request, inspect.currentframe())))


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_answer_of_503_without_an_exception_is_mailed_too() -> None:
    assert Client().get("/unavailable/").status_code == 503
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("made", ["text", "argument", "error as text", "traceback"])
def test_a_log_line_about_an_error_is_without_its_text(lines: io.StringIO, made: str) -> None:
    logger = logging.getLogger("django.request")
    try:
        fail_over(CODE)
    except ValueError as error:
        if made == "text":
            logger.warning(f"It failed: {error}", exc_info=True)  # noqa: G004 - as a library might write it
        elif made == "argument":
            logger.warning("It failed: %s", error)
        elif made == "error as text":
            logger.warning(error)
        else:
            logger.warning("It failed.", exc_info=True)
    assert "ValueError" in lines.getvalue()
    assert_nothing_personal(lines.getvalue())
