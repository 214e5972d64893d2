"""A form whose token was lost comes back with its text; a form of another site never becomes one of ours (CSRF)."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from customers.models import Hold
from ilonet_register.models import User
from tests import people

pytestmark = pytest.mark.django_db
OURS = "http://testserver"
TYPED = {"reason": "dispute", "why": "asia on kesken", "review_on": "1.3.2127", "once": "a key"}


@pytest.fixture
def clerk() -> Client:
    """A browser whose forms need their token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.clerk())
    return client


@pytest.fixture
def address() -> str:
    return reverse("office:hold_customer", args=[people.fibre_customer().uuid])


def post(client: Client, address: str, values: dict[str, str], *, origin: str) -> HttpResponse:
    return client.post(address, values, headers={"Origin": origin} if origin else {})


def fields(answer: HttpResponse) -> dict[str, str]:
    """The hidden fields of the form of the page."""
    text = answer.content.decode()
    form = text[text.index("<main") : text.index("</main>")]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_what_was_typed_is_sent_once_more_by_one_press(clerk: Client, address: str) -> None:
    lost = post(clerk, address, TYPED, origin=OURS)
    assert lost.status_code == 403
    assert not Hold.objects.exists()
    assert post(clerk, address, fields(lost), origin=OURS).status_code == 302
    assert Hold.objects.get().why == "asia on kesken"


@pytest.mark.parametrize("origin", ["https://example.com", "http://testserver.example.com", "null", ""])
def test_a_form_of_another_site_is_not_offered(clerk: Client, address: str, origin: str) -> None:
    answer = post(clerk, address, TYPED, origin=origin)
    assert answer.status_code == 403
    assert "asia on kesken" not in answer.content.decode()
    assert fields(answer) == {}


def test_passwords_are_not_repeated(clerk: Client) -> None:
    values = {"oldpassword": people.PASSWORD, "password1": "tuulinen ranta 1873", "password2": "tuulinen ranta 1873"}
    text = post(clerk, reverse("account_change_password"), values, origin=OURS).content.decode()
    assert people.PASSWORD not in text
    assert "tuulinen" not in text


def test_signing_in_without_a_token_signs_nobody_in() -> None:
    user, client = people.clerk(), Client(enforce_csrf_checks=True)
    answer = post(client, "/accounts/login/", {"login": user.email, "password": people.PASSWORD}, origin=OURS)
    assert answer.status_code == 403
    assert people.PASSWORD not in answer.content.decode()
    assert User.objects.get(pk=user.pk).last_login is None


def test_after_the_session_ended_the_form_is_kept_only_with_its_own_token(address: str) -> None:
    visitor = Client(enforce_csrf_checks=True)
    assert "asia on kesken" not in post(visitor, address, TYPED, origin="https://example.com").content.decode()
    visitor.get("/accounts/login/")
    token = {"csrfmiddlewaretoken": visitor.cookies["csrf"].value}
    kept = post(visitor, address, TYPED | token, origin=OURS)
    assert kept.status_code == 401
    assert fields(kept)["why"] == "asia on kesken"
    assert not Hold.objects.exists()
