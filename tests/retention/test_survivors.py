"""After a purge no table and no file of the register holds what was purged: a full dump is searched for it."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

from django.conf import settings

from contracts import services as contracts
from contracts.models import Contract
from customers import services as customers
from ilonet_register.embedded_postgres import server_of
from ilonet_register.models import User
from retention import services
from tests.conftest import OwnDatabase
from tests.retention.builders import make_contract, make_customer

ON = dt.date(2026, 11, 24)
PLANTED = [
    "Kadonneinen", "Vanhanimi", "Tuulikki Esimerkki", "Unohduskuja 77", "Entinenkatu 3", "99470", "Hattuvaarannimi",
    "050 998 1234", "kadonneinen@example.fi", "kuuhullu", "S9KADONNUT", "L9KADONNUT", "Salamyyjä", "kiistan syy",
]  # fmt: skip


def a_life_in_the_register() -> Contract:
    """Somebody who was entered, changed in every way, held and let go; all of it long ago."""
    by = User.objects.console()
    person = make_customer("Kadonneinen")
    customers.change_basic(
        person,
        by=by,
        values={
            "first_names": "Tuulikki Esimerkki",
            "occupation": "kuuhullu",
            "birth_date": None,
            "no_code_reason": "",
        },
        identity_code="131052-900W",
    )
    customers.change_basic(person, by=by, values={"last_name": "Vanhanimi"})
    customers.change_basic(person, by=by, values={"last_name": "Kadonneinen"})
    address = {"street_address": "Unohduskuja 77", "postal_code": "99470", "city": "Hattuvaarannimi"}
    customers.change_contact_details(
        person, by=by, on=ON, address=address, phone="050 998 1234", email="kadonneinen@example.fi"
    )
    contract = make_contract(person, number="S9KADONNUT")
    subscription = contract.subscriptions.get()
    contracts.move_subscription(subscription, by=by, address={**address, "street_address": "Entinenkatu 3"})
    contracts.change_contract(contract, by=by, values={"seller": "Salamyyjä"})
    hold = contracts.hold_contract(contract, by=by, reason="dispute", review_on=ON, why="kiistan syy")
    customers.lift_hold(hold, by=by)
    return contract


def dump(database: OwnDatabase) -> str:
    """Everything in the database as text, `bytea` in hexadecimal beside it in clear."""
    program = server_of(settings.DATA_DIR / "postgres").program("pg_dump")
    found = subprocess.run([program, "--inserts"], env=database.libpq_environment, capture_output=True, check=True)
    return found.stdout.decode()


def files() -> str:
    """Everything the register keeps beside the database, but for the server's own folder."""
    folders = [Path(settings.KEYS_DIR), *settings.LEDGER_DIRS]
    return "".join(p.read_bytes().decode("latin-1") for f in folders for p in f.rglob("*") if p.is_file())


def found_in(text: str) -> set[str]:
    low = text.lower()
    return {value for value in PLANTED if value.lower() in low or value.encode().hex() in low}


def test_nothing_of_a_purged_life_is_left(own_database: OwnDatabase) -> None:
    stays = make_customer("Pysyvä")
    make_contract(stays, ends_on=None)
    contract = a_life_in_the_register()
    uuids = {str(contract.uuid)}
    before = dump(own_database)
    assert found_in(before) >= set(PLANTED) - {"L9KADONNUT"}, "the search must be able to find them"
    assert "131052-900" not in before
    services.purge(on=ON, by=User.objects.night(), allowed=10)
    after = dump(own_database)
    assert found_in(after) == set()
    assert found_in(files()) == set()
    assert uuids & set(after.replace("'", " ").split()) <= uuids, "identifiers in the log stay: they name nobody"
    assert "Pysyvä" in after
