"""Every route × each level alone, no level, signed out × GET and POST: open to exactly those it declares.

The routes come from the URLconf of the office, so a new one is covered by itself; those of customers stand in a table
of their own in `customers/test_denied.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ilonet_register.models import Grant, LogEntry, User
from ilonet_register.office.access import Rule
from ilonet_register.office.customers import urls as customers
from ilonet_register.roles import LEVELS, RIGHTS
from tests import people
from tests.office.routes import Route, routes

pytestmark = pytest.mark.django_db
METHODS = ("get", "post")
SHOWS_ALL = ("customer_service", "whole_identity_code", "protected_addresses")
WHO = [(), *((right,) for right in RIGHTS), SHOWS_ALL]
ALL, READ_USERS, MAIN = frozenset(LEVELS), frozenset({"officer", "main_user"}), frozenset({"main_user"})
# Written by hand from screens.md 2 and 3.14: what the declarations have to say.
OPEN_TO = {
    "start": ALL,
    "own": ALL,
    "session": ALL,
    "signed_in": ALL,
    "understood_date": ALL,
    "users": READ_USERS,
    "user": READ_USERS,
    "levels": READ_USERS,
    "new_user": MAIN,
    "edit_user": MAIN,
    "save_levels": MAIN,
    "preview_levels": MAIN,
    "close_user": MAIN,
    "open_user": MAIN,
    "invite_user": MAIN,
    "components": MAIN,
    "example_people": MAIN,
    "example_sealed": MAIN,
    "example_progress": MAIN,
}


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what a request did, so that each finds the same register. No block: some acts must be outermost."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


def _send(client: Client, method: str, route: Route) -> HttpResponse:
    with _undone():
        answer: HttpResponse = getattr(client, method)(route.address)
    return answer


def _outcomes(client: Client, all_routes: list[Route]) -> dict[tuple[str, str], int]:
    client.raise_request_exception = False
    return {
        (route.name, method): _send(client, method, route).status_code for route in all_routes for method in METHODS
    }


def test_each_page_beside_those_of_customers_is_open_to_the_levels_that_need_it() -> None:
    declared = {
        route.name: frozenset(level for level in LEVELS if _opens(route, level))
        for route in routes()
        if route.name not in {pattern.name for pattern in customers.urlpatterns}
    }
    assert declared == OPEN_TO


@pytest.mark.parametrize("held", WHO, ids="+".join)
def test_who_holds_this_opens_exactly_what_is_declared(client: Client, held: tuple[str, ...]) -> None:
    user = people.clerk(*held) if held else people.without_rights()
    client.force_login(user)
    all_routes = routes()
    found = _outcomes(client, all_routes)
    expected = {route.name: _opens(route, *held) for route in all_routes}
    wrong = {key: status for key, status in found.items() if (status != 403) != expected[key[0]]}
    assert wrong == {}
    assert {key: status for key, status in found.items() if status >= 500} == {}


def test_who_is_not_signed_in_is_led_to_the_sign_in(client: Client) -> None:
    client.raise_request_exception = False
    login = reverse("account_login")
    for route in routes():
        for method in METHODS:
            answer = _send(client, method, route)
            if route.access.rule is Rule.PUBLIC:
                assert answer.status_code in (200, 405), route.name
                continue
            assert answer.status_code == (302 if method == "get" else 401), f"{method} {route.name}"
            assert login in answer.headers.get("Location", answer.content.decode()), f"{method} {route.name}"
            assert "10234" not in answer.content.decode(), route.name


def test_what_was_posted_without_being_signed_in_is_kept_but_for_passwords(client: Client) -> None:
    typed = {"last_name": "Määttä <b>", "password1": "secret words", "once": "a key"}
    ours = {"Origin": "http://testserver"}
    text = client.post(reverse("office:new_customer"), typed, headers=ours).content.decode()
    assert 'name="last_name" value="Määttä &lt;b&gt;"' in text
    assert f'action="{reverse("office:new_customer")}"' in text
    assert "secret words" not in text


def test_a_fragment_leaves_its_page_as_it_is(client: Client) -> None:
    answer = client.post(reverse("office:understood_date"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")
    assert not [name for name in answer.headers if name.lower().startswith("hx-")]


def test_the_public_answers_hold_nothing_of_the_register(client: Client) -> None:
    public = [route for route in routes() if route.access.rule is Rule.PUBLIC]
    assert {route.name for route in public} == {"session"}
    assert client.get(public[0].address).json() == {"user": "", "seconds": 0, "csrf": ""}


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_refused_changes_nothing(client: Client, level: str) -> None:
    client.force_login(people.clerk(level))
    refused = [route for route in routes() if not _opens(route, level)]
    before = _state()
    assert {client.post(route.address).status_code for route in refused} == {403}
    assert _state() == before


@pytest.mark.parametrize("level", LEVELS)
def test_a_refusal_says_what_it_needs(client: Client, level: str) -> None:
    """Also where several rights are missing that no single one gives (show_code, show_contact)."""
    client.force_login(people.clerk(level))
    for route in routes():
        if not _opens(route, level):
            assert "This needs:" in client.get(route.address).content.decode(), route.name


def test_a_refusal_names_the_level_who_grants_it_and_a_way_back(client: Client) -> None:
    people.clerk("main_user", name="Heidi Hallitsija")
    client.force_login(people.clerk("invoicing"))
    text = client.get(reverse("office:new_user")).content.decode()
    assert "Main user" in text
    assert "Heidi Hallitsija" in text
    assert 'href="/"' in text


def _opens(route: Route, *held: str) -> bool:
    """Tell what the declaration means for who holds these, without asking the code that enforces it."""
    given = {may for right in held for may in RIGHTS[right].permissions}
    wanted = set(route.access.permissions)
    if route.access.rule is Rule.ANY:
        return bool(wanted & given)
    return wanted <= given


def _state() -> tuple[int, ...]:
    changes = LogEntry.objects.filter(action__lt=3)
    return (changes.count(), User.objects.count(), Grant.objects.count())
