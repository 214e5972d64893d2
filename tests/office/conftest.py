"""Clerks with a browser: a real Chromium on a real server with a database of the test's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.test import Client
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ilonet_register.models import User
from tests import people

NAMES = ("chromium", "chromium-browser", "google-chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")


@pytest.fixture
def signed_in(client: Client) -> Callable[..., Client]:
    """Sign a new clerk in with these levels; customer service unless told otherwise."""

    def sign_in(*rights: str) -> Client:
        client.force_login(people.clerk(*rights))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return sign_in


def a_browser() -> str:
    """Return the Chromium of the system, or the one that CHROMIUM names; bin/test sees to it that there is one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Install Chromium, or name it: CHROMIUM=/path/to/chromium bin/test"
    return found


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    """Forget the failed sign-ins of other tests, which are counted per address."""
    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for all tests."""
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, in which Django would refuse to work with the database.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=a_browser(), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def site(own_database: object) -> Iterator[str]:
    """The address of a running register on a database of this test."""
    server = LiveServerThread("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()
    server.join()


@dataclass
class Visit:
    """A clerk at the browser; counts the presses of the mouse, wherever they lead."""

    site: str
    page: Page
    context: BrowserContext
    presses: list[str] = field(default_factory=list)

    @property
    def clicks(self) -> int:
        return len(self.presses)

    def open(self, name: str, *args: object) -> None:
        """Go to a page by its name; the counting begins anew."""
        self.page.goto(self.site + reverse(name, args=args))
        self.presses.clear()

    def faults(self) -> list[str]:
        """What is not accessible on the page, as axe finds it."""
        found = Axe().run(self.page).response["violations"]
        return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in found]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def search(self, words: str) -> None:
        """Type into the box of the top bar and press Enter."""
        self.page.locator("#bar-search").fill(words)
        self.leave(lambda: self.page.keyboard.press("Enter"))

    def press(self, words: str, role: Any = "button") -> None:
        """Press a button or link with the mouse and wait for the page it leads to."""
        self.leave(self.page.get_by_role(role, name=words, exact=True).first.click)

    def leave(self, act: Callable[[], object]) -> None:
        """Do what leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            act()


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a browser for a clerk: `visit(user, width=360, dark=True)`."""
    contexts = []

    def begin(
        user: User | None = None, *, width: int = 1280, height: int = 720, dark: bool = False, locale: str = "en-GB"
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale=locale
        )
        contexts.append(context)
        client = Client()
        client.force_login(user or people.clerk())
        context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site}])
        here = Visit(site, context.new_page(), context)
        here.page.expose_function("pressedByMouse", lambda pressed: here.presses.append(pressed))
        here.page.add_init_script(
            "addEventListener('pointerdown', (e) => pressedByMouse(e.target.outerHTML.slice(0, 80)), true)"
        )
        return here

    yield begin
    for context in contexts:
        context.close()
