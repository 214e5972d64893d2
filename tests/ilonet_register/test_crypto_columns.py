"""Encrypted columns: a value shows its mask, opens by a logged reveal, and is never lost or overwritten unread."""

import copy
import json
import pickle
import re
from pathlib import Path

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, connections, models, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from customers.models import Customer
from ilonet_register import crypto
from ilonet_register.crypto import CannotDecrypt, Ciphertext, EncryptedField, Sealed, UnknownKey
from ilonet_register.crypto.rings import add_key
from ilonet_register.models import EncryptionKey, LogEntry, User

CODE = "010594Y9032"
OTHER = "020594X903P"
PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path, db: None) -> Path:
    """Keys of this test alone, and none chosen yet."""
    settings.KEYS_DIR = tmp_path / "keys"
    EncryptionKey.objects.all().delete()
    return settings.KEYS_DIR


@pytest.fixture
def clerk() -> User:
    user = User(email="clerk@example.fi", name="Clerk")
    User.objects.bulk_create([user])
    return user


def saved(number: str, code: str | None) -> Customer:
    """A customer as an import writes it, without the log of changes."""
    customer = Customer(number=number, kind="person", last_name="Testinen")
    crypto.seal(customer, "identity_code", code)
    Customer.objects.bulk_create([customer])
    return Customer.objects.get(number=number)


@pytest.fixture
def customer() -> Customer:
    return saved("1", CODE)


def sealed(customer: Customer) -> Sealed:
    value = customer.identity_code
    assert isinstance(value, Sealed)
    return value


def stored(number: str = "1") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_code FROM customers_customer WHERE number = %s", [number])
        return bytes(cursor.fetchone()[0])


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


# --- rows as Django handles them --------------------------------------------------------------------------------


def test_a_pickled_row_keeps_its_value(customer: Customer, clerk: User) -> None:
    blob = pickle.dumps(customer)
    assert CODE.encode() not in blob
    assert sealed(pickle.loads(blob)).reveal(by=clerk, why="collection") == CODE


def test_a_sealed_value_itself_is_not_pickled(customer: Customer) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(customer.identity_code)


def test_a_copied_row_keeps_its_value(customer: Customer, clerk: User) -> None:
    for copied in (copy.copy(customer), copy.deepcopy(customer)):
        assert sealed(copied).reveal(by=clerk, why="collection") == CODE
    assert copy.deepcopy(sealed(customer)) == sealed(customer)


def test_a_refreshed_row_has_the_new_value(customer: Customer, clerk: User) -> None:
    again = Customer.objects.get(pk=customer.pk)
    crypto.seal(again, "identity_code", OTHER)
    Customer.objects.bulk_update([again], ["identity_code"])
    customer.refresh_from_db()
    assert sealed(customer).reveal(by=clerk, why="collection") == OTHER


def test_a_deferred_value_is_loaded_when_it_is_asked_for(
    customer: Customer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (Customer.objects.defer("identity_code"), Customer.objects.only("uuid")):
        row = rows.get()
        with django_assert_num_queries(1):
            assert sealed(row).masked == "010594Y****"
    row = Customer.objects.only("uuid", "identity_code").get()
    with django_assert_num_queries(0):
        assert sealed(row).masked == "010594Y****"


def test_a_deferred_value_is_not_lost_by_saving(customer: Customer) -> None:
    row = Customer.objects.defer("identity_code").get()
    assert "identity_code" in row.get_deferred_fields()
    row.last_name = "Toinen"
    Customer.objects.bulk_update([row], ["last_name"])
    assert sealed(Customer.objects.get()).masked == "010594Y****"


def test_rows_are_written_in_bulk(clerk: User) -> None:
    rows = []
    for number, code in (("1", CODE), ("2", OTHER), ("3", None)):
        row = Customer(number=number, kind="person", last_name="Testinen")
        crypto.seal(row, "identity_code", code)
        rows.append(row)
    Customer.objects.bulk_create(rows)
    found = list(Customer.objects.order_by("number"))
    opened = dict(crypto.reveal_many(found, "identity_code", by=clerk, why="collection"))
    assert [opened[row] for row in found] == [CODE, OTHER, None]


def test_values_give_ciphertext(customer: Customer) -> None:
    (value,) = Customer.objects.values_list("identity_code", flat=True)
    assert isinstance(value, Ciphertext)
    assert str(value) == repr(value) == "<Ciphertext>"
    assert Customer.objects.filter(identity_code=value).update(identity_code=value) == 1


def test_a_row_is_serialised_as_ciphertext_and_read_again(customer: Customer, clerk: User) -> None:
    text = serializers.serialize("json", [customer], fields=["uuid", "number", "identity_code"])
    assert CODE not in text
    (read,) = serializers.deserialize("json", text)
    assert sealed(read.object).reveal(by=clerk, why="collection") == CODE


@pytest.mark.parametrize("text", [CODE, "", "AAAA", 7])
def test_nothing_else_is_read_as_a_sealed_value(text: object) -> None:
    with pytest.raises(ValidationError):
        crypto.encrypted_field(Customer, "identity_code").to_python(text)


def test_a_migration_names_the_label_and_a_path_that_stays() -> None:
    _name, path, _args, kwargs = crypto.encrypted_field(Customer, "identity_code").deconstruct()
    assert path == "ilonet_register.crypto.EncryptedField"
    assert kwargs["label"] == "customers.customer.identity_code"
    assert "mask" not in kwargs


def test_without_a_mask_nothing_is_shown(customer: Customer) -> None:
    field = EncryptedField(label="customers.customer.identity_code")
    assert Sealed(customer, field, Ciphertext(stored())).masked == "****"


def test_two_columns_with_one_label_stop_the_start() -> None:
    field = EncryptedField(label="customers.customer.identity_code")
    field.set_attributes_from_name("twin")
    field.model = Customer
    assert "crypto.E001" in {message.id for message in field.check()}
    assert crypto.encrypted_field(Customer, "identity_code").check() == []


def test_an_encrypted_column_without_uuid_stops_the_start() -> None:
    field = EncryptedField(label="test.without")
    field.set_attributes_from_name("secret")
    field.model = EncryptionKey
    assert "crypto.E002" in {message.id for message in field.check()}


def test_the_column_is_binary(customer: Customer) -> None:
    assert isinstance(crypto.encrypted_field(Customer, "identity_code"), models.BinaryField)
    assert len(stored()) == 5 + 12 + len(CODE) + 16


# --- no log, no secret ------------------------------------------------------------------------------------------------


def test_without_log_there_is_no_secret(customer: Customer, clerk: User) -> None:
    value = sealed(customer)
    with connections["log"].cursor() as cursor:
        cursor.execute("ALTER TABLE ilonet_register_logentry RENAME TO elsewhere")
    with pytest.raises(Exception, match="logentry"), transaction.atomic():
        value.reveal(by=clerk, why="collection")
    with pytest.raises(Exception, match="logentry"), transaction.atomic():
        crypto.reveal_many([customer], "identity_code", by=clerk, why="collection")
