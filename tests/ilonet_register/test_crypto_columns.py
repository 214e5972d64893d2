"""Encrypted columns: a value shows its mask, opens by a logged reveal, and is never lost or overwritten unread."""

import json
import re
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import connection, connections, transaction
from pytest_django import Settings

from customers.models import Customer
from ilonet_register import crypto
from ilonet_register.crypto import CannotDecrypt, UnknownKey
from ilonet_register.crypto.rings import add_key
from ilonet_register.models import EncryptionKey, LogEntry, User
from tests.ilonet_register.sealed_rows import CODE, OTHER, saved, sealed, stored

pytestmark = pytest.mark.usefixtures("own_keys")
PROJECT = Path(__file__).parents[2]


# --- what is seen ---------------------------------------------------------------------------------------------------


def test_the_database_never_sees_the_value(customer: Customer) -> None:
    assert CODE.encode() not in stored()
    assert crypto.key_id_of(stored()) == EncryptionKey.objects.get(ring="columns").key_id


def test_a_sealed_value_shows_its_mask(customer: Customer) -> None:
    assert sealed(customer).masked == "010594Y****"


def test_no_text_made_of_a_sealed_value_holds_it(customer: Customer) -> None:
    value = sealed(customer)
    shown = f"{value} {value!r} {value!s} {[value]} {vars(customer)} {customer!r}"
    assert CODE not in shown
    assert "9032" not in shown


def test_a_sealed_value_is_not_turned_into_json(customer: Customer) -> None:
    with pytest.raises(TypeError):
        json.dumps(sealed(customer))


def test_nobody_without_a_value_has_a_sealed_one() -> None:
    assert saved("1", None).identity_code is None


# --- opening ----------------------------------------------------------------------------------------------------------


def test_revealing_writes_the_log_of_reads(customer: Customer, clerk: User) -> None:
    assert sealed(customer).reveal(by=clerk, why="collection") == CODE
    entry = LogEntry.objects.get(event="sealed.revealed")
    assert entry.actor_id == clerk.pk
    assert entry.subjects == [customer.uuid]
    assert entry.object_uuid == customer.uuid
    assert entry.purpose == "collection"


def test_masking_writes_no_log(customer: Customer) -> None:
    assert sealed(customer).masked
    assert not LogEntry.objects.exists()


def test_revealing_many_writes_one_entry_that_names_all_who_have_a_value(clerk: User) -> None:
    rows = [saved("1", CODE), saved("2", None), saved("3", OTHER)]
    opened = crypto.reveal_many(rows, "identity_code", by=clerk, why="collection")
    entry = LogEntry.objects.get(event="sealed.revealed")  # before the first is read
    assert set(entry.subjects) == {rows[0].uuid, rows[2].uuid}
    assert [(row.number, code) for row, code in opened] == [("1", CODE), ("2", None), ("3", OTHER)]
    assert LogEntry.objects.count() == 1


def test_revealing_many_of_nobody_writes_nothing(clerk: User) -> None:
    assert list(crypto.reveal_many([saved("1", None)], "identity_code", by=clerk, why="collection"))[0][1] is None
    assert not LogEntry.objects.exists()


def test_a_value_moved_to_another_row_does_not_open(customer: Customer, clerk: User) -> None:
    saved("2", OTHER)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET identity_code = (SELECT identity_code FROM customers_customer WHERE "
            "number = '1') WHERE number = '2'"
        )
    moved = Customer.objects.get(number="2")
    with pytest.raises(CannotDecrypt):
        sealed(moved).reveal(by=clerk, why="collection")
    with pytest.raises(CannotDecrypt):
        _ = sealed(moved).masked


def test_only_crypto_and_imports_open_without_log() -> None:
    opening = {
        path.relative_to(PROJECT).as_posix()
        for app in ("ilonet_register", "customers", "contracts", "retention")
        for path in (PROJECT / app).rglob("*.py")
        if any(word in path.read_text("utf-8") for word in ("open_without_log", ".decrypt("))
    }
    # A session belongs to the reader; everything else is read by a logged reveal.
    allowed = re.compile(r"ilonet_register/(crypto/.*|sessions\.py)|.*import.*\.py")
    assert "ilonet_register/crypto/sealed.py" in opening
    assert {path for path in opening if not allowed.fullmatch(path)} == set()


# --- writing --------------------------------------------------------------------------------------------------------


def test_plain_text_cannot_be_put_into_an_encrypted_column(customer: Customer) -> None:
    for plain in (CODE, CODE.encode(), ""):
        with pytest.raises(TypeError, match=r"crypto\.seal"):
            customer.identity_code = plain  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"crypto\.seal"):
        Customer(number="2", identity_code=CODE)


def test_plain_text_cannot_be_written_by_a_query(customer: Customer) -> None:
    with pytest.raises(TypeError, match="ciphertext only"):
        Customer.objects.update(identity_code=CODE)


def test_an_encrypted_column_cannot_be_searched(customer: Customer) -> None:
    with pytest.raises(TypeError, match="blind index"):
        Customer.objects.filter(identity_code=CODE).exists()
    for lookup in ("startswith", "contains", "gt", "in", "regex"):
        with pytest.raises(FieldError):
            Customer.objects.filter(**{f"identity_code__{lookup}": b"x"}).exists()
    assert Customer.objects.filter(identity_code__isnull=False).exists()


def test_an_empty_text_is_not_sealed(customer: Customer) -> None:
    with pytest.raises(ValueError, match="None"):
        crypto.seal(customer, "identity_code", "")


def test_sealing_none_empties_the_column(customer: Customer) -> None:
    crypto.seal(customer, "identity_code", None)
    Customer.objects.bulk_update([customer], ["identity_code"])
    assert Customer.objects.get(pk=customer.pk).identity_code is None


def test_a_sealed_value_of_another_row_is_refused(customer: Customer) -> None:
    other = saved("2", OTHER)
    with pytest.raises(TypeError, match="another row"):
        other.identity_code = customer.identity_code


def test_a_sealed_value_of_the_same_row_is_taken(customer: Customer, clerk: User) -> None:
    again = Customer.objects.get(pk=customer.pk)
    again.identity_code = customer.identity_code
    assert again.identity_code == customer.identity_code
    assert sealed(again).reveal(by=clerk, why="collection") == CODE


def test_only_an_encrypted_field_is_sealed(customer: Customer) -> None:
    with pytest.raises(TypeError, match="no encrypted column"):
        crypto.seal(customer, "last_name", "x")


def test_a_value_whose_key_is_unknown_is_never_overwritten(customer: Customer, settings: Settings) -> None:
    settings.KEYS_DIR = settings.KEYS_DIR.with_name("other")
    EncryptionKey.objects.filter(ring="columns").update(key_id=add_key("columns"))
    for new in (OTHER, None):
        with pytest.raises(UnknownKey):
            crypto.seal(customer, "identity_code", new)
    assert customer.identity_code is not None


# --- no log, no secret ------------------------------------------------------------------------------------------------


def test_without_log_there_is_no_secret(customer: Customer, clerk: User) -> None:
    value = sealed(customer)
    with connections["log"].cursor() as cursor:
        cursor.execute("ALTER TABLE ilonet_register_logentry RENAME TO elsewhere")
    with pytest.raises(Exception, match="logentry"), transaction.atomic():
        value.reveal(by=clerk, why="collection")
    with pytest.raises(Exception, match="logentry"), transaction.atomic():
        crypto.reveal_many([customer], "identity_code", by=clerk, why="collection")
