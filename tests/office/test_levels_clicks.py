"""Granting a level takes three clicks; the pages of users and of signing in are for everybody (screens.md 3, 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ilonet_register import services
from ilonet_register.models import User
from ilonet_register.roles import RIGHTS
from tests import people
from tests.office.conftest import Visit

Begin = Callable[..., Visit]
EMAIL = re.compile("e-?mail", re.IGNORECASE)
WAYS = [(width, dark) for width in (360, 1280) for dark in (False, True)]


def a_main_user(language: str = "en") -> User:
    return people.clerk("main_user", name="Heidi Hallitsija", language=language)


def _some_accounts() -> User:
    """Make an account in each state, with a long name and all levels, and return the one to look at."""
    console = User.objects.console()
    services.create_user(email="kutsuttu@example.fi", name="Kaisa Kutsuttu", by=console)
    services.close_account(people.clerk(name="Sami Suljettu"), by=console)
    return people.clerk(*RIGHTS, name="Marja-Terttu Pitkäsukunimi-Ylipitkänen")


def _pages(here: Visit, account: User) -> Iterator[str]:
    """Go to each page, and say which it is."""
    for name, *args in (
        ("start",),
        ("users",),
        ("user", account.uuid),
        ("edit_user", account.uuid),
        ("new_user",),
        ("levels",),
        ("own",),
    ):
        here.open(f"office:{name}", *args)
        yield name
    here.open("account_change_password")
    yield "change password"
    here.open("office:customer", account.uuid)
    yield "refused"
    here.context.clear_cookies()
    for name in ("account_login", "account_reset_password", "account_reset_password_done"):
        here.open(name)
        yield name


def test_granting_a_level_takes_three_clicks_from_the_list(visit: Begin) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    here = visit(a_main_user())
    here.open("office:users")
    here.press("Pekka Uusi", role="link")
    here.page.get_by_label("Customer service").check()
    expect(here.page.get_by_text("will see and do:")).to_be_visible()
    here.press("Save the levels")
    assert User.objects.get(pk=pekka.pk).rights == {"invoicing", "customer_service"}
    assert here.clicks <= 3, here.presses


def test_what_would_change_is_said_on_ticking_and_nothing_is_saved(visit: Begin) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    here = visit(a_main_user())
    here.open("office:user", pekka.uuid)
    here.page.get_by_label("Marketing").check()
    here.page.get_by_label("Invoicing").uncheck()
    expect(here.page.get_by_text("No longer:")).to_be_visible()
    expect(here.page.get_by_role("status")).not_to_be_empty()
    assert here.page.get_by_text("Prevent a removal").is_visible()
    assert User.objects.get(pk=pekka.pk).rights == {"invoicing"}


def test_levels_are_granted_by_the_keyboard_alone(visit: Begin) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    here = visit(a_main_user())
    here.open("office:user", pekka.uuid)
    here.page.get_by_label("Customer service").focus()
    here.page.keyboard.press("Space")
    here.leave(lambda: here.page.keyboard.press("Control+Enter"))
    assert User.objects.get(pk=pekka.pk).rights == {"invoicing", "customer_service"}
    assert here.clicks == 0


@pytest.mark.parametrize(("width", "dark"), WAYS)
def test_axe_finds_nothing(visit: Begin, width: int, dark: bool) -> None:
    here = visit(a_main_user(), width=width, dark=dark)
    found = {name: here.faults() for name in _pages(here, _some_accounts())}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_axe_finds_nothing_on_forms_with_errors_and_with_a_message(visit: Begin) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    here = visit(a_main_user(), width=360)
    here.open("office:new_user")
    here.press("Make the account and send the link")
    assert here.page.title().startswith("Error:")
    assert here.faults() == []
    here.open("office:user", pekka.uuid)
    here.press("Close the account")
    expect(here.page.get_by_text("The account is closed.")).to_be_visible()
    assert here.faults() == []
    here.context.clear_cookies()
    here.open("account_login")
    here.page.get_by_label("Password").fill("wrong")
    here.page.get_by_label(EMAIL).fill("nobody@example.fi")
    here.press("Sign in")
    assert here.page.title().startswith("Error:")
    assert here.faults() == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_page_scrolls_sideways_at_320_pixels(visit: Begin, language: str) -> None:
    here = visit(a_main_user(language), width=320, locale=language)
    wide = {name: here.overflow() for name in _pages(here, _some_accounts())}
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


def test_only_the_table_of_levels_scrolls_in_a_region_with_a_name_reached_by_the_keyboard(visit: Begin) -> None:
    here = visit(a_main_user(), width=320)
    here.open("office:levels")
    region = here.page.get_by_role("region", name="Table of levels")
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    region.focus()
    assert region.evaluate("e => document.activeElement === e")


def test_targets_are_large_enough_for_fingers(visit: Begin) -> None:
    """At least 24 by 24 px, but for links within a line of text (screens.md 6.6)."""
    account = _some_accounts()
    here = visit(a_main_user(), width=360)
    small = "".join(
        (
            "[...document.querySelectorAll('main button, main .button, main input:not([type=hidden])')]",
            ".map(e => [e, (e.closest('label') ?? e).getBoundingClientRect()])",
            ".filter(([e, r]) => r.width && (r.width < 24 || r.height < 24)).map(([e]) => e.outerHTML.slice(0, 90))",
        )
    )
    found = {name: here.page.evaluate(small) for name in _pages(here, account)}
    assert {name: elements for name, elements in found.items() if elements} == {}


def test_the_sign_in_leads_on_to_the_page_that_was_wanted(visit: Begin) -> None:
    here = visit(a_main_user())
    here.context.clear_cookies()
    here.page.goto(here.site + reverse("office:users"))
    assert here.page.get_by_role("heading", level=1).inner_text() == "Sign in"
    here.page.get_by_label(EMAIL).fill(User.objects.get(name="Heidi Hallitsija").email)
    here.page.get_by_label("Password").fill(people.PASSWORD)
    here.leave(lambda: here.page.keyboard.press("Enter"))
    assert here.page.get_by_role("heading", level=1).inner_text() == "Users and levels"
