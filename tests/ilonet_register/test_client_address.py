"""Where a request comes from: what a client writes into X-Forwarded-For itself is believed nowhere (fact 3)."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ilonet_register.client_address import client_address
from ilonet_register.models import LogEntry, User
from ilonet_register.services import set_grants
from tests import people

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # a fresh clone has collected no static files

PROXY = "192.0.2.10"
PROXIES = [PROXY, "198.51.100.0/24", "2001:db8:1::/48"]
CLIENT = "203.0.113.7"
PER_ADDRESS, PER_ACCOUNT = 60, 10


def request_from(nearest: str, forwarded: str | None = None) -> HttpRequest:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = nearest
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return request


@pytest.mark.parametrize(
    ("nearest", "forwarded", "address"),
    [
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"1.2.3.4, 5.6.7.8, {CLIENT}", CLIENT),
        (PROXY, f"{PROXY}, {CLIENT}", CLIENT),
        (PROXY, f"1.2.3.4,{CLIENT},198.51.100.7 , 2001:db8:1::5", CLIENT),
        (PROXY, f"{CLIENT}:51000", CLIENT),
        (PROXY, "[2001:db8:2::7]:51000", "2001:db8:2::7"),
        (PROXY, "[2001:db8:2::7]", "2001:db8:2::7"),
        (PROXY, "2001:DB8:2:0::7", "2001:db8:2::7"),
        (PROXY, f"::ffff:{CLIENT}", CLIENT),
        (f"::ffff:{PROXY}", CLIENT, CLIENT),
        (CLIENT, "1.2.3.4", CLIENT),
        (CLIENT, PROXY, CLIENT),
        (CLIENT, None, CLIENT),
    ],
)
def test_the_right_most_hop_that_is_no_proxy_is_the_client(
    settings: Settings, nearest: str, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert client_address(request_from(nearest, forwarded)) == address


@pytest.mark.parametrize("garbage", ["unknown", "<script>", "1.2.3.4.5", "999.1.1.1", "_hidden", "", "131052-900W"])
def test_behind_garbage_nothing_is_believed(settings: Settings, garbage: str) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert client_address(request_from(PROXY, f"1.2.3.4, {garbage}")) == PROXY
    assert client_address(request_from(PROXY, f"1.2.3.4, {garbage}, 198.51.100.7")) == "198.51.100.7"


def test_a_request_that_came_through_proxies_only_has_the_address_of_the_outermost(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert client_address(request_from(PROXY, "198.51.100.1, 198.51.100.2")) == "198.51.100.1"


@pytest.mark.parametrize("forwarded", [None, "1.2.3.4", f"1.2.3.4, {PROXY}", "garbage"])
def test_without_a_configured_proxy_the_header_counts_for_nothing(settings: Settings, forwarded: str | None) -> None:
    assert settings.TRUSTED_PROXIES == []
    assert client_address(request_from(PROXY, forwarded)) == PROXY


@pytest.mark.parametrize("forwarded", [None, "1.2.3.4"])
def test_a_connection_without_an_address_has_none(settings: Settings, forwarded: str | None) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert client_address(request_from("", forwarded)) == ""


# --- the limits on signing in ----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


def sign_in(email: str, *, nearest: str, forwarded: str = "", password: str = "wrong") -> HttpResponse:  # noqa: S107
    return Client().post(  # type: ignore[return-value]
        reverse("account_login"),
        {"login": email, "password": password},
        headers={"accept-language": "en", "x-forwarded-for": forwarded},
        REMOTE_ADDR=nearest,
    )


def is_limited(response: HttpResponse) -> bool:
    assert response.status_code in (200, 302, 429), response.status_code
    return response.status_code == 429 or b"Too many failed login attempts" in response.content


@pytest.mark.django_db
def test_spoofed_addresses_give_an_account_no_eleventh_guess() -> None:
    user = people.clerk()
    answers = [sign_in(user.email, nearest=CLIENT, forwarded=f"10.0.0.{n}") for n in range(PER_ACCOUNT + 1)]
    assert [is_limited(answer) for answer in answers] == [False] * PER_ACCOUNT + [True]
    assert is_limited(sign_in(user.email, nearest=CLIENT, forwarded="10.1.0.1", password=people.PASSWORD))


@pytest.mark.django_db
def test_spoofed_addresses_give_one_address_no_new_allowance(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1000/m/ip"}  # failed ones alone count

    def guess(n: int) -> bool:
        return is_limited(sign_in(f"a{n}@example.fi", nearest=PROXY, forwarded=f"10.0.0.{n}, {CLIENT}"))

    assert not any(guess(n) for n in range(PER_ADDRESS))
    assert guess(PER_ADDRESS)
    assert not is_limited(sign_in("a@example.fi", nearest=PROXY, forwarded=f"{CLIENT}, 203.0.113.8")), "another client"


@pytest.mark.django_db
def test_who_comes_round_the_proxy_is_counted_by_the_own_address(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    for n in range(PER_ADDRESS):
        sign_in(f"a{n}@example.fi", nearest=CLIENT, forwarded=f"10.0.0.{n}")
    assert sign_in("a@example.fi", nearest=CLIENT, forwarded="10.9.9.9").status_code == 429


@pytest.mark.django_db
def test_who_has_no_address_does_not_sign_in() -> None:
    user = people.clerk()
    answer = Client().post(reverse("account_login"), {"login": user.email, "password": people.PASSWORD}, REMOTE_ADDR="")
    assert answer.status_code == 403


# --- the log ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_log_names_the_address_that_is_no_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    client = Client()
    client.force_login(people.clerk())
    client.post(
        reverse("office:own"),
        {"language": "sv"},
        headers={"x-forwarded-for": f"10.0.0.1, {CLIENT}"},
        REMOTE_ADDR=PROXY,
    )
    assert LogEntry.objects.filter(event="user.changed").latest().remote_addr == CLIENT


@pytest.mark.django_db
def test_the_log_of_the_console_names_no_address() -> None:
    set_grants(people.without_rights(), ["marketing"], by=User.objects.console())
    assert LogEntry.objects.latest().remote_addr is None
