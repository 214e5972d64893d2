"""Nothing typed is lost: not by leaving the page, by a time-out, or by a session that ended (screens.md 1.5, 5)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect
from pytest_django import Settings

from customers.models import Hold
from ilonet_register.models import User
from tests import people
from tests.office.conftest import Visit

Begin = Callable[..., Visit]
EMAIL = re.compile("e-?mail", re.IGNORECASE)
SAVE = "Prevent removal"
FIELD = "More about it"
ENDED = "Your session has ended"
SOON = "You will be signed out in two minutes"


def typing(here: Visit) -> Page:
    """Open a form and type, letter by letter as a person does."""
    here.open("office:hold_customer", people.fibre_customer().uuid)
    here.page.get_by_label(FIELD).press_sequentially("Kesken")
    return here.page


def the_text(page: Page) -> str:
    return page.get_by_label(FIELD).input_value()


def heading(page: Page, words: str) -> object:
    return page.get_by_role("dialog").get_by_role("heading", name=words)


def answer_dialogs(page: Page, *, leave: bool) -> list[str]:
    """Answer the browser's question whether to leave, and remember which it asked."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if leave:
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked


def sign_in(page: Page, user: User) -> None:
    page.get_by_label(EMAIL).fill(user.email)
    page.get_by_label("Password").fill(people.PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def saved() -> int:
    return Hold.objects.filter(why="Kesken").count()


# --- leaving


def test_leaving_a_form_that_was_typed_into_is_warned_of_and_can_be_refused(visit: Begin) -> None:
    page = typing(visit())
    asked = answer_dialogs(page, leave=False)
    page.get_by_role("link", name="Ilonet").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert the_text(page) == "Kesken"


def test_who_wants_to_leave_leaves(visit: Begin) -> None:
    page = typing(visit())
    asked = answer_dialogs(page, leave=True)
    with page.expect_navigation():
        page.get_by_role("link", name="Ilonet").click()
    assert asked == ["beforeunload"]


def test_nothing_typed_is_no_reason_to_warn(visit: Begin) -> None:
    here = visit()
    here.open("office:hold_customer", people.fibre_customer().uuid)
    asked = answer_dialogs(here.page, leave=False)
    here.press("Ilonet", role="link")
    assert asked == []


def test_sending_the_form_is_no_leaving(visit: Begin) -> None:
    here = visit()
    page = typing(here)
    asked = answer_dialogs(page, leave=False)
    here.press(SAVE)
    assert asked == []
    assert saved() == 1


# --- a session that ended


def test_a_session_that_ended_keeps_the_text_and_sends_nothing(visit: Begin) -> None:
    page = typing(visit())
    Session.objects.all().delete()
    page.get_by_role("button", name=SAVE).click()
    expect(heading(page, ENDED)).to_be_visible()
    page.get_by_role("button", name="Back to the text").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert the_text(page) == "Kesken"
    assert saved() == 0


def test_after_signing_in_in_another_tab_the_same_press_saves(visit: Begin) -> None:
    user = people.clerk()
    here = visit(user)
    page = typing(here)
    Session.objects.all().delete()
    page.get_by_role("button", name=SAVE).click()
    with here.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    sign_in(opened.value, user)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You are signed in again")
    assert saved() == 0
    here.press("I have signed in")
    assert saved() == 1
    expect(page.get_by_text("Kesken").first).to_be_visible()


def test_the_form_itself_saves_after_signing_in_too(visit: Begin) -> None:
    user = people.clerk()
    here = visit(user)
    page = typing(here)
    Session.objects.all().delete()
    page.get_by_role("button", name=SAVE).click()
    page.get_by_role("button", name="Back to the text").click()
    other = here.context.new_page()
    other.goto(here.site + reverse("account_login"))
    sign_in(other, user)
    here.press(SAVE)
    assert saved() == 1


def test_nothing_is_saved_in_the_name_of_somebody_else(visit: Begin) -> None:
    here = visit()
    page = typing(here)
    Session.objects.all().delete()
    other = here.context.new_page()
    other.goto(here.site + reverse("account_login"))
    sign_in(other, people.clerk(name="Toinen Tekijä"))
    page.get_by_role("button", name=SAVE).click()
    expect(heading(page, "Someone else has signed in in this browser")).to_be_visible()
    assert the_text(page) == "Kesken"
    assert saved() == 0


def test_a_closed_account_is_told_as_a_session_that_ended(visit: Begin) -> None:
    user = people.clerk()
    page = typing(visit(user))
    User.objects.filter(pk=user.pk).update(is_active=False)
    page.get_by_role("button", name=SAVE).click()
    expect(heading(page, ENDED)).to_be_visible()
    assert the_text(page) == "Kesken"


def test_what_a_page_asks_by_itself_does_not_take_it_away_when_the_session_has_ended(visit: Begin) -> None:
    """Leaving a field asks who has this name already; the answer must not be the sign-in in place of the text."""
    here = visit()
    here.open("office:new_customer")
    page, asked = here.page, answer_dialogs(here.page, leave=False)
    page.get_by_label("Last name").press_sequentially("Kesken")
    Session.objects.all().delete()
    with page.expect_response("**/check/") as answer:
        page.keyboard.press("Tab")
    assert answer.value.status == 401
    page.wait_for_timeout(300)
    assert asked == []
    page.get_by_role("button", name="Save customer and contract").click()
    expect(heading(page, ENDED)).to_be_visible()
    assert page.get_by_label("Last name").input_value() == "Kesken"


def test_without_scripts_the_text_comes_back_on_a_page_and_is_sent_from_there(visit: Begin) -> None:
    user = people.clerk()
    here = visit(user)
    page = typing(here)
    page.evaluate("document.querySelector('main form').dataset.guard = 'off'")
    Session.objects.all().delete()
    with page.expect_navigation():
        page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form'))")
    expect(page.get_by_role("heading", level=1)).to_have_text(ENDED)
    with here.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    sign_in(opened.value, user)
    here.press("Send again")
    expect(page.get_by_role("heading", level=1)).to_have_text("The form was not sent")  # its token was nobody's
    here.press("Send again")
    assert saved() == 1


def test_a_lost_connection_keeps_the_text_and_the_next_try_saves(visit: Begin) -> None:
    here = visit()
    page = typing(here)
    here.context.set_offline(True)
    page.get_by_role("button", name=SAVE).click()
    expect(heading(page, "The connection was lost")).to_be_visible()
    assert the_text(page) == "Kesken"
    here.context.set_offline(False)
    here.press("Try again")
    assert saved() == 1


# --- two minutes before the end


@pytest.fixture
def ten_minutes(settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = 600


def idle(page: Page, minutes: int, seconds: int = 0) -> None:
    """Let the clock of the browser run, and nobody touch anything."""
    page.clock.fast_forward(f"{minutes:02}:{seconds:02}")


@pytest.fixture
def at_work(ten_minutes: None, visit: Begin) -> Visit:
    here = visit()
    here.page.clock.install()
    typing(here)
    return here


def test_two_minutes_before_the_end_it_is_said_not_earlier(at_work: Visit) -> None:
    idle(at_work.page, 7, 55)
    expect(at_work.page.get_by_role("dialog")).to_have_count(0)
    idle(at_work.page, 0, 10)
    expect(heading(at_work.page, SOON)).to_be_visible()
    assert the_text(at_work.page) == "Kesken"


def test_continue_by_one_key_makes_the_session_longer(at_work: Visit) -> None:
    idle(at_work.page, 8, 5)
    expect(heading(at_work.page, SOON)).to_be_visible()
    before = Session.objects.get().expire_date
    expect(at_work.page.get_by_role("button", name="Continue")).to_be_focused()
    at_work.page.keyboard.press("Enter")
    expect(at_work.page.get_by_role("dialog")).to_have_count(0)
    assert Session.objects.get().expire_date > before
    idle(at_work.page, 7, 50)
    expect(at_work.page.get_by_role("dialog")).to_have_count(0)
    idle(at_work.page, 0, 15)
    expect(heading(at_work.page, SOON)).to_be_visible()


def test_who_does_not_answer_finds_the_text_still_there(at_work: Visit) -> None:
    idle(at_work.page, 8, 5)
    expect(heading(at_work.page, SOON)).to_be_visible()
    Session.objects.all().delete()
    idle(at_work.page, 2, 5)
    expect(heading(at_work.page, ENDED)).to_be_visible()
    assert the_text(at_work.page) == "Kesken"


def test_a_page_without_anything_typed_is_not_left_in_sight(ten_minutes: None, visit: Begin) -> None:
    cast = people.cast()
    here = visit()
    here.page.clock.install()
    here.open("office:customer", cast.aino.uuid)
    idle(here.page, 8, 5)
    expect(heading(here.page, SOON)).to_be_visible()
    Session.objects.all().delete()
    with here.page.expect_navigation():
        idle(here.page, 2, 5)
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "Pogostantie" not in here.page.content()


def test_who_is_writing_is_not_disturbed(at_work: Visit) -> None:
    idle(at_work.page, 7, 30)
    at_work.page.get_by_label(FIELD).press_sequentially("X")
    idle(at_work.page, 0, 40)
    at_work.page.wait_for_timeout(300)
    expect(at_work.page.get_by_role("dialog")).to_have_count(0)


def test_work_in_another_tab_counts(at_work: Visit) -> None:
    idle(at_work.page, 5)
    other = at_work.context.new_page()
    other.goto(at_work.site + reverse("office:search"))
    at_work.page.wait_for_timeout(300)
    idle(at_work.page, 5)
    expect(at_work.page.get_by_role("dialog")).to_have_count(0)
