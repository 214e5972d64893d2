"""What must never be of accounts, keys, the organisation and the log is refused by the database itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from ilonet_register import audit
from ilonet_register.models import EncryptionKey, Grant, LogContent, LogEntry, Organisation, User
from tests.ilonet_register.refusals import Act, Case, assert_refused, case, names_of, sql

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _an_account_and_an_entry() -> None:
    User.objects.bulk_create([User(email="Maija@example.fi", name="Maija"), User(email="ville@example.fi", name="V")])
    with audit.acting(User.objects.console()):
        audit.record("test.happened", content={"changes": {}})


def user(**values: Any) -> Act:
    return lambda: User.objects.bulk_create([User(**{"email": "uusi@example.fi", "name": "Uusi", **values})])


def grants(*rows: dict[str, Any], by: str = "ville@example.fi") -> Act:
    def write() -> None:
        maija, granter = User.objects.get(email="Maija@example.fi"), User.objects.get(email=by)
        Grant.objects.bulk_create(
            Grant(**{"user": maija, "right": "marketing", "granted_by": granter, **row}) for row in rows
        )

    return write


def key(number: int) -> Act:
    return lambda: EncryptionKey.objects.bulk_create([EncryptionKey(ring="tests", key_id=number)])


def ended() -> dict[str, Any]:
    return {"withdrawn_at": timezone.now()}


ENTRY, CONTENT = LogEntry._meta.db_table, LogContent._meta.db_table

CASES: dict[str, Case] = {
    "user_email_unique_whatever_case": case(
        User, user(email="Maija@example.fi"), user(email="MAIJA@example.fi"), user(email="maija@EXAMPLE.FI")
    ),
    "user_builtin_unique": case(User, user(builtin="night"), user(builtin="console")),
    "user_has_email": case(User, user(email="")),
    "user_closed_is_not_active": case(User, user(closed_on=DAY)),
    "grant_once_at_a_time": case(Grant, grants({}, {})),
    "grant_never_to_oneself": case(Grant, grants({}, by="Maija@example.fi")),
    "organisation_is_one_row": case(
        Organisation,
        lambda: Organisation.objects.bulk_create([Organisation(pk=2)]),
        lambda: Organisation.objects.update(id=0),
    ),
    "encryption_key_id_is_32_bits": case(EncryptionKey, key(0), key(-1), key(2**32)),
    "insert_only": case(
        LogEntry,
        sql(f"UPDATE {ENTRY} SET event = 'x'"),
        sql(f"DELETE FROM {ENTRY}"),
        lambda: LogEntry.objects.get().save(),
    ),
    "log_never_truncated": case(LogEntry, sql(f"TRUNCATE {ENTRY}")),
    "never_changed": case(LogContent, sql(f"UPDATE {CONTENT} SET salt = ''"), lambda: LogContent.objects.get().save()),
    "deleted_by_retention_only": case(LogContent, sql(f"DELETE FROM {CONTENT}")),
    "content_never_truncated": case(LogContent, sql(f"TRUNCATE {CONTENT}")),
}

ALLOWED: dict[str, Act] = {
    "a closed account": user(is_active=False, closed_on=DAY),
    "an account that is shut without a day": user(is_active=False),
    "the same right again after it was withdrawn": grants({**ended()}, {**ended()}, {}),
    "two rights": grants({}, {"right": "invoicing"}),
    "the highest key": key(2**32 - 1),
    "content deleted by retention": sql(f"SET LOCAL ilonet.erasing = 'on'; DELETE FROM {CONTENT}"),
}


def test_every_constraint_and_trigger_is_tried_here() -> None:
    assert set(CASES) == names_of("ilonet_register")


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it(name: str) -> None:
    assert_refused(name, CASES[name])


@pytest.mark.parametrize("what", ALLOWED)
def test_the_database_takes_it(what: str) -> None:
    ALLOWED[what]()
