"""Which key of a ring writes: a row in the database, the same for all processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connections, transaction

from ilonet_register.crypto.errors import NotInTransaction, UnknownKey, WritingKeyNotChosen
from ilonet_register.crypto.rings import HEADER_BYTES, KINDS, add_key, adding_keys, key_id_of, ring

if TYPE_CHECKING:
    from ilonet_register.crypto.fields import EncryptedField
    from ilonet_register.models.keys import EncryptionKey

FIRST_KEY_LOCK = 7_263_451_881  # any number: an advisory lock of this use alone


def writing_key(name: str, *, using: str = "default", lock: bool = True) -> int:
    """Return the key of a ring that seals new values, locked `FOR SHARE` until the transaction ends.

    A rotation waits for that lock, so nothing is written with the former key after the rotation has looked.
    `lock=False` is for what outlives no key (sessions) and for what never retires one (the ledger). On an empty
    register the first call creates the first key. UnknownKey where this process has not the key; NotInTransaction.
    """
    if lock and not connections[using].in_atomic_block:
        raise NotInTransaction("The writing key is locked until the end of a transaction: open one first.")
    key_id = _chosen(name, using, lock=lock)
    if key_id is None:
        key_id = _choose_first(name, using)
        _chosen(name, using, lock=lock)
    if not ring(name).knows(key_id):
        raise UnknownKey(name, key_id, ring(name).folder)
    return key_id


def prepare_rings(*, using: str = "default") -> None:
    """Create the first keys of an empty register; refuse a start with keys that do not belong to this database.

    Called before a server or a worker serves. UnknownKey, KeyRingDamaged, WritingKeyNotChosen: do not start.
    """
    for name in KINDS:
        writing_key(name, using=using, lock=False)
    for key_id in unreadable_keys(using=using):
        raise UnknownKey("columns", key_id, ring("columns").folder)


def unreadable_keys(*, using: str = "default") -> set[int]:
    """Return the keys that sealed some value in the database and are not in the folder (one scan per column)."""
    columns = ring("columns")
    return {
        key_id for field in _encrypted_fields(using) for key_id in _keys_in(field, using) if not columns.knows(key_id)
    }


def blind_digests(value: str, *, label: str) -> list[tuple[int, bytes]]:
    """Return (key id, digest) of a value under every key of the blind index: rows to write, or digests to look up.

    The label, that of the column, keeps equal texts of two columns apart. A writer asks `writing_key("blind_index")`
    first: a process without that key would let a duplicate through.
    """
    return ring("blind_index").digests(f"{label}\0{value}".encode())


def _model() -> type[EncryptionKey]:
    return apps.get_model("ilonet_register", "EncryptionKey")  # not imported: models import this package


def _chosen(name: str, using: str, *, lock: bool) -> int | None:
    table = connections[using].ops.quote_name(_model()._meta.db_table)
    with connections[using].cursor() as cursor:
        # The ORM has no FOR SHARE, and FOR UPDATE would let writers wait for each other.
        cursor.execute(f"SELECT key_id FROM {table} WHERE ring = %s {'FOR SHARE' if lock else ''}", [name])
        row = cursor.fetchone()
    return row[0] if row else None


def _choose_first(name: str, using: str) -> int:
    """Choose the only key of a ring, created if there is none. Two processes that start together agree on one."""
    with transaction.atomic(using=using), adding_keys(), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_KEY_LOCK])
        chosen = _chosen(name, using, lock=False)
        if chosen is not None:
            return chosen
        known = ring(name).key_ids
        if len(known) > 1:
            raise WritingKeyNotChosen(
                f"The database does not say which of the {len(known)} keys of the ring “{name}” writes. "
                f"If it is new, leave in {ring(name).folder} only the key it shall begin with."
            )
        if not known and name == "columns":
            _refuse_orphans(using)
        key_id = known[0] if known else add_key(name)
        # Not save(): the log of changes is for rows about people.
        _model()._default_manager.using(using).bulk_create([_model()(ring=name, key_id=key_id)])
    return key_id


def _refuse_orphans(using: str) -> None:
    """UnknownKey where values are sealed already: a new key would hide that theirs is lost."""
    for field in _encrypted_fields(using):
        for key_id in _keys_in(field, using):
            raise UnknownKey("columns", key_id, ring("columns").folder)


def _encrypted_fields(using: str) -> Iterator[EncryptedField]:
    """Return every encrypted column that is there (during the first migrations not all are)."""
    from ilonet_register.crypto.fields import EncryptedField

    tables = set(connections[using].introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in tables and not model._meta.proxy:
            yield from (field for field in model._meta.local_fields if isinstance(field, EncryptedField))


def _keys_in(field: EncryptedField, using: str) -> set[int]:
    quote = connections[using].ops.quote_name
    column, table = quote(field.column or field.attname), quote(field.model._meta.db_table)
    with connections[using].cursor() as cursor:
        # Six bytes: the header and one more, so that a value cut to its header is not taken for a whole one.
        cursor.execute(
            f"SELECT DISTINCT substring({column} FROM 1 FOR {HEADER_BYTES}) || '\\x00'::bytea FROM {table} "
            f"WHERE {column} IS NOT NULL"
        )
        return {key_id_of(bytes(header)) for (header,) in cursor.fetchall()}
