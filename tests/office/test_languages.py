"""Every page speaks Finnish, Swedish and English; that of the account wins over that of the browser."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import people
from tests.office.routes import account_pages, admin_pages, routes

pytestmark = pytest.mark.django_db
LANGUAGES = ("fi", "sv", "en")
OTHER = {"fi": "en", "sv": "fi", "en": "sv"}
EVERYTHING = ("main_user", "customer_service", "whole_identity_code", "protected_addresses")


def pages(client: Client, addresses: list[str]) -> dict[str, str]:
    """Return the whole pages among what these addresses answer to GET; fragments have no language of their own."""
    found = {}
    for address in addresses:
        answer = client.get(address)
        text = answer.content.decode() if "html" in answer.headers.get("Content-Type", "") else ""
        if answer.status_code == 200 and text.lstrip().lower().startswith("<!doctype"):
            found[address] = text
    return found


def language_of(text: str) -> str:
    return re.findall(r"<html[^>]* lang=\"([^\"]+)\"", text)[0]


def title_of(text: str) -> str:
    return re.findall(r"<title>(.*?)</title>", text, re.DOTALL)[0].strip()


def all_addresses() -> list[str]:
    addresses = [route.address for route in routes()]
    signing_out = {"/accounts/login/"}  # leads on who is signed in
    return addresses + admin_pages() + [address for address in account_pages() if address not in signing_out]


def test_every_page_answers_in_the_language_of_the_account_and_not_of_the_browser(client: Client) -> None:
    addresses = all_addresses()
    titles: dict[str, set[str]] = {}
    for language in LANGUAGES:
        client.force_login(people.clerk(*EVERYTHING, language=language))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = OTHER[language]
        found = pages(client, addresses)
        assert len(found) > 40
        assert {address: said for address, text in found.items() if (said := language_of(text)) != language} == {}
        for address, text in found.items():
            titles.setdefault(address, set()).add(title_of(text))
    assert {address: said for address, said in titles.items() if len(said) < 3} == {}


def test_before_signing_in_the_language_is_that_of_the_browser() -> None:
    for language in LANGUAGES:
        texts = pages(Client(headers={"Accept-Language": language}), account_pages())
        assert texts
        assert {language_of(text) for text in texts.values()} == {language}


def test_who_has_no_language_that_the_register_speaks_reads_finnish() -> None:
    texts = pages(Client(headers={"Accept-Language": "de"}), ["/accounts/login/"])
    assert [language_of(text) for text in texts.values()] == ["fi"]


@pytest.mark.parametrize("address", ["/nowhere/", "/users/new/"])
def test_what_is_refused_or_missing_speaks_the_language_of_the_account(client: Client, address: str) -> None:
    titles = set()
    for language in LANGUAGES:
        client.force_login(people.clerk("invoicing", language=language))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = OTHER[language]
        text = client.get(address).content.decode()
        assert language_of(text) == language
        titles.add(title_of(text))
    assert len(titles) == 3


def test_the_language_chosen_in_the_own_settings_counts_from_the_next_page(client: Client) -> None:
    client.force_login(people.clerk(language="en"))
    answer = client.post("/own/", {"language": "sv"}, follow=True)
    text = answer.content.decode()
    assert language_of(text) == "sv"
    assert "Saved." not in text
