"""What nobody may do to accounts, whatever is posted: to oneself, below the level, to the built-in users (N9.2)."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from ilonet_register.models import Grant, LogEntry, User
from ilonet_register.roles import LEVELS
from tests import people

pytestmark = pytest.mark.django_db
ACTS = ("edit_user", "save_levels", "preview_levels", "close_user", "open_user", "invite_user")
EVERYTHING = {
    "name": "Uusi Nimi",
    "email": "uusi@example.fi",
    "language": "sv",
    "levels": list(LEVELS),
    "single_rights": ["whole_identity_code"],
}


def state() -> tuple[object, ...]:
    users = User.objects.order_by("pk").values_list("name", "email", "language", "is_active", "valid_until", "password")
    grants = Grant.objects.order_by("pk").values_list("user", "right", "withdrawn_at")
    return (list(users), list(grants), LogEntry.objects.filter(action__lt=3).count())


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "main_user"])
def test_other_levels_change_no_account(client: Client, mailoutbox: list[EmailMessage], level: str) -> None:
    other = people.clerk("invoicing")
    client.force_login(people.clerk(level))
    before = state()
    addresses = [reverse(f"office:{act}", args=[other.uuid]) for act in ACTS] + [reverse("office:new_user")]
    assert {client.post(address, EVERYTHING).status_code for address in addresses} == {403}
    assert state() == before
    assert mailoutbox == []


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "main_user"])
def test_other_levels_cannot_give_themselves_anything(client: Client, level: str) -> None:
    user = people.clerk(level)
    client.force_login(user)
    for act in ACTS:
        assert client.post(reverse(f"office:{act}", args=[user.uuid]), EVERYTHING).status_code == 403
    assert User.objects.get(pk=user.pk).rights == {level}


def test_ones_own_page_has_no_form_for_levels_and_says_why(client: Client) -> None:
    people.clerk("main_user")
    heidi = people.clerk("main_user", name="Heidi Hallitsija")
    client.force_login(heidi)
    text = client.get(reverse("office:user", args=[heidi.uuid])).content.decode()
    assert reverse("office:save_levels", args=[heidi.uuid]) not in text
    assert reverse("office:close_user", args=[heidi.uuid]) not in text
    assert 'name="levels"' not in text
    assert "Your own levels cannot be changed" in text


@pytest.mark.parametrize("wanted", [["main_user", "customer_service"], ["customer_service"], []])
def test_ones_own_levels_are_not_changed_by_posting_anyway(client: Client, wanted: list[str]) -> None:
    people.clerk("main_user")
    heidi = people.clerk("main_user")
    client.force_login(heidi)
    answer = client.post(reverse("office:save_levels", args=[heidi.uuid]), {"levels": wanted})
    assert answer.status_code == 403
    assert "You cannot change your own levels" in answer.content.decode()
    assert User.objects.get(pk=heidi.pk).rights == {"main_user"}


def test_ones_own_account_is_not_closed(client: Client) -> None:
    people.clerk("main_user")
    heidi = people.clerk("main_user")
    client.force_login(heidi)
    answer = client.post(reverse("office:close_user", args=[heidi.uuid]))
    assert answer.status_code == 403
    assert User.objects.get(pk=heidi.pk).is_active


def test_nobody_makes_the_own_account_last_longer(client: Client) -> None:
    """Nobody edits themselves (security.md, Access); name and language are chosen in one's own settings."""
    people.clerk("main_user")
    heidi = people.clerk("main_user")
    User.objects.filter(pk=heidi.pk).update(valid_until="2126-12-31")
    client.force_login(heidi)
    client.post(
        reverse("office:edit_user", args=[heidi.uuid]), {"name": heidi.name, "language": "en", "valid_until": ""}
    )
    assert str(User.objects.get(pk=heidi.pk).valid_until) == "2126-12-31"


@pytest.mark.parametrize("builtin", ["night", "console"])
def test_the_built_in_users_have_no_page(client: Client, mailoutbox: list[EmailMessage], builtin: str) -> None:
    client.force_login(people.clerk("main_user"))
    before = state()
    uuid = User.objects.get(builtin=builtin).uuid
    assert client.get(reverse("office:user", args=[uuid])).status_code == 404
    assert {client.post(reverse(f"office:{act}", args=[uuid]), EVERYTHING).status_code for act in ACTS} == {404}
    assert state() == before
    assert mailoutbox == []


def test_what_changes_is_posted_never_opened_by_a_link(client: Client) -> None:
    pekka = people.clerk("invoicing")
    client.force_login(people.clerk("main_user"))
    before = state()
    for act in ("save_levels", "preview_levels", "close_user", "open_user", "invite_user"):
        assert client.get(reverse(f"office:{act}", args=[pekka.uuid]), EVERYTHING).status_code == 405, act
    assert state() == before


def test_without_the_token_of_the_form_nothing_is_changed() -> None:
    pekka = people.clerk("invoicing")
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.clerk("main_user"))
    before = state()
    addresses = [reverse(f"office:{act}", args=[pekka.uuid]) for act in ACTS] + [reverse("office:new_user")]
    assert {client.post(address, EVERYTHING).status_code for address in addresses} == {403}
    assert state() == before


def test_the_officer_reads_and_has_no_button(client: Client) -> None:
    pekka = people.clerk("invoicing", name="Pekka Uusi")
    client.force_login(people.clerk("officer"))
    text = client.get(reverse("office:user", args=[pekka.uuid])).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert "Pekka Uusi" in main
    assert "<form" not in main
    assert "<button" not in main
