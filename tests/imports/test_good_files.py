"""Spellings that offices use come in alike: encodings, delimiters, headers, dates; and nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.imports.run import Report
from contracts.models import Contract, Role, Subscription
from customers import services
from customers.models import Customer
from ilonet_register.models import LogContent, LogEntry, User
from ilonet_register.office.importing import import_files
from tests.imports.conftest import TODAY
from tests.imports.files import CODES, contract, customer, write

FINNISH = {
    "customer_number": "asiakasnumero", "kind": "laji", "first_names": "etunimet", "last_name": "sukunimi",
    "identity_code": "henkilötunnus", "street_address": "katuosoite", "postal_code": "postinumero",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_encoding_and_delimiter_are_found_out(encoding: str, delimiter: str, tmp_path: Path) -> None:
    path = write(
        tmp_path, "c.csv", customer(street_address="Åbergintie 3, B 7"), encoding=encoding, delimiter=delimiter
    )
    import_files([path], by=User.objects.console(), on=TODAY)
    found = Customer.objects.get()
    assert (found.last_name, found.addresses.get().street_address) == ("Määttä", "Åbergintie 3, B 7")


def test_finnish_headers_and_words(bring: Callable[..., Report]) -> None:
    row = customer(kind="yksityishenkilö", language="ruotsi", non_disclosure="kyllä", source="rekisteröinti")
    bring(customers=[{FINNISH.get(name, name): value for name, value in row.items()}])
    found = Customer.objects.get()
    assert (found.kind, found.language, found.non_disclosure, found.source) == ("person", "sv", True, "subject")


def test_every_value_of_the_file_is_in_the_register(bring: Callable[..., Report]) -> None:
    row = customer(identity_code=CODES[0], source="Kaisanet")
    bring(customers=[row], contracts=[contract(ends_on="31.12.2030", terminated_on="1.12.2030")])
    found = Customer.objects.get()
    for name in ("first_names", "last_name", "occupation", "language"):
        assert getattr(found, name) == row[name]
    assert (found.source, found.source_detail) == ("provider", "Kaisanet")
    assert found.identity_code.masked == "131052-****"
    assert found.identity_code.reveal(by=User.objects.console(), why="test") == CODES[0]
    assert services.find_by_identity_code(CODES[0]) == found
    assert {m.kind: m.value for m in found.contact_media.all()} == {"phone": row["phone"], "email": row["email"]}
    made = Contract.objects.get()
    assert (made.signed_on, made.starts_on) == (dt.date(2021, 1, 5), dt.date(2021, 1, 15))
    assert (made.terminated_on, made.ends_on) == (dt.date(2030, 12, 1), dt.date(2030, 12, 31))
    assert (made.source, made.source_detail) == ("provider", "Kaisanet")
    assert Subscription.objects.get().address_line == "Pogostantie 1, 82900 Ilomantsi"
    assert set(Role.objects.values_list("kind", "customer__number")) == {
        (kind, "20001") for kind in ("owner", "user", "payer")
    }
    assert found.first_role_on == dt.date(2021, 1, 15)


def test_several_lines_of_a_contract_are_its_subscriptions_with_people_of_their_own(
    bring: Callable[..., Report],
) -> None:
    people = [customer(), customer(customer_number="20002"), customer(customer_number="20003")]
    lines = [contract(user_number="20002"), contract(subscription_number="L900002", user_number="20003")]
    bring(customers=people, contracts=lines)
    assert Contract.objects.count() == 1
    roles = set(Role.objects.values_list("kind", "subscription__number", "customer__number"))
    assert roles == {
        ("owner", None, "20001"),
        ("payer", None, "20001"),
        ("user", "L900001", "20002"),
        ("user", "L900002", "20003"),
    }


def test_each_record_is_on_record_with_who_and_when_and_no_plain_code(bring: Callable[..., Report]) -> None:
    bring(customers=[customer(identity_code=CODES[0])], contracts=[contract()])
    person, made = Customer.objects.get(), Contract.objects.get()
    entries = {e.event: e for e in LogEntry.objects.all()}
    assert entries["customer.created"].object_uuid == person.uuid
    assert entries["contract.created"].subjects == [person.uuid]
    assert entries["contract.created"].root == made.uuid
    assert {e.actor_id for e in entries.values()} == {User.objects.console().pk}
    assert CODES[0] not in str(list(LogContent.objects.values_list("content", flat=True)))


def test_a_company_that_looks_like_a_sole_trader_is_warned_of(bring: Callable[..., Report]) -> None:
    def company(number: str, name: str) -> dict[str, str]:
        nobody = {"first_names": "", "last_name": "", "business_id": "1234567-1"}
        return customer(customer_number=number, kind="organisation", organisation_name=name, **nobody)

    names = ["Tmi Salmi", "Partanen", "Laitinen Tmi", "Varis Nyman As Oy", "Hattuvaaran kyläyhdistys ry 1"]
    report = bring(customers=[company(str(n), name) for n, name in enumerate(names, start=1)])
    assert report.traders == ["1", "2", "3"]


def test_active_contracts_whose_owner_lacks_data_are_imported_and_listed(bring: Callable[..., Report]) -> None:
    people = [customer(identity_code=CODES[0]), customer(customer_number="20002", phone="", email="")]
    other = {"customer_number": "20002"}
    lines = [
        contract(),
        contract(contract_number="S2", subscription_number="L2", **other),
        contract(contract_number="S3", subscription_number="L3", ends_on="1.1.2022", **other),
    ]
    report = bring(customers=people, contracts=lines)
    assert report.incomplete == [("S2", "20002")]
    assert Contract.objects.count() == 3
