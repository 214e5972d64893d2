"""The main user invites, grants, closes and opens on the pages of users; nobody else does (3.14, N9.2)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ilonet_register.models import Grant, LogEntry, User
from tests import people

pytestmark = pytest.mark.django_db
PEKKA = {"name": "Pekka Uusi", "email": "pekka.uusi@example.fi", "language": "en"}
LONG = "tuulinen ranta 1873"


@pytest.fixture
def main_user() -> User:
    return people.clerk("main_user", name="Heidi Hallitsija")


@pytest.fixture
def heidi(client: Client, main_user: User) -> Client:
    """The browser of the main user."""
    client.force_login(main_user)
    return client


def page(name: str, *args: Any) -> str:
    return reverse(f"office:{name}", args=args)


def words(answer: HttpResponse) -> str:
    """What the page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def levels(*names: str) -> dict[str, list[str]]:
    return {"levels": list(names)}


def link_in(mail: EmailMessage) -> str:
    return re.findall(r"https?://[^/\s]+(/\S+)", mail.body)[0]


def sign_in(email: str, password: str) -> Client:
    """Return a browser after the attempt."""
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(page("start")).status_code == 200


def set_password(link: str, password: str = LONG) -> HttpResponse:
    """Open the link in a fresh browser and send a password by its form."""
    visitor = Client(headers={"Accept-Language": "en"})
    opened = visitor.get(link, follow=True)
    where = opened.redirect_chain[-1][0] if opened.redirect_chain else link
    return visitor.post(where, {"password1": password, "password2": password}, follow=True)


def test_an_invited_user_sets_a_password_by_the_link_and_signs_in(
    heidi: Client, mailoutbox: list[EmailMessage]
) -> None:
    answer = heidi.post(page("new_user"), PEKKA | levels("customer_service"))
    pekka = User.objects.get(email=PEKKA["email"])
    assert answer["Location"] == page("user", pekka.uuid)
    assert [mail.to for mail in mailoutbox] == [[PEKKA["email"]]]
    assert not pekka.has_usable_password()
    set_password(link_in(mailoutbox[0]))
    assert is_in(sign_in(PEKKA["email"], LONG))
    assert pekka.rights == {"customer_service"}


def test_the_link_works_once(heidi: Client, mailoutbox: list[EmailMessage]) -> None:
    heidi.post(page("new_user"), PEKKA)
    set_password(link_in(mailoutbox[0]))
    again = set_password(link_in(mailoutbox[0]), "another 73 long one")
    assert "has been used already" in words(again)
    assert is_in(sign_in(PEKKA["email"], LONG))
    assert not is_in(sign_in(PEKKA["email"], "another 73 long one"))


def test_the_invitation_speaks_the_language_of_the_account(heidi: Client, mailoutbox: list[EmailMessage]) -> None:
    for language in ("fi", "sv", "en"):
        heidi.post(page("new_user"), PEKKA | {"language": language, "email": f"{language}@example.fi"})
    assert len({mail.subject for mail in mailoutbox}) == 3
    assert mailoutbox[0].subject == "Tunnuksesi asiakasrekisteriin"


def test_a_doubled_press_makes_one_account_and_one_mail(heidi: Client, mailoutbox: list[EmailMessage]) -> None:
    twice = [heidi.post(page("new_user"), PEKKA | {"once": "a key"}) for _press in range(2)]
    assert twice[0]["Location"] == twice[1]["Location"]
    assert User.objects.filter(email=PEKKA["email"]).count() == len(mailoutbox) == 1


def test_a_taken_email_is_told_beside_its_field(heidi: Client) -> None:
    taken = people.clerk()
    answer = heidi.post(page("new_user"), PEKKA | {"email": taken.email.upper()})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"email"}


def test_the_link_can_be_sent_again_and_one_of_both_sets_the_password(
    heidi: Client, mailoutbox: list[EmailMessage]
) -> None:
    heidi.post(page("new_user"), PEKKA)
    pekka = User.objects.get(email=PEKKA["email"])
    heidi.post(page("invite_user", pekka.uuid))
    set_password(link_in(mailoutbox[1]))
    assert "has been used already" in words(set_password(link_in(mailoutbox[0]), "another 73 long one"))


