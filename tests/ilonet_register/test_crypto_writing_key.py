"""Which key writes: one row for all processes, and no start with keys that are not the database's."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from pytest_django import Settings

from customers.models import Customer
from ilonet_register import crypto
from ilonet_register.crypto import NotInTransaction, UnknownKey, WritingKeyNotChosen
from ilonet_register.crypto.rings import KINDS, add_key
from ilonet_register.models import EncryptionKey, User

CODE = "010594Y9032"


@pytest.fixture(autouse=True)
def keys(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder of keys."""
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


@pytest.fixture
def nothing_chosen(db: None) -> None:
    """A database in which no key was chosen yet."""
    EncryptionKey.objects.all().delete()


class Failed(Exception):
    """Something else went wrong in the transaction."""


def in_a_transaction_that_fails(act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()
        raise Failed


def change_the_writing_key() -> None:
    """Change it over the other connection, waiting for nobody longer than a moment."""
    with connections["log"].cursor() as other:
        other.execute("SET lock_timeout = '100ms'")
        other.execute("UPDATE ilonet_register_encryptionkey SET key_id = 7 WHERE ring = 'columns'")


def new_customer() -> Customer:
    customer = Customer(number="1", kind="person", last_name="Testinen")
    crypto.seal(customer, "identity_code", CODE)
    Customer.objects.bulk_create([customer])
    return customer


@pytest.mark.usefixtures("nothing_chosen")
def test_an_empty_register_gets_one_key_per_ring(keys: Path) -> None:
    crypto.prepare_rings()
    crypto.prepare_rings()
    assert {row.ring: [row.key_id] for row in EncryptionKey.objects.all()} == {
        name: crypto.ring(name).key_ids for name in KINDS
    }


@pytest.mark.usefixtures("nothing_chosen")
def test_the_first_value_chooses_the_first_key() -> None:
    key_id = crypto.writing_key("columns")
    assert crypto.ring("columns").key_ids == [key_id]
    assert crypto.writing_key("columns") == key_id


@pytest.mark.usefixtures("nothing_chosen")
def test_the_only_key_that_is_there_is_chosen() -> None:
    key_id = add_key("columns")
    assert crypto.writing_key("columns") == key_id


@pytest.mark.usefixtures("nothing_chosen")
def test_of_several_keys_none_is_guessed() -> None:
    add_key("columns")
    add_key("columns")
    with pytest.raises(WritingKeyNotChosen, match="2 keys"):
        crypto.writing_key("columns")
    with pytest.raises(WritingKeyNotChosen):
        crypto.ring("columns").encrypt(b"x", b"y")


@pytest.mark.usefixtures("nothing_chosen")
def test_after_a_rotation_the_chosen_key_writes_and_both_read() -> None:
    customer = new_customer()
    former = crypto.writing_key("columns")
    EncryptionKey.objects.filter(ring="columns").update(key_id=add_key("columns"))
    assert crypto.writing_key("columns") != former
    assert crypto.key_id_of(crypto.ring("columns").encrypt(b"x", b"y")) == crypto.writing_key("columns")
    assert customer.identity_code is not None
    assert customer.identity_code.masked == "010594Y****"
    crypto.seal(customer, "identity_code", CODE)
    assert crypto.encrypted_field(Customer, "identity_code").blob_of(customer).key_id == crypto.writing_key("columns")


@pytest.mark.usefixtures("nothing_chosen")
def test_a_process_without_the_chosen_key_refuses_and_makes_none(settings: Settings) -> None:
    crypto.prepare_rings()
    settings.KEYS_DIR = settings.KEYS_DIR.with_name("other")
    with pytest.raises(UnknownKey, match="from another node"):
        crypto.writing_key("columns")
    with pytest.raises(UnknownKey):
        crypto.prepare_rings()
    with pytest.raises(UnknownKey):
        new_customer()
    assert not list(settings.KEYS_DIR.glob("*/*.json"))


@pytest.mark.usefixtures("nothing_chosen")
def test_sealed_values_without_their_key_stop_the_start(settings: Settings) -> None:
    new_customer()
    EncryptionKey.objects.all().delete()
    settings.KEYS_DIR = settings.KEYS_DIR.with_name("other")
    with pytest.raises(UnknownKey):
        crypto.prepare_rings()
    assert not list(settings.KEYS_DIR.glob("columns/*.json"))


@pytest.mark.usefixtures("nothing_chosen")
def test_a_former_key_that_is_lost_stops_the_start(keys: Path) -> None:
    new_customer()
    former = crypto.writing_key("columns")
    crypto.prepare_rings()
    EncryptionKey.objects.filter(ring="columns").update(key_id=add_key("columns"))
    crypto.prepare_rings()
    assert crypto.unreadable_keys() == set()
    (keys / "columns" / f"{former}.json").unlink()
    assert len(crypto.ring("columns").key_ids) == 1  # what a newly started process would read
    assert crypto.unreadable_keys() == {former}
    with pytest.raises(UnknownKey, match=str(former)):
        crypto.prepare_rings()


@pytest.mark.usefixtures("nothing_chosen")
def test_a_key_created_in_a_transaction_that_fails_is_used_by_the_next() -> None:
    lost: list[int] = []
    with pytest.raises(Failed):
        in_a_transaction_that_fails(lambda: lost.append(crypto.writing_key("columns")))
    assert not EncryptionKey.objects.exists()
    assert [crypto.writing_key("columns")] == lost


@pytest.mark.usefixtures("nothing_chosen")
@pytest.mark.parametrize("key_id", [0, -1, 2**32])
def test_a_key_id_has_32_bits(key_id: int) -> None:
    with pytest.raises(IntegrityError, match="encryption_key_id_is_32_bits"):
        EncryptionKey.objects.bulk_create([EncryptionKey(ring="columns", key_id=key_id)])


@pytest.mark.usefixtures("nothing_chosen")
def test_a_ring_has_one_key_that_writes() -> None:
    with pytest.raises(IntegrityError):
        EncryptionKey.objects.bulk_create([EncryptionKey(ring="columns", key_id=number) for number in (1, 2)])


@pytest.mark.usefixtures("own_database")
def test_the_writing_key_is_asked_for_inside_a_transaction() -> None:
    with pytest.raises(NotInTransaction):
        crypto.writing_key("columns")
    assert crypto.writing_key("sessions", lock=False) in crypto.ring("sessions").key_ids


@pytest.mark.usefixtures("own_database")
def test_a_rotation_waits_for_those_who_write_with_the_former_key() -> None:
    EncryptionKey.objects.all().delete()
    crypto.prepare_rings()
    with transaction.atomic():
        crypto.writing_key("columns")
        with pytest.raises(OperationalError, match="lock timeout"):
            change_the_writing_key()
        # A second writer does not wait.
        with connections["log"].cursor() as other:
            other.execute("SELECT key_id FROM ilonet_register_encryptionkey WHERE ring = 'columns' FOR SHARE")
    change_the_writing_key()


@pytest.mark.usefixtures("own_database")
def test_processes_that_start_together_agree_on_one_key() -> None:
    EncryptionKey.objects.all().delete()
    chosen: list[int] = []

    def start() -> None:
        try:
            chosen.append(crypto.writing_key("columns", lock=False))
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(chosen) == 6
    assert set(chosen) == set(crypto.ring("columns").key_ids)
    assert len(set(chosen)) == 1


@pytest.mark.usefixtures("own_database")
def test_a_read_stays_logged_when_the_transaction_that_read_fails() -> None:
    EncryptionKey.objects.all().delete()
    clerk = User(email="clerk@example.fi", name="Clerk")
    User.objects.bulk_create([clerk])
    with transaction.atomic():
        customer = new_customer()
    sealed = customer.identity_code
    assert sealed is not None
    with pytest.raises(Failed):
        in_a_transaction_that_fails(lambda: sealed.reveal(by=clerk, why="collection"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ilonet_register_logentry WHERE event = 'sealed.revealed'")
        assert cursor.fetchone() == (1,)


@pytest.mark.usefixtures("own_database")
def test_a_secret_stays_closed_while_the_log_cannot_be_reached() -> None:
    EncryptionKey.objects.all().delete()
    clerk = User(email="clerk@example.fi", name="Clerk")
    User.objects.bulk_create([clerk])
    with transaction.atomic():
        customer = new_customer()
    assert customer.identity_code is not None
    name = connections["log"].settings_dict["NAME"]
    connections["log"].close()
    connections["log"].settings_dict["NAME"] = "nowhere"
    try:
        with pytest.raises(OperationalError):
            customer.identity_code.reveal(by=clerk, why="collection")
    finally:
        connections["log"].close()
        connections["log"].settings_dict["NAME"] = name
