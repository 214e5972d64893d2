"""The one box finds a customer by whatever the caller says (screens.md 3.2)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from customers import services as customers
from ilonet_register.models import LogEntry, User
from ilonet_register.office import search
from tests import people
from tests.conftest import OwnDatabase

SignIn = Callable[..., Client]


def found(client: Client, words: str) -> list[str]:
    """The numbers of the rows for these words, or of the one customer whose page opens."""
    response = client.post(reverse("office:search"), {"words": words}, follow=True)
    if "customer" in response.context:
        return [f"opens {response.context['customer'].number}"]
    return [row.number for row, _matched in response.context.get("rows", [])]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("määttä", ["10234"]),
        ("MÄÄT", ["10234"]),
        ("kaarina määttä", ["10234"]),
        ("10234", ["opens 10234"]),
        (" 10 234 ", ["opens 10234"]),
        (people.FIBRE_CODE, ["opens 10234"]),
        (people.FIBRE_CODE.lower(), ["opens 10234"]),
        ("050 211 5938", ["10234"]),
        ("050-2115938", ["10234"]),
        ("+358 50 211 5938", ["10234"]),
        ("00358502115938", ["10234"]),
        ("050/211 5938", ["10234"]),
        ("aino.maatta@example.fi", ["10234"]),
        ("AINO.MAATTA@", ["10234"]),
        ("pogostantie 1", ["10234"]),
        ("ilomantsi kalevalantie", ["10500", "10655"]),
        ("kalevalantie 4", ["10655"]),
        ("kalevalantie 1", []),
        ("kalevalantie 8", []),
        ("Määttä, Aino", ["10234"]),
        ("Pogostantie 1, 82900 Ilomantsi", ["10234"]),
        ("9990001-6", ["10500"]),
        ("leipomo", ["10500"]),
        ("lähtevä", ["10088"]),
        ("eiole", []),
        ("131052-901W", []),
        ("100%_", []),
    ],
)
def test_a_customer_is_found_by(signed_in: SignIn, words: str, numbers: list[str]) -> None:
    people.cast()
    assert found(signed_in(), words) == numbers


@pytest.mark.django_db
def test_whose_name_begins_with_the_words_comes_first(signed_in: SignIn) -> None:
    people.fibre_customer(last_name="Ahola", first_names="Kalevi Tapani")
    people.neighbour(last_name="Ahola", first_names="Pekka Olavi")
    assert found(signed_in(), "ahola p") == ["10655", "10234"]


@pytest.mark.django_db
def test_contract_and_subscription_numbers_open_the_owners_page(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    assert found(client, cast.fibre.number.lower()) == ["opens 10234"]
    assert found(client, cast.fibre.subscriptions.get().number) == ["opens 10234"]


@pytest.mark.django_db
def test_each_row_tells_two_of_one_name_apart(signed_in: SignIn) -> None:
    cast = people.cast()
    row = _first_row(signed_in(), "pogostantie")
    assert (row.number, row.product, row.state.word) == (cast.aino.number, "Kuitu 200/200", "In force")
    assert row.roles == "owner, user, payer"
    assert row.place == "Pogostantie 1, 82900 Ilomantsi"


@pytest.mark.django_db
def test_current_customers_come_first_and_then_in_finnish_order(signed_in: SignIn) -> None:
    cast = people.cast()
    for name in ("Öhman", "Ääri", "Åkerman", "Zimmer"):
        _person(name, "Samakatu 5")
    _person("Aalto", "Samakatu 5")
    customers.move_house(
        cast.lauri, by=_console(), on=cast.lauri.created_at.date(), kinds=["postal"], address=_at("Samakatu 6")
    )
    customers.move_house(
        cast.aino, by=_console(), on=cast.aino.created_at.date(), kinds=["postal"], address=_at("Samakatu 7")
    )
    names = _names(signed_in(), "samakatu")
    assert names == ["Määttä", "Aalto", "Lähtevä", "Zimmer", "Åkerman", "Ääri", "Öhman"]


@pytest.mark.django_db
def test_the_protected_are_not_found_by_address_phone_or_email(signed_in: SignIn) -> None:
    people.cast()
    client = signed_in()
    assert [found(client, words) for words in ("piilopolku", "044 555 0377", "saara.suojala@example.fi")] == [[]] * 3
    row = _first_row(client, "suojala")
    assert row.place == "Not shown (non-disclosure)"
    response = client.post(reverse("office:search"), {"words": "piilopolku"}, follow=True)
    assert "Suojala" not in response.content.decode()
    assert "10377" not in response.content.decode()


@pytest.mark.django_db
def test_the_protected_are_found_by_those_who_may_see_them(signed_in: SignIn) -> None:
    people.cast()
    client = signed_in("customer_service", "protected_addresses")
    assert [found(client, words) for words in ("piilopolku", "0445550377")] == [["10377"], ["10377"]]


@pytest.mark.django_db
def test_a_wrong_check_character_is_told(signed_in: SignIn) -> None:
    response = signed_in().post(reverse("office:search"), {"words": "131052-900A"})
    assert "check character" in response.context["fault"]
    assert "131052" not in response.content.decode()


@pytest.mark.django_db
def test_levels_without_identity_or_contracts_do_not_find_by_them(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in("marketing")
    response = client.post(reverse("office:search"), {"words": people.FIBRE_CODE})
    assert response.context["fault"] == "Your levels do not allow searching by identity code."
    assert found(client, cast.fibre.number) == []
    assert found(client, "määttä") == ["10234"]


@pytest.mark.django_db
def test_twenty_five_rows_and_no_total(signed_in: SignIn) -> None:
    for number in range(27):
        _person(f"Monta{number:02}", "Tie 1")
    response = signed_in().post(reverse("office:search"), {"words": "monta"}, follow=True)
    text = response.content.decode()
    assert len(response.context["rows"]) == search.ROWS
    assert "Refine your search" in text
    assert "27" not in strip_tags(text.split("<main")[1]).split()


@pytest.mark.django_db
def test_every_search_is_logged_by_ids_and_never_by_words(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    found(client, "kalevalantie")
    found(client, "eiketään")
    entries = LogEntry.objects.filter(event="customers.searched").order_by("pk")
    assert [set(entry.subjects) for entry in entries] == [{cast.leipomo.uuid, cast.pekka.uuid}, set()]
    kept = json.dumps(list(entries.values()), default=str)
    assert "kalevalantie" not in kept
    assert not entries.filter(content__isnull=False).exists()


@pytest.mark.django_db
def test_a_result_grows_too_old(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    people.cast()
    client = signed_in()
    address = client.post(reverse("office:search"), {"words": "määttä"})["Location"]
    assert client.get(address).context["rows"]
    later = search.time.time() + search.GOOD_FOR_SECONDS + 1
    monkeypatch.setattr("ilonet_register.office.search.time.time", lambda: later)
    assert client.get(address).context["fault"] == "The result is too old. Search again."
    assert client.get(reverse("office:found", args=["nosuchtoken"])).context["fault"]


@pytest.mark.django_db
def test_the_words_stand_in_no_address(signed_in: SignIn) -> None:
    people.cast()
    response = signed_in().post(reverse("office:search"), {"words": "määttä"})
    assert re.fullmatch(r"/search/[A-Za-z0-9_-]{22}/", response["Location"])


def test_under_a_plain_c_locale_lower_case_finds_upper_case(own_database: OwnDatabase) -> None:
    customers.create_customer(by=_console(), basic={"kind": "person", "last_name": "MÄÄTTÄ"})
    code = (
        "import django; django.setup()\n"
        "from ilonet_register.models import User\n"
        "from ilonet_register.periods import today\n"
        "from ilonet_register.office.customers.matching import matching\n"
        "class Clerk(User):\n"
        "    class Meta: proxy = True; app_label = 'office'\n"
        "    def has_perm(self, perm, obj=None): return True\n"
        "print(len(matching('määttä', by=Clerk(), on=today(), limit=5)))\n"
    )
    environment = {**own_database.environment, "LC_ALL": "C", "PYTHONUTF8": "1", "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "1", done.stderr


def _first_row(client: Client, words: str) -> object:
    response = client.post(reverse("office:search"), {"words": words}, follow=True)
    return response.context["rows"][0][0]


def _names(client: Client, words: str) -> list[str]:
    response = client.post(reverse("office:search"), {"words": words}, follow=True)
    return [row.name.split(",")[0] for row, _matched in response.context["rows"]]


def _console() -> User:
    return User.objects.console()


def _at(street: str) -> dict[str, str]:
    return {"street_address": street, "postal_code": "82900", "city": "Ilomantsi"}


def _person(last_name: str, street: str) -> None:
    customers.create_customer(
        by=_console(), basic={"kind": "person", "last_name": last_name, "first_names": "Testi"}, address=_at(street)
    )