def test_levels_are_saved_as_ticked_and_what_changed_is_said(heidi: Client) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    answer = heidi.post(page("save_levels", pekka.uuid), levels("marketing", "installation"), follow=True)
    assert User.objects.get(pk=pekka.pk).rights == {"marketing", "installation"}
    assert "No longer:" in words(answer)
    assert "Prevent a removal" in words(answer)
    ended = Grant.objects.get(user=pekka, right="invoicing")
    assert ended.withdrawn_by != ended.granted_by
    assert ended.withdrawn_at is not None


def test_single_rights_are_granted_beside_the_levels(heidi: Client) -> None:
    pekka = people.clerk()
    given = levels("customer_service") | {"single_rights": ["whole_identity_code"]}
    heidi.post(page("save_levels", pekka.uuid), given)
    assert User.objects.get(pk=pekka.pk).rights == {"customer_service", "whole_identity_code"}


def test_a_level_that_does_not_exist_is_refused(heidi: Client) -> None:
    pekka = people.clerk("invoicing")
    answer = heidi.post(page("save_levels", pekka.uuid), levels("superuser"))
    assert set(answer.context["form"].errors) == {"levels"}
    assert User.objects.get(pk=pekka.pk).rights == {"invoicing"}


def test_the_preview_says_in_words_what_would_change_and_changes_nothing(heidi: Client) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    said = words(heidi.post(page("preview_levels", pekka.uuid), levels("marketing", "main_user")))
    gained, lost = said.split("No longer:")
    assert "Pekka Uusi" in gained
    assert "Grant and withdraw levels" in gained
    assert "Contracts, subscriptions and roles" in lost
    assert "Search for customers" not in said, "kept by both levels"
    assert User.objects.get(pk=pekka.pk).rights == {"invoicing"}


def test_the_preview_says_that_nothing_changes(heidi: Client) -> None:
    pekka = people.clerk("invoicing")
    assert "Nothing changes." in words(heidi.post(page("preview_levels", pekka.uuid), levels("invoicing")))


def test_a_closed_account_is_out_at_its_next_click_and_in_again_when_opened(heidi: Client) -> None:
    pekka = people.clerk()
    at_work = sign_in(pekka.email, people.PASSWORD)
    assert is_in(at_work)
    closed = heidi.post(page("close_user", pekka.uuid), follow=True)
    assert "The account is closed" in words(closed)
    assert at_work.get(page("search"))["Location"].startswith(reverse("account_login"))
    assert not is_in(sign_in(pekka.email, people.PASSWORD))
    heidi.post(page("open_user", pekka.uuid))
    assert is_in(sign_in(pekka.email, people.PASSWORD))
    assert User.objects.get(pk=pekka.pk).rights == {"customer_service"}


def test_closing_ends_the_sessions_for_good_even_when_the_account_is_opened_again(heidi: Client) -> None:
    pekka = people.clerk()
    at_work = sign_in(pekka.email, people.PASSWORD)
    heidi.post(page("close_user", pekka.uuid))
    heidi.post(page("open_user", pekka.uuid))
    assert not is_in(at_work)


def test_an_account_is_edited_but_its_email_stays(heidi: Client) -> None:
    pekka = people.clerk()
    values = {"name": "Pekka Toinen", "language": "sv", "valid_until": "31.12.2126", "email": "other@example.fi"}
    heidi.post(page("edit_user", pekka.uuid), values)
    now = User.objects.get(pk=pekka.pk)
    assert (now.name, now.language, str(now.valid_until)) == ("Pekka Toinen", "sv", "2126-12-31")
    assert now.email == pekka.email


def test_the_list_names_each_account_with_its_levels_and_not_the_built_in_ones(heidi: Client) -> None:
    people.clerk("invoicing", name="Pekka Uusi")
    said = words(heidi.get(page("users")))
    assert "Pekka Uusi" in said
    assert "Invoicing" in said
    assert "The console" not in said


def test_without_a_mail_server_the_link_is_shown_once_to_be_handed_over(
    heidi: Client, main_user: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    shown = heidi.post(page("new_user"), PEKKA, follow=True).content.decode()
    link = re.findall(r"https?://[^/\s]+(/accounts/password/reset/key/[^<\s]+)", shown)[0]
    again = heidi.get(page("user", User.objects.get(email=PEKKA["email"]).uuid)).content.decode()
    assert link not in again
    assert LogEntry.objects.get(event="user.password_link_made").actor == main_user
    set_password(link)
    assert is_in(sign_in(PEKKA["email"], LONG))
