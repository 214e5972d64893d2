"""Rows with an encrypted column are pickled, copied, refreshed, deferred, written in bulk and serialised."""

import copy
import pickle

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models
from pytest_django import DjangoAssertNumQueries

from customers.models import Customer
from ilonet_register import crypto
from ilonet_register.crypto import Ciphertext, EncryptedField, Sealed
from ilonet_register.models import EncryptionKey, User
from tests.ilonet_register.sealed_rows import CODE, OTHER, sealed, stored

pytestmark = pytest.mark.usefixtures("own_keys")


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
