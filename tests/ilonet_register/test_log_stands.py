"""The log is inserted and nothing else: the database refuses every other statement, whoever sends it (fact 1, N9.3)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from psycopg.errors import RaiseException

from customers import services
from customers.models import Customer
from ilonet_register import audit
from ilonet_register.models import LogContent, LogEntry, User
from tests import people

pytestmark = pytest.mark.django_db

ENTRY, CONTENT = "ilonet_register_logentry", "ilonet_register_logcontent"
COLUMNS = {
    ENTRY: ("actor_id", "event", "subjects", "root", "digest", "timestamp", "action", "purpose", "remote_addr", "cid"),
    CONTENT: ("salt", "content"),
}


@pytest.fixture(autouse=True)
def entry() -> LogEntry:
    """An entry with content."""
    with audit.acting(User.objects.console()):
        return audit.record("test.happened", content={"changes": {"city": ["Eno", "Ilomantsi"]}})


def refused(statement: str) -> str:
    """Run SQL that a trigger must refuse; return what the trigger says."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(caught.value.__cause__, RaiseException), caught.value
    return str(caught.value)


def contents() -> int:
    return LogContent.objects.count()


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in COLUMNS for column in COLUMNS[table]])
def test_no_column_of_the_log_is_changed(table: str, column: str) -> None:
    assert "Cannot update" in refused(f"UPDATE {table} SET {column} = {column}")


def test_no_entry_is_deleted() -> None:
    assert "Cannot update or delete" in refused(f"DELETE FROM {ENTRY}")
    assert "Cannot update or delete" in refused(f"SET LOCAL ilonet.erasing = 'on'; DELETE FROM {ENTRY}")


@pytest.mark.parametrize("table", [ENTRY, CONTENT, f"{ENTRY}, {CONTENT}", f"{ENTRY} CASCADE"])
def test_the_log_is_never_truncated(table: str) -> None:
    assert "never truncated" in refused(f"TRUNCATE {table}")
    assert "never truncated" in refused(f"SET LOCAL ilonet.erasing = 'on'; TRUNCATE {table}")


@pytest.mark.parametrize("setting", ["", "SET LOCAL ilonet.erasing = 'off';", "SET LOCAL ilonet.erasing = '';"])
def test_content_is_not_deleted_outside_retention(setting: str) -> None:
    assert "Cannot delete" in refused(f"{setting} DELETE FROM {CONTENT}")
    assert contents() == 1


def test_content_is_deleted_by_retention_and_the_entry_stays(entry: LogEntry) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ilonet.erasing = 'on'")
        cursor.execute(f"DELETE FROM {CONTENT}")
    assert contents() == 0
    assert LogEntry.objects.get(pk=entry.pk).digest == entry.digest


def test_content_is_not_changed_by_retention_either() -> None:
    assert "Cannot update" in refused(f"SET LOCAL ilonet.erasing = 'on'; UPDATE {CONTENT} SET content = '{{}}'")


@pytest.mark.parametrize("model", [LogEntry, LogContent])
def test_the_models_cannot_go_round_it(model: type[LogEntry | LogContent]) -> None:
    for act in (
        lambda: model.objects.all().delete(),
        lambda: model.objects.get().delete(),
        lambda: model.objects.all()._raw_delete("default"),
        lambda: model.objects.get().save(),
    ):
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            act()
    assert model.objects.count() == 1


def test_a_declared_row_is_not_deleted_by_the_models() -> None:
    aino, clerk, newcomer = people.fibre_customer(), people.clerk(), people.without_rights()
    services.place_hold(aino, by=clerk, reason="debt", review_on=dt.date(2027, 1, 1))
    rows = [aino.addresses.get(), aino.holds.get(), *aino.contact_media.all(), clerk.grants.get(), newcomer]
    entries = LogEntry.objects.count()
    for row in rows:
        with pytest.raises(ImproperlyConfigured), transaction.atomic(), audit.acting(clerk):
            row.delete()
        with pytest.raises(ImproperlyConfigured), transaction.atomic(), audit.acting(clerk):
            type(row).objects.filter(pk=row.pk).delete()
        assert type(row).objects.filter(pk=row.pk).exists()
    assert LogEntry.objects.count() == entries


def test_a_customer_is_not_deleted_by_the_models() -> None:
    Customer.objects.bulk_create([Customer(number="1", kind="person", last_name="Ilman")])
    with pytest.raises(ImproperlyConfigured), transaction.atomic(), audit.acting(User.objects.console()):
        Customer.objects.get().delete()
    assert Customer.objects.exists()
