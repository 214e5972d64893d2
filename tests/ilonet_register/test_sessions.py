"""A session is sealed in its table, bound to its own key, and ends when nothing is done (Sessions, fact 10)."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as in_force
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from ilonet_register.crypto.errors import UnknownKey
from ilonet_register.crypto.rings import add_key
from ilonet_register.sessions import SessionStore
from tests import people

# A fresh clone has collected no static files.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
WORDS = "Suojala Piilopolku 131052-900W"


@pytest.fixture(autouse=True)
def _keys_and_counts_of_this_test(own_keys: Path) -> None:
    cache.clear()


def saved(**content: Any) -> SessionStore:
    store = SessionStore()
    store.update(content)
    store.save()
    return store


def opened(key: str | None) -> dict[str, Any]:
    """What the next request finds under this key."""
    return dict(SessionStore(key).load())


def table() -> str:
    """All that the table of sessions holds, as a copy of the database would show it, and what base64 hides of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, session_data FROM django_session")
        rows = cursor.fetchall()
    assert rows
    decoded = [base64.b64decode(data + "===").decode("latin-1") for _key, data in rows]
    return "\n".join([*(f"{key} {data}" for key, data in rows), *decoded])


def signed_in() -> Client:
    client = Client()
    client.force_login(people.clerk())
    return client


def key_of(client: Client) -> str:
    return client.cookies[in_force.SESSION_COOKIE_NAME].value


# --- sealed ----------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_read_again() -> None:
    store = saved(words=WORDS, ids=[1, 2])
    assert opened(store.session_key) == {"words": WORDS, "ids": [1, 2]}


def test_the_table_holds_no_plain_word_of_a_session() -> None:
    saved(words=WORDS)
    stored = table()
    for plain in (*WORDS.split(), "words", json.dumps({"words": WORDS})):
        assert plain not in stored


def test_the_table_does_not_tell_whose_session_it_is_nor_what_was_searched() -> None:
    people.protected_customer()
    clerk = people.clerk()
    client = Client()
    client.force_login(clerk)
    answer = client.post(reverse("office:search"), {"words": "suoja"})
    assert answer.status_code == 302
    assert opened(key_of(client))["_auth_user_id"] == str(clerk.pk)
    stored = table()
    for plain in ("suoja", "_auth_user", clerk.email, str(clerk.uuid)):
        assert plain not in stored


def test_the_same_content_is_never_stored_the_same_twice() -> None:
    saved(words=WORDS), saved(words=WORDS)
    first, second = Session.objects.values_list("session_data", flat=True)
    assert first[:40] != second[:40]


# --- bound to its key ------------------------------------------------------------------------------------------------


def test_content_copied_to_another_key_opens_to_nothing() -> None:
    stranger, own = saved(words=WORDS), saved(words="own")
    data = Session.objects.get(pk=stranger.session_key).session_data
    Session.objects.filter(pk=own.session_key).update(session_data=data)
    assert opened(own.session_key) == {}
    assert opened(stranger.session_key) == {"words": WORDS}


def test_a_session_that_was_copied_over_another_signs_nobody_in() -> None:
    main_user, other = signed_in(), signed_in()
    data = Session.objects.get(pk=key_of(main_user)).session_data
    Session.objects.filter(pk=key_of(other)).update(session_data=data)
    assert main_user.get(reverse("office:search")).status_code == 200
    assert other.get(reverse("office:search")).status_code == 302


@pytest.mark.parametrize("broken", ["", "eyJ3b3JkcyI6MX0=", "no base64 at all", "åäö"])
def test_what_cannot_be_opened_is_no_session(broken: str) -> None:
    store = saved(words=WORDS)
    Session.objects.filter(pk=store.session_key).update(session_data=broken)
    assert opened(store.session_key) == {}


