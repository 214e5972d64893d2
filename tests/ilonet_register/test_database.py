"""The migrated database: its keys are checked by the statement itself, its letters are folded, nothing is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from customers.models import Address

pytestmark = pytest.mark.django_db

FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, condeferrable, condeferred
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def test_no_foreign_key_waits_for_the_commit() -> None:
    keys = rows(FOREIGN_KEYS)
    assert len(keys) > 10, "the keys are there"
    assert [f"{table}: {name}" for table, name, _may, deferred in keys if deferred] == []


def test_a_row_that_points_nowhere_is_refused_by_its_own_statement() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Address.objects.bulk_create([Address(customer_id=987654321, kind="postal", city="Eno")])
    assert caught.value.__cause__.diag.constraint_name.startswith("customers_address_customer_id")  # type: ignore[union-attr]


def test_checking_the_keys_leaves_them_immediate() -> None:
    with transaction.atomic():
        connection.check_constraints()
        with pytest.raises(IntegrityError), transaction.atomic():
            Address.objects.bulk_create([Address(customer_id=987654321, kind="postal", city="Eno")])


# Keys that have no constraint in the database, and why each is left out.
WITHOUT = {
    "ilonet_register.LogEntry.actor": "an entry outlives what it speaks of",
    "ilonet_register.LogEntry.content_type": "an entry outlives what it speaks of",
    "ilonet_register.LogContent.entry": "inserting content must not lock the entry",
    "retention.PurgeRun.by": "a run outlives the account that started it",
}


def test_every_relation_has_its_key_in_the_database() -> None:
    in_database = set(
        rows(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = ANY(conkey) WHERE contype = 'f'"
        )
    )
    missing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and (model._meta.db_table, field.column) not in in_database
    }
    assert missing == set(WITHOUT)


def test_the_extensions_are_there() -> None:
    assert {name for (name,) in rows("SELECT extname FROM pg_extension")} >= {"pg_trgm", "btree_gist", "unaccent"}


def test_the_database_has_the_built_in_locale() -> None:
    ((provider, locale, encoding),) = rows(
        "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
        " WHERE datname = current_database()"
    )
    assert (provider, locale, encoding) == ("b", "C.UTF-8", "UTF8")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("upper('määttä åö')", "MÄÄTTÄ ÅÖ"),
        ("lower('MÄÄTTÄ ÅÖ')", "määttä åö"),
        ("'MÄÄTTÄ' ILIKE 'määttä'", True),
        ("array_length(show_trgm('ä'), 1)", 2),
        ("similarity('määttä', 'MÄÄTTÄ')", 1.0),
    ],
)
def test_letters_of_finnish_are_letters(expression: str, value: object) -> None:
    assert rows(f"SELECT {expression}") == [(value,)]


@pytest.mark.parametrize(
    ("setting", "value"), [("log_error_verbosity", "terse"), ("log_statement", "none"), ("log_min_messages", "log")]
)
def test_the_server_logs_no_values(setting: str, value: str) -> None:
    assert rows("SELECT current_setting(%s)", setting) == [(value,)]
