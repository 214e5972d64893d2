"""One door, which tells nobody what exists behind it (N9.3, security.md)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account import urls as allauth_urls
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from pytest_django import Settings

from ilonet_register import services
from ilonet_register.models import User
from ilonet_register.sessions import SessionStore
from ilonet_register.urls import accounts as routed
from tests import people

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
ONE_TEXT = "The email address and/or password you specified are not correct."


def closed() -> User:
    return services.close_account(people.clerk(), by=User.objects.console())


def expired() -> User:
    user, console = people.clerk(), User.objects.console()
    return services.change_account(user, name=user.name, language="en", valid_until=dt.date(2020, 1, 1), by=console)


def invited() -> User:
    console = User.objects.console()
    return services.create_user(email="invited@example.fi", name="Iida Kutsuttu", by=console)


def unknown() -> User:
    return User(email="nobody@example.fi")


def attempt(client: Client, email: str, password: str, **more: str) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password, **more}, headers={"Accept-Language": "en"})


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def main_part(answer: HttpResponse, email: str) -> str:
    """The page without what differs at each answer: tokens, and the e-mail that was typed."""
    text = re.sub(r'value="[^"]*"', "", answer.content.decode().replace(email, ""))
    return text[text.index("<main") : text.index("</main>")]


def test_the_right_password_opens_the_register(client: Client) -> None:
    user = people.clerk()
    assert attempt(client, user.email, people.PASSWORD)["Location"] == "/"
    assert is_in(client)


def test_the_case_of_the_e_mail_does_not_matter(client: Client) -> None:
    attempt(client, people.clerk().email.upper(), people.PASSWORD)
    assert is_in(client)


def test_signing_in_leads_back_but_never_to_another_site(client: Client) -> None:
    user = people.clerk()
    assert attempt(client, user.email, people.PASSWORD, next="/own/")["Location"] == "/own/"
    client.logout()
    assert attempt(client, user.email, people.PASSWORD, next="https://example.com/")["Location"] == "/"


@pytest.mark.parametrize("who", [unknown, invited, closed, expired])
def test_one_text_whatever_was_wrong(client: Client, who: Callable[[], User]) -> None:
    known, other = people.clerk(), who()
    wrong = attempt(client, known.email, "not the password")
    answer = attempt(Client(), other.email, people.PASSWORD)
    assert ONE_TEXT in wrong.content.decode()
    assert answer.status_code == wrong.status_code == 200
    assert main_part(answer, other.email) == main_part(wrong, known.email)


@pytest.mark.parametrize("who", [unknown, invited, closed, expired])
def test_nobody_without_an_open_account_is_in(client: Client, who: Callable[[], User]) -> None:
    attempt(client, who().email, people.PASSWORD)
    assert not is_in(client)


def test_a_refused_sign_in_makes_no_session_and_counts_as_none(client: Client) -> None:
    user = expired()
    attempt(client, user.email, people.PASSWORD)
    assert User.objects.get(pk=user.pk).last_login is None
    assert "session" not in client.cookies


@pytest.mark.parametrize("who", [people.clerk, unknown, closed])
def test_after_ten_guesses_the_eleventh_is_not_even_tried(client: Client, who: Callable[[], User]) -> None:
    email = who().email
    guesses = [attempt(Client(), email, f"guess {n}").content.decode() for n in range(10)]
    assert all(ONE_TEXT in text for text in guesses)
    last = attempt(client, email, people.PASSWORD)
    assert "Too many failed login attempts" in last.content.decode()
    assert not is_in(client)


def test_the_guesses_of_somebody_else_do_not_lock_out_the_real_user(client: Client) -> None:
    """Security.md, figures to reach. Here in a browser that was signed in before, from another address."""
    user = people.clerk()
    attempt(client, user.email, people.PASSWORD)
    client.post(reverse("account_logout"))
    for n in range(11):
        attempt(Client(REMOTE_ADDR="10.9.9.9"), user.email, f"guess {n}")
    attempt(client, user.email, people.PASSWORD)
    assert is_in(client)


def test_the_guesses_of_a_colleague_behind_the_same_address_lock_out_no_known_browser(
    client: Client, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000/m/ip"}
    user, others = people.clerk(), [people.clerk() for _each in range(8)]
    attempt(client, user.email, people.PASSWORD)
    client.post(reverse("account_logout"))
    for other in others:
        for n in range(8):
            attempt(Client(), other.email, f"guess {n}")
    newcomer = attempt(Client(), people.clerk().email, people.PASSWORD)
    assert "Too many failed login attempts" in newcomer.content.decode()
    attempt(client, user.email, people.PASSWORD)
    assert is_in(client)


def test_a_known_browser_may_not_guess_without_end_either(client: Client) -> None:
    user = people.clerk()
    attempt(client, user.email, people.PASSWORD)
    client.post(reverse("account_logout"))
    for n in range(10):
        attempt(client, user.email, f"guess {n}")
    attempt(client, user.email, people.PASSWORD)
    assert not is_in(client)


@pytest.mark.parametrize("cookie", ["a\0b-of-any-length", "'; --", "X" * 5000, "ä" * 9])
def test_a_session_cookie_of_any_content_is_no_session(cookie: str) -> None:
    assert "_auth_user_id" not in SessionStore(cookie)


@pytest.mark.parametrize("builtin", ["night", "console"])
def test_the_built_in_users_cannot_sign_in_even_with_a_password(client: Client, builtin: str) -> None:
    user = User.objects.get(builtin=builtin)
    user.set_password(people.PASSWORD)
    user.save()
    attempt(client, user.email, people.PASSWORD)
    assert not is_in(client)


def test_signing_out_is_posted_and_ends_the_session(client: Client) -> None:
    client.force_login(people.clerk())
    key = client.session.session_key
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    assert client.post(reverse("account_logout"))["Location"] == LOGIN
    assert not is_in(client)
    client.cookies["session"] = key
    assert not is_in(client), "the old cookie is worth nothing"


def test_the_session_of_before_signing_in_is_not_the_session_after(client: Client) -> None:
    user = people.clerk()
    attempt(client, user.email, "wrong")
    before = client.cookies["session"].value if "session" in client.cookies else None
    attempt(client, user.email, people.PASSWORD)
    assert client.cookies["session"].value != before


def test_a_visitor_has_no_session(client: Client) -> None:
    client.get(LOGIN)
    assert "session" not in client.cookies


@pytest.mark.parametrize("door", ["/admin/login/", "/admin/login/?next=/admin/"])
def test_the_admin_has_no_door_of_its_own(client: Client, door: str) -> None:
    assert client.get(door)["Location"].split("?")[0] == LOGIN
    assert client.post(door)["Location"].split("?")[0] == LOGIN


def test_the_admin_leads_to_the_one_sign_in_and_back(client: Client) -> None:
    user = people.clerk("main_user")
    first = client.get("/admin/", follow=True)
    where, _status = first.redirect_chain[-1]
    assert where.startswith(LOGIN)
    answer = attempt(client, user.email, people.PASSWORD, next=first.context["redirect_field_value"])
    assert answer["Location"] == "/admin/"


def test_the_admins_other_doors_are_those_of_the_register(client: Client) -> None:
    client.force_login(people.clerk("main_user"))
    assert client.get("/admin/logout/")["Location"] == reverse("account_logout")
    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")


def _addresses_of_allauth() -> list[tuple[str, str]]:
    resolver = get_resolver(allauth_urls.__name__)
    found = []
    for pattern in allauth_urls.urlpatterns:
        values: dict[str, Any] = {"key": "abc", "uidb36": "1"}
        for names in ((), ("key",), ("uidb36", "key")):
            try:
                path = resolver.reverse(pattern.name, **{name: values[name] for name in names})
            except NoReverseMatch:
                continue
            found.append((pattern.name, f"/accounts/{path}"))
            break
    return found


def test_of_allauth_only_what_is_needed_exists(client: Client) -> None:
    addresses = _addresses_of_allauth()
    assert "/accounts/signup/" in {path for _name, path in addresses}
    here = {pattern.name for pattern in routed}
    client.force_login(people.clerk("main_user"))
    answers = {path: client.get(path).status_code for name, path in addresses if name not in here}
    assert answers == dict.fromkeys(answers, 404)
    assert {client.post(path).status_code for path in answers} == {404}


def test_nobody_makes_an_account_of_their_own(client: Client) -> None:
    before = User.objects.count()
    values = {"email": "own@example.fi", "password1": "tuulinen ranta 1873", "password2": "tuulinen ranta 1873"}
    assert client.post("/accounts/signup/", values).status_code == 404
    assert User.objects.count() == before
    assert "/accounts/signup" not in client.get(LOGIN).content.decode()
