"""The browser may run and show only what the register serves, and the pages need no more (security.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.http import HttpResponseBase
from django.test import Client

from customers.models import Customer
from tests import people
from tests.office.routes import account_pages, admin_pages, routes

pytestmark = pytest.mark.django_db
EVERYTHING = ("main_user", "customer_service", "whole_identity_code", "protected_addresses")
ADDRESSES = {"src", "href", "action", "formaction", "poster", "data", "srcset", "background", "cite", "manifest"}
ONLY_OURS = {"script-src", "style-src", "img-src", "font-src", "connect-src", "manifest-src", "form-action"}


@dataclass
class Faults(HTMLParser):
    """What a strict policy would block or what leads to somebody else."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        data = given.get("type", "").endswith("json")
        if tag == "style" or (tag == "script" and not given.get("src") and not data):
            self.found.append(f"inline <{tag}>")
        if tag == "base" or (tag == "meta" and given.get("http-equiv", "").lower() == "refresh"):
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            self._look_at(tag, name, value.strip().lower())

    def _look_at(self, tag: str, name: str, value: str) -> None:
        if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
            self.found.append(f"{name}= of <{tag}>")
        if name in ADDRESSES or name in ("hx-get", "hx-post"):
            foreign = value.startswith(("http:", "https:", "//", "javascript:", "data:"))
            self.found += [f"{name}={value} of <{tag}>"] if foreign else []


def faults_of(answer: HttpResponseBase) -> list[str]:
    parser = Faults()
    parser.feed(answer.content.decode())  # type: ignore[attr-defined]
    return parser.found


def policy_of(answer: HttpResponseBase) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";")]
    return {name: sources for name, *sources in (part for part in parts if part)}


def is_strict(policy: dict[str, list[str]]) -> bool:
    none = all(policy.get(name) == ["'none'"] for name in ("default-src", "base-uri", "frame-ancestors", "object-src"))
    ours = all(policy.get(name) == ["'self'"] for name in ONLY_OURS)
    return none and ours and not {source for sources in policy.values() for source in sources} - {"'none'", "'self'"}


def answers(client: Client) -> dict[str, HttpResponseBase]:
    cast = people.cast()
    addresses = [route.address for route in routes(cast)]
    client.force_login(people.clerk(*EVERYTHING))
    found = {address: client.get(address) for address in addresses + admin_pages() + account_pages()}
    for words in ("kalevalantie", "zzzz"):
        found[f"search {words}"] = client.post("/search/", {"words": words}, follow=True)
    found["form with errors"] = client.post("/customers/new/", {"kind": "person"})
    found["not found"] = client.get("/nowhere/")
    found["refused"] = _as(people.clerk("installation")).get("/users/")
    found["sign-in"] = Client().get("/accounts/login/")
    return found


def _as(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    found = answers(client)
    assert sum(answer.status_code == 200 for answer in found.values()) > 50
    loose = {address: policy_of(answer) for address, answer in found.items() if not is_strict(policy_of(answer))}
    assert loose == {}


def test_no_page_needs_anything_inline_or_foreign(client: Client) -> None:
    faults = {address: faults_of(answer) for address, answer in answers(client).items()}
    assert {address: wrong for address, wrong in faults.items() if wrong} == {}


@pytest.mark.parametrize(
    "planted", ["<style>x{}</style>", "<p style='a:b'>", "<a onclick=x>", "<script>1</script>", "<img src=//a.b/c>"]
)
def test_the_search_for_faults_finds_them(planted: str) -> None:
    parser = Faults()
    parser.feed(planted)
    assert len(parser.found) == 1


def test_a_name_that_is_a_script_is_shown_as_text(client: Client) -> None:
    aino = people.fibre_customer(last_name="<script>alert(1)</script>", first_names='"><img src=x onerror=y>')
    client.force_login(people.clerk(*EVERYTHING))
    for address in (f"/customers/{aino.uuid}/", f"/customers/{aino.uuid}/history/", "/admin/customers/customer/", "/"):
        assert faults_of(client.get(address)) == [], address
    assert Customer.objects.get().last_name.startswith("<script>")


def test_the_page_for_a_lost_token_is_ours_too() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.clerk())
    answer = client.post("/search/", {"words": "määttä"})
    assert answer.status_code == 403
    assert is_strict(policy_of(answer))
    assert faults_of(answer) == []
    assert b"<html lang=" in answer.content
    assert b"/static/office/page.css" in answer.content


def test_other_headers_are_as_strict(client: Client) -> None:
    answer = client.get("/accounts/login/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
