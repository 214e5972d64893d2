"""What is told of a fault: where it happened, never what it was about.

Django's own report holds local variables, what was posted and the text of the exception. Of a customer's page that is
the customer, and of a unique violation PostgreSQL quotes the value. Nothing here tries to recognise personal data:
values are left out altogether.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import ItemsView
from types import TracebackType
from typing import Any, TextIO

import psycopg
from django.conf import settings
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

# The standard way to report a faulty log call prints its arguments.
logging.raiseExceptions = False


def described(error: BaseException | None) -> str:
    """Tell an exception and those it came from by type and place, without their texts; the first cause first."""
    told: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        told.insert(0, "\n".join([*places, _named(error)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to\n".join(told)


# Their texts speak of code, settings and servers. `TypeError`, `ValueError`, `KeyError` are not among them: Django and
# Python put the value into the text.
TEXT_IS_HARMLESS: tuple[type[BaseException], ...] = (
    AttributeError,
    ImportError,
    ModuleNotFoundError,
    NameError,
    SyntaxError,
    AppRegistryNotReady,
    ImproperlyConfigured,
    TemplateDoesNotExist,
    psycopg.OperationalError,  # itself only: no connection. Errors of statements are its subclasses.
)
TEXT_OF_MODULE_IS_HARMLESS = ("ilonet_register.crypto.errors", "ilonet_register.embedded_server")


def _named(error: BaseException) -> str:
    """Name the type, the constraint and the SQLSTATE of an error; its text only where that cannot hold a value."""
    kind = type(error)
    diagnosis = getattr(error, "diag", None)
    found = [getattr(error, "sqlstate", None), getattr(diagnosis, "constraint_name", None)]
    if kind in TEXT_IS_HARMLESS or kind.__module__ in TEXT_OF_MODULE_IS_HARMLESS:
        found.append(str(error))
    return ": ".join([f"{kind.__module__}.{kind.__qualname__}", *filter(None, found)])


class FaultReporter(ExceptionReporter):
    """The report on a failed request, as text and as HTML: method, view, type and place of the fault."""

    def get_traceback_text(self) -> SafeString:
        # An answer of 503 is reported too; Django then hands over a text in place of an exception.
        error = self.exc_value if isinstance(self.exc_value, BaseException) else None
        # Plain text, which Django sends as such; nothing in it is markup.
        return SafeString(f"{_request_line(self.request)}\n{described(error)}\n")

    def get_traceback_html(self) -> SafeString:
        return format_html("<!doctype html><title>Fault</title><pre>{}</pre>", str(self.get_traceback_text()))

    def get_traceback_data(self) -> dict[str, Any]:
        """Return nothing for templates to print: whoever asks for the data gets the text alone."""
        return {"text": self.get_traceback_text()}


class NothingPersonalFilter(SafeExceptionReporterFilter):
    """Drops what was posted and every local variable, whoever asks."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        return {}.items()

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return {}


class ValuelessFormatter(logging.Formatter):
    """Formats a log line whose traceback names types and places only."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return described(ei[1])


class ValuelessHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error; of a line that cannot be written it names the logger, and prints no argument of it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        sys.stderr.write(f"A log line of {record.name} could not be written.\n")


class NothingPersonalLogFilter(logging.Filter):
    """Takes the texts of exceptions out of log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and str(error) and str(error) in record.getMessage():
            record.msg, record.args = type(error).__name__, ()
        if isinstance(record.msg, BaseException):
            record.msg = type(record.msg).__name__
        if isinstance(record.args, tuple):
            record.args = tuple(
                type(value).__name__ if isinstance(value, BaseException) else value for value in record.args
            )
        return True


def report_uncaught_without_values() -> None:
    """Have the interpreter itself report faults of commands and threads in the same way."""
    sys.excepthook = _report
    threading.excepthook = lambda given: _report(given.exc_type, given.exc_value, given.exc_traceback)


def _report(kind: type[BaseException], error: BaseException | None, place: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.stderr.write("\nStopped.\n")
    elif settings.configured and settings.DEBUG:
        sys.__excepthook__(kind, error or kind(), place)
    else:
        sys.stderr.write(
            f"An unforeseen fault. Values are left out; ILONET_DEBUG=true shows them.\n{described(error)}\n"
        )


def _request_line(request: HttpRequest | None) -> str:
    if request is None:
        return "No request."
    match = request.resolver_match
    return f"{request.method} {match.view_name or match._func_path if match else 'an unknown page'}"