def test_a_session_that_was_changed_by_a_bit_opens_to_nothing() -> None:
    store = saved(words=WORDS)
    row = Session.objects.get(pk=store.session_key)
    sealed = bytearray(base64.b64decode(row.session_data))
    sealed[-1] ^= 1
    Session.objects.filter(pk=row.pk).update(session_data=base64.b64encode(bytes(sealed)).decode())
    assert opened(store.session_key) == {}


def test_without_the_key_that_writes_nothing_is_saved(settings: Settings, tmp_path: Path) -> None:
    before = saved(words="before").session_key
    settings.KEYS_DIR = tmp_path / "no keys"
    with pytest.raises(UnknownKey):
        saved(words=WORDS)
    assert not Session.objects.exclude(pk=before).exists()


def test_a_session_moves_to_a_new_key_when_its_person_signs_in() -> None:
    user, client = people.clerk(), Client()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": "nobody@example.fi", "password": "wrong"})
    client.cookies[in_force.SESSION_COOKIE_NAME] = planted = saved(words="planted").session_key or ""
    client.post(reverse("account_login"), {"login": user.email, "password": people.PASSWORD})
    assert client.get(reverse("office:search")).status_code == 200
    assert key_of(client) != planted
    assert opened(planted) == {}


# --- idle ------------------------------------------------------------------------------------------------------------


def let_pass(client: Client, seconds: float) -> None:
    """Let the last request of this session have been so many seconds earlier."""
    rows = Session.objects.filter(pk=key_of(client))
    assert rows.update(expire_date=F("expire_date") - dt.timedelta(seconds=seconds)) == 1


def test_a_session_ends_when_nothing_was_done_for_the_time_that_is_set() -> None:
    client = signed_in()
    client.get(reverse("office:search"))
    let_pass(client, in_force.SESSION_COOKIE_AGE - 30)
    assert client.get(reverse("office:search")).status_code == 200
    let_pass(client, in_force.SESSION_COOKIE_AGE + 1)
    assert client.get(reverse("office:search")).status_code == 302


def test_every_request_begins_the_time_anew() -> None:
    user, client = people.clerk(), Client()
    client.post(reverse("account_login"), {"login": user.email, "password": people.PASSWORD})
    let_pass(client, in_force.SESSION_COOKIE_AGE - 30)
    client.get(reverse("office:search"))
    left = Session.objects.get(pk=key_of(client)).expire_date - timezone.now()
    assert in_force.SESSION_COOKIE_AGE - 30 < left.total_seconds() <= in_force.SESSION_COOKIE_AGE


def test_half_an_hour_is_set_and_the_cookie_ends_with_the_browser() -> None:
    user, client = people.clerk(), Client()
    client.post(reverse("account_login"), {"login": user.email, "password": people.PASSWORD})
    assert in_force.SESSION_COOKIE_AGE == 30 * 60
    cookie = client.cookies[in_force.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_after_signing_out_the_old_session_is_gone() -> None:
    client = signed_in()
    old = key_of(client)
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(pk=old).exists()
    client.cookies[in_force.SESSION_COOKIE_NAME] = old
    assert client.get(reverse("office:search")).status_code == 302


# --- messages --------------------------------------------------------------------------------------------------------


def test_a_message_waits_in_the_session_and_in_no_cookie() -> None:
    client = signed_in()
    answer = client.post(reverse("office:own"), {"language": "en"})
    assert answer.status_code == 302
    assert "Saved." in str(opened(key_of(client))["_messages"])
    assert set(client.cookies) <= {in_force.SESSION_COOKIE_NAME, in_force.CSRF_COOKIE_NAME}
    assert "Saved" not in client.cookies.output()
    assert "Saved." in client.get(answer.headers["Location"]).content.decode()
    assert "_messages" not in opened(key_of(client))


def test_sessions_under_an_older_key_are_read_until_they_end() -> None:
    store = saved(words=WORDS)
    add_key("sessions")
    assert opened(store.session_key) == {"words": WORDS}
