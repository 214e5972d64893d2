"""Believable Finnish people who do not exist, as the two files of an import: for demonstrations and for measuring."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.imports.reading import LAYOUT as CONTRACTS
from customers.imports.reading import LAYOUT as CUSTOMERS

FIRST = {
    "f": [
        "Aino",
        "Helmi",
        "Eila",
        "Sirpa",
        "Kaarina",
        "Anneli",
        "Sanni",
        "Päivi",
        "Outi",
        "Tuulikki",
        "Marjatta",
        "Sofia",
        "Ellen",
        "Ritva",
        "Venla",
        "Iida",
        "Hilkka",
    ],
    "m": [
        "Eino",
        "Veikko",
        "Tapani",
        "Juhani",
        "Kalevi",
        "Pekka",
        "Olavi",
        "Onni",
        "Matti",
        "Mikael",
        "Oskari",
        "Ville",
        "Toivo",
        "Henrik",
        "Johannes",
        "Eero",
    ],
}
LAST = [
    "Määttä",
    "Kuikka",
    "Parviainen",
    "Hassinen",
    "Turunen",
    "Ikonen",
    "Sivonen",
    "Puruskainen",
    "Pesonen",
    "Kettunen",
    "Nuutinen",
    "Öhman",
    "Åkerlund",
    "Räsänen",
    "Timonen",
    "Martiskainen",
    "Kärki",
    "Eronen",
    "Sallinen",
    "Mustonen",
    "Hiltunen",
    "Lehikoinen",
    "Saarelainen",
    "Karvonen",
    "Piiroinen",
    "Väisänen",
    "Lindroos",
    "Kinnunen",
    "Tolvanen",
    "Ryynänen",
    "Asikainen",
    "Romppanen",
    "Jeskanen",
    "Purmonen",
    "Päivinen",
    "Riikonen",
]
STREETS = [
    "Kalevalantie",
    "Pogostantie",
    "Soihtulantie",
    "Mantsintie",
    "Henrikintie",
    "Piilovaarantie",
    "Hiiskoskentie",
    "Möhköntie",
    "Yläranta",
    "Parppeintie",
    "Kirkkotie",
    "Rantatie",
    "Metsäpolku",
    "Suokuja",
    "Harjutie",
    "Koulutie",
]
TOWNS = (("82900", "Ilomantsi", 70), ("82980", "Möhkö", 4), ("80100", "Joensuu", 16), ("81200", "Eno", 10))
OCCUPATIONS = ("", "", "opettaja", "metsuri", "eläkeläinen", "sairaanhoitaja", "yrittäjä", "opiskelija", "kirvesmies")
PRODUCTS = ("Kuitu 100/100", "Kuitu 200/200", "Kuitu 1000/1000", "Kaapeli-TV")
SELLERS = ("Myyjä 1", "Myyjä 2", "Verkkokauppa")
SOURCES = ("registration",) * 7 + ("Kaisanet", "JPM CyberService Oy", "Pogostan Tietoverkkopalvelut Oy")
FORMS = ("Oy", "Ky", "ry", "Osk")
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# A code of the range 900-999 belongs to nobody; there are fewer than a hundred a day: birthdays are drawn widely.
OLDEST, YOUNGEST = dt.date(1931, 1, 1), dt.date(2007, 12, 31)
COMPANIES = 0.12


@dataclass(frozen=True)
class Size:
    """How many customers, and which ones: the same seed makes the same people."""

    customers: int
    seed: int = 1


def write_files(folder: Path, size: Size, *, on: dt.date) -> tuple[Path, Path]:
    """Write customers.csv and contracts.csv into a folder, line by line."""
    chance = random.Random(size.seed)
    paths = folder / "customers.csv", folder / "contracts.csv"
    with (
        paths[0].open("w", encoding="utf-8", newline="") as first,
        paths[1].open("w", encoding="utf-8", newline="") as second,
    ):
        people = csv.DictWriter(first, CUSTOMERS.columns, delimiter=";", restval="")
        lines = csv.DictWriter(second, CONTRACTS.columns, delimiter=";", restval="")
        people.writeheader(), lines.writeheader()
        codes = _codes(chance)
        for number in range(10001, 10001 + size.customers):
            person = _customer(chance, number, codes)
            people.writerow(person)
            for line in _contracts(chance, number, person, size, on=on):
                lines.writerow(line)
    return paths


def _customer(chance: random.Random, number: int, codes: Iterator[str]) -> dict[str, str]:
    row = {
        "customer_number": str(number),
        "language": chance.choices(("fi", "sv", "en"), (90, 6, 4))[0],
        "country": "FI",
        "phone": f"{chance.choice(('040', '044', '045', '050'))} {chance.randrange(10**6, 10**7)}",
        "source": chance.choice(SOURCES),
        "non_disclosure": "yes" if chance.random() < 0.02 else "no",
        **_address(chance),
    }
    if chance.random() < 0.85:
        row["email"] = f"asiakas{number}@example.fi"
    if chance.random() < COMPANIES:
        trade = chance.choice(LAST)
        return row | {
            "kind": "organisation",
            "organisation_name": f"{trade} {chance.choice(LAST)} {chance.choice(FORMS)}",
            "business_id": _business_id(number),
            "non_disclosure": "no",
        }
    names = FIRST[chance.choice("fm")]
    return row | {
        "kind": "person",
        "first_names": " ".join(chance.sample(names, 2)),
        "last_name": chance.choice(LAST),
        "identity_code": next(codes),
        "occupation": chance.choice(OCCUPATIONS),
    }


def _address(chance: random.Random) -> dict[str, str]:
    postal_code, city = chance.choices([t[:2] for t in TOWNS], [t[2] for t in TOWNS])[0]
    street = f"{chance.choice(STREETS)} {chance.randrange(1, 140)}"
    return {"street_address": street, "postal_code": postal_code, "city": city}


def _contracts(
    chance: random.Random, owner: int, person: dict[str, str], size: Size, *, on: dt.date
) -> Iterator[dict[str, str]]:
    """One contract for most, two for some; a third of them ended, some of these long ago."""
    for turn in range(chance.choices((1, 2), (75, 25))[0]):
        starts = on - dt.timedelta(days=chance.randrange(30, 16 * 365))
        row = {
            "contract_number": f"S{2_000_000 + (owner - 10_000) * 2 + turn}",
            "customer_number": str(owner),
            "seller": chance.choice(SELLERS),
            "signed_on": (starts - dt.timedelta(days=chance.randrange(1, 40))).isoformat(),
            "starts_on": f"{starts:%-d.%-m.%Y}",
            **_end(chance, starts, on),
        }
        if chance.random() < 0.06:
            row["payer_number"] = str(chance.randrange(10001, 10001 + size.customers))
        for line in range(chance.choices((1, 2), (85, 15))[0]):
            yield row | {
                "product": PRODUCTS[3] if line else chance.choice(PRODUCTS[:3]),
                "subscription_number": f"L{500_000 + (owner - 10_000) * 4 + turn * 2 + line}",
                "installation_street": person["street_address"],
                "installation_postal_code": person["postal_code"],
                "installation_city": person["city"],
            }


def _end(chance: random.Random, starts: dt.date, on: dt.date) -> dict[str, str]:
    drawn = chance.random()
    if drawn < 0.62:
        return {}
    ends = starts + dt.timedelta(days=chance.randrange(200, 9 * 365))
    if ends > on and drawn < 0.9:
        return {}
    notice = ends - dt.timedelta(days=chance.randrange(14, 60))
    return {"terminated_on": max(notice, starts).isoformat(), "ends_on": f"{ends:%-d.%-m.%Y}"}


def _codes(chance: random.Random) -> Iterator[str]:
    """Yield identity codes that belong to nobody (900-999), each once, in an order that only the seed knows."""
    days = (YOUNGEST - OLDEST).days
    step = chance.randrange(1, days)
    while _common_divisor(step, days) != 1:
        step += 1
    for individual in range(900, 1000):
        for turn in range(days):
            born = OLDEST + dt.timedelta(days=(turn * step) % days)
            number = f"{born:%d%m%y}{individual}"
            yield f"{born:%d%m%y}{'-' if born.year < 2000 else 'A'}{individual}{CHECK[int(number) % 31]}"


def _common_divisor(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one


def _business_id(number: int) -> str:
    """Return a business ID with a valid check digit; the first below 7 digits that has one."""
    for base in range(number * 10, number * 10 + 10):
        digits = f"{base:07}"
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"
    raise AssertionError("of ten numbers one has a check digit")
