"""A second press is the same act, also when both arrive at the same time (screens.md 3.0, 1.5)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from ilonet_register.models import User
from tests import people
from tests.conftest import OwnDatabase
from tests.stepping import Stepped

SignIn = Callable[..., Client]
ULLA = {
    "kind": "person",
    "language": "fi",
    "last_name": "Uusitalo",
    "first_names": "Ulla",
    "identity_code": "030301A905T",
    "street_address": "Rantatie 3",
    "postal_code": "82900",
    "city": "Ilomantsi",
    "phone": "050 777 1234",
}


def enter(client: Client, **values: str) -> HttpResponse:
    return client.post(reverse("office:new_customer"), ULLA | values)


def same_browser(client: Client) -> Client:
    """Return a second tab: the same cookies, a request of its own."""
    tab = Client()
    tab.cookies["session"] = client.cookies["session"].value
    return tab


def count() -> int:
    return Customer.objects.count()


@pytest.mark.django_db
def test_a_doubled_post_with_one_key_creates_once_and_leads_to_the_same_page(signed_in: SignIn) -> None:
    client = signed_in()
    answers = [enter(client, once="key") for _press in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert count() == 1


@pytest.mark.django_db
def test_a_second_tab_with_the_same_key_is_the_same_act(signed_in: SignIn) -> None:
    client = signed_in()
    first = enter(client, once="key")
    assert enter(same_browser(client), once="key")["Location"] == first["Location"]
    assert count() == 1


@pytest.mark.django_db
def test_another_key_is_another_act(signed_in: SignIn) -> None:
    client = signed_in()
    enter(client, once="key", identity_code="")
    enter(client, once="other", identity_code="", last_name="Toinen")
    assert count() == 2


@pytest.mark.django_db
def test_a_key_belongs_to_one_session(client: Client) -> None:
    client.force_login(people.clerk())
    other = Client()
    other.force_login(people.clerk())
    enter(client, once="key", identity_code="")
    enter(other, once="key", identity_code="", last_name="Toinen")
    assert count() == 2


@pytest.mark.django_db
def test_a_form_with_errors_uses_no_key(signed_in: SignIn) -> None:
    client = signed_in()
    assert enter(client, once="key", last_name="").status_code == 200
    assert count() == 0
    assert enter(client, once="key").status_code == 302
    assert count() == 1


@pytest.mark.django_db
def test_without_a_key_every_post_is_an_act(signed_in: SignIn) -> None:
    client = signed_in()
    for name in ("Uusitalo", "Toinen"):
        enter(client, identity_code="", last_name=name)
    assert count() == 2


@pytest.mark.django_db
def test_a_form_asked_for_anew_has_a_new_key(signed_in: SignIn) -> None:
    client = signed_in()
    keys = {_key_of(client.get(reverse("office:new_customer"))) for _time in range(2)}
    assert len(keys) == 2
    assert all(len(key) > 15 for key in keys)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["new_customer", "new_user"])
def test_a_form_that_came_back_with_errors_still_has_a_key(signed_in: SignIn, name: str) -> None:
    answer = signed_in("customer_service", "main_user").post(reverse(f"office:{name}"), {"once": "key"})
    assert answer.status_code == 200
    assert _key_of(answer)


def test_two_at_the_same_time_are_one_act(own_database: OwnDatabase) -> None:
    client = Client()
    client.force_login(people.clerk())
    tabs, answers = [same_browser(client) for _tab in range(4)], []
    together = threading.Barrier(len(tabs))

    def press(tab: Client) -> None:
        together.wait()
        answers.append(enter(tab, once="key", identity_code=""))
        connections.close_all()

    threads = [threading.Thread(target=press, args=[tab]) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [302] * len(tabs)
    assert len({answer["Location"] for answer in answers}) == 1
    assert count() == 1


@pytest.mark.parametrize("moment", [8, 14, 20, 30])
def test_the_second_waits_for_the_first_wherever_that_one_is(own_database: OwnDatabase, moment: int) -> None:
    client = Client()
    client.force_login(people.clerk())
    first_tab, second_tab = same_browser(client), same_browser(client)
    first = Stepped(lambda: enter(first_tab, once="key", identity_code=""), stop_after=moment).start()
    second = Stepped(lambda: enter(second_tab, once="key", identity_code="")).start()
    first.finish()
    second.finish()
    assert first.error is None
    assert second.error is None
    assert first.result["Location"] == second.result["Location"]
    assert count() == 1


def test_an_account_is_invited_once_by_two_presses_at_the_same_time(own_database: OwnDatabase) -> None:
    client = Client()
    client.force_login(people.clerk("main_user"))
    values = {"name": "Pekka Uusi", "email": "pekka.uusi@example.fi", "language": "fi", "once": "key"}
    tabs = [same_browser(client), same_browser(client)]
    address = reverse("office:new_user")
    first = Stepped(lambda: tabs[0].post(address, values), stop_after=12).start()
    second = Stepped(lambda: tabs[1].post(address, values)).start()
    assert first.finish().result["Location"] == second.finish().result["Location"]
    assert User.objects.filter(email="pekka.uusi@example.fi").count() == 1


def test_a_slow_request_of_the_same_session_does_not_make_it_forget(own_database: OwnDatabase) -> None:
    """Sessions are saved at every request: one that was read before the press is written after it."""
    client = Client()
    client.force_login(people.clerk())
    check, tab = same_browser(client), same_browser(client)
    slow = Stepped(lambda: check.post(reverse("office:check_new_customer"), {"phone": "050"}), stop_after=2).start()
    first = enter(tab, once="key", identity_code="")
    assert slow.finish().error is None
    assert enter(tab, once="key", identity_code="")["Location"] == first["Location"]
    assert count() == 1


def _key_of(answer: HttpResponse) -> str:
    text = answer.content.decode()
    return text.split('name="once" value="', 1)[1].split('"', 1)[0]
