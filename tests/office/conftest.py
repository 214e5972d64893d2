"""What the tests of all pages share: the clerks with a browser are those of the pages of customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from playwright.sync_api import Playwright, sync_playwright

from tests.office.customers import conftest as clerks
from tests.office.customers.conftest import _no_collected_static_files, browser, signed_in, site, visit

__all__ = ["_no_collected_static_files", "browser", "signed_in", "site", "visit"]

_running: list[Playwright] = []


@contextmanager
def _the_only_playwright() -> Iterator[Playwright]:
    """Start Playwright, or go on with the one that runs.

    pytest makes the fixture `browser` once for this folder and once for the one below, and one thread cannot start
    Playwright twice. Whichever comes first starts it; fixtures of a session end in the opposite order.
    """
    if _running:
        yield _running[0]
        return
    with sync_playwright() as playwright:
        _running.append(playwright)
        yield playwright
        _running.clear()


clerks.sync_playwright = _the_only_playwright  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    """Forget the failed sign-ins of other tests, which are counted per address."""
    cache.clear()
