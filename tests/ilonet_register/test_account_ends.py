"""What is taken from an account is gone at its next request; nobody signs in to an account that has ended."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ilonet_register import services
from ilonet_register.models import User
from ilonet_register.periods import helsinki_date
from ilonet_register.roles import MAIN_USER
from tests import people
from tests.conftest import OwnDatabase
from tests.stepping import Stepped

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # a fresh clone has collected no static files
LONG_PAST = dt.date(2020, 1, 1)


def console() -> User:
    return User.objects.console()


def close(user: User) -> None:
    services.close_account(user, by=console())


def let_expire(user: User, on: dt.date = LONG_PAST) -> None:
    services.change_account(user, name=user.name, language="en", valid_until=on, by=console())


ENDINGS = pytest.mark.parametrize("end", [close, let_expire])


@pytest.fixture
def clerk(db: None) -> User:
    cache.clear()
    return people.clerk()


@pytest.fixture
def at_work(clerk: User, client: Client) -> Client:
    """A browser in which the clerk is signed in and looks at customers."""
    client.force_login(clerk)
    assert client.get(reverse("office:search")).status_code == 200
    return client


def is_led_to_sign_in(client: Client) -> bool:
    answer = client.get(reverse("office:search"))
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


@ENDINGS
def test_the_next_click_of_an_account_that_ended_leads_to_the_sign_in(
    at_work: Client, clerk: User, end: Callable[[User], None]
) -> None:
    end(clerk)
    assert is_led_to_sign_in(at_work)


@ENDINGS
def test_what_was_being_typed_when_the_account_ended_is_not_saved(
    at_work: Client, clerk: User, end: Callable[[User], None]
) -> None:
    end(clerk)
    at_work.post(reverse("office:own"), {"language": "sv"})
    assert User.objects.get(pk=clerk.pk).language == "en"


@ENDINGS
def test_an_account_that_ended_may_nothing(clerk: User, end: Callable[[User], None]) -> None:
    end(clerk)
    ended = User.objects.get(pk=clerk.pk)
    assert ended.rights == {"customer_service"}, "the levels it had are known"
    assert ended.permissions == frozenset()
    assert not ended.is_staff


@ENDINGS
def test_nobody_signs_in_to_an_account_that_ended(clerk: User, client: Client, end: Callable[[User], None]) -> None:
    values = {"login": clerk.email, "password": people.PASSWORD}
    assert client.post(reverse("account_login"), values).status_code == 302
    client.logout()
    end(clerk)
    client.post(reverse("account_login"), values)
    assert is_led_to_sign_in(client)


def test_an_account_is_usable_through_its_last_day(clerk: User) -> None:
    clerk.valid_until = dt.date(2026, 3, 31)
    assert clerk.is_usable(on=dt.date(2026, 3, 31))
    assert not clerk.is_usable(on=dt.date(2026, 4, 1))


def test_an_account_that_lasts_until_today_still_works(at_work: Client, clerk: User) -> None:
    let_expire(clerk, on=helsinki_date(timezone.now()))
    assert not is_led_to_sign_in(at_work)


def test_an_account_that_is_opened_again_has_the_levels_it_had(clerk: User) -> None:
    close(clerk)
    assert User.objects.get(pk=clerk.pk).closed_on == helsinki_date(timezone.now())
    services.open_account(User.objects.get(pk=clerk.pk), by=people.clerk(MAIN_USER))
    opened = User.objects.get(pk=clerk.pk)
    assert opened.closed_on is None
    assert opened.rights == {"customer_service"}
    assert opened.permissions


def test_the_next_click_after_a_level_was_withdrawn_is_refused(at_work: Client, clerk: User) -> None:
    services.set_grants(clerk, ["installation"], by=console())
    assert at_work.get(reverse("office:search")).status_code == 403


def test_a_level_counts_from_the_next_click(client: Client, db: None) -> None:
    newcomer = people.without_rights()
    client.force_login(newcomer)
    assert client.get(reverse("office:search")).status_code == 403
    services.set_grants(newcomer, ["customer_service"], by=console())
    assert client.get(reverse("office:search")).status_code == 200


@pytest.mark.parametrize("builtin", [User.objects.night, User.objects.console])
def test_nobody_works_as_a_built_in_user(client: Client, db: None, builtin: Callable[[], User]) -> None:
    client.force_login(builtin())
    assert is_led_to_sign_in(client)
    assert builtin().permissions == frozenset()


def test_one_request_that_waits_for_its_rights_keeps_no_other_waiting(own_database: OwnDatabase) -> None:
    slow, quick = people.clerk(), people.clerk()
    done = threading.Event()

    def read_rights() -> None:
        assert User.objects.get(pk=quick.pk).permissions
        connections.close_all()
        done.set()

    waiting = Stepped(lambda: User.objects.get(pk=slow.pk).permissions, stop_after=2).start()
    threading.Thread(target=read_rights, daemon=True).start()
    in_time = done.wait(2)
    waiting.finish()
    assert done.wait(10)
    assert in_time
