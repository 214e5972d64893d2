"""Passwords: only their owner sets them, by the old one or by a link that works once (N9.3)."""

from __future__ import annotations

import re

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ilonet_register import services
from ilonet_register.models import User
from tests import people
from tests.office.test_sign_in import attempt, closed, is_in, unknown

pytestmark = pytest.mark.django_db
NEW = "tuulinen ranta 1873"
ENGLISH = {"Accept-Language": "en"}


def change(client: Client, old: str, new: str, again: str | None = None) -> HttpResponse:
    values = {"oldpassword": old, "password1": new, "password2": new if again is None else again}
    return client.post(reverse("account_change_password"), values)


def forget(email: str) -> HttpResponse:
    return Client(headers=ENGLISH).post(reverse("account_reset_password"), {"email": email}, follow=True)


def link_in(mail: EmailMessage) -> str:
    return re.findall(r"https?://[^/\s]+(/\S+)", mail.body)[0]


def by_link(link: str, password: str = NEW) -> HttpResponse:
    visitor = Client(headers=ENGLISH)
    opened = visitor.get(link, follow=True)
    where = opened.redirect_chain[-1][0] if opened.redirect_chain else link
    return visitor.post(where, {"password1": password, "password2": password}, follow=True)


def test_changing_the_own_password_needs_the_old_one(client: Client) -> None:
    user = people.clerk()
    client.force_login(user)
    answer = change(client, "not the old one", NEW)
    assert set(answer.context["form"].errors) == {"oldpassword"}
    assert User.objects.get(pk=user.pk).check_password(people.PASSWORD)


def test_who_changes_the_own_password_stays_signed_in_and_the_other_sessions_end(client: Client) -> None:
    user = people.clerk()
    elsewhere = Client()
    attempt(elsewhere, user.email, people.PASSWORD)
    attempt(client, user.email, people.PASSWORD)
    assert change(client, people.PASSWORD, NEW).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    assert User.objects.get(pk=user.pk).check_password(NEW)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("liian lyhyt", "short"),
        ("password1234", "common"),
        ("aaaaaaaaaaaa", "one letter"),
        ("clerk.mallikas@example.fi", "similar"),
        ("", "empty"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(client: Client, password: str, why: str) -> None:
    console = User.objects.console()
    email = "clerk.mallikas@example.fi"
    user = services.create_user(email=email, name="Maija Mallikas", by=console, password=people.PASSWORD)
    client.force_login(user)
    answer = change(client, people.PASSWORD, password)
    assert answer.status_code == 200, why
    assert "password1" in answer.context["form"].errors or "password2" in answer.context["form"].errors
    assert User.objects.get(pk=user.pk).check_password(people.PASSWORD)


def test_the_new_password_is_typed_twice_alike(client: Client) -> None:
    client.force_login(people.clerk())
    assert set(change(client, people.PASSWORD, NEW, again=NEW + "!").context["form"].errors) == {"password2"}


def test_twelve_characters_are_enough_and_spaces_belong_to_them(client: Client) -> None:
    user = people.clerk()
    client.force_login(user)
    change(client, people.PASSWORD, " ranta 1873 ")
    assert User.objects.get(pk=user.pk).check_password(" ranta 1873 ")


def test_a_forgotten_password_is_set_by_a_link_that_works_once(mailoutbox: list[EmailMessage]) -> None:
    user = people.clerk()
    forget(user.email)
    assert [mail.to for mail in mailoutbox] == [[user.email]]
    link = link_in(mailoutbox[0])
    by_link(link)
    assert User.objects.get(pk=user.pk).check_password(NEW)
    by_link(link, "another 73 long one")
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_the_link_ends_the_sessions_of_the_account_and_signs_nobody_in(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = people.clerk()
    client.force_login(user)
    forget(user.email)
    answer = by_link(link_in(mailoutbox[0]))
    assert not is_in(client)
    assert not answer.context["user"].is_authenticated


def test_the_link_refuses_an_easy_password_too(mailoutbox: list[EmailMessage]) -> None:
    user = people.clerk()
    forget(user.email)
    by_link(link_in(mailoutbox[0]), "password1234")
    assert User.objects.get(pk=user.pk).check_password(people.PASSWORD)


def test_a_link_for_one_account_does_not_open_another(mailoutbox: list[EmailMessage]) -> None:
    one, other = people.clerk(), people.clerk()
    forget(one.email)
    forget(other.email)
    key = link_in(mailoutbox[0]).rstrip("/").split("-", 1)[1]
    head = link_in(mailoutbox[1]).split("-", 1)[0]
    by_link(f"{head}-{key}/")
    assert User.objects.get(pk=other.pk).check_password(people.PASSWORD)


@pytest.mark.parametrize("who", [unknown, closed])
def test_who_has_no_account_gets_the_same_page_and_no_mail(mailoutbox: list[EmailMessage], who: object) -> None:
    known, other = people.clerk(), who()  # type: ignore[operator]
    told = forget(known.email)
    mailoutbox.clear()
    answer = forget(other.email)
    assert answer.redirect_chain == told.redirect_chain
    assert answer.content == told.content
    assert mailoutbox == []


@pytest.mark.parametrize("builtin", ["night", "console"])
def test_no_link_goes_out_for_the_built_in_users(mailoutbox: list[EmailMessage], builtin: str) -> None:
    forget(User.objects.get(builtin=builtin).email)
    assert mailoutbox == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_mail_speaks_the_language_of_the_account(mailoutbox: list[EmailMessage], language: str) -> None:
    user = people.clerk(language=language)
    forget(user.email)
    words = {"fi": "salasana", "sv": "lösenord"}
    assert words[language] in mailoutbox[0].body.casefold()


def test_the_mail_holds_no_name_and_no_foreign_address(mailoutbox: list[EmailMessage]) -> None:
    user = people.clerk(name="Maija Mallikas")
    forget(user.email)
    addresses = re.findall(r"https?://([^/\s]+)", mailoutbox[0].body)
    assert set(addresses) == {"testserver"}
    assert "example.com" not in mailoutbox[0].subject + mailoutbox[0].body
