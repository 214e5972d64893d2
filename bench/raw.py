"""The purge as one transaction of bare SQL: what the register's purge is compared with."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.db import connection, transaction

from ilonet_register import ledger
from retention.models import Evidence, PurgeRun

DELETES: tuple[tuple[str, str | None, str | None], ...] = (
    # statement, label of the hash of each returned column
    (
        "DELETE FROM ilonet_register_logcontent USING ilonet_register_logentry entry, due"
        " WHERE entry_id = entry.id AND entry.root = due.uuid",
        None,
        None,
    ),
    ("DELETE FROM contracts_role USING due WHERE contract_id = due.id", None, None),
    (
        "DELETE FROM contracts_subscription row USING due WHERE contract_id = due.id RETURNING row.number",
        "contracts.subscription.number",
        None,
    ),
    (
        "DELETE FROM contracts_contract row USING due WHERE row.id = due.id RETURNING row.uuid, row.number",
        "contracts.contract.uuid",
        "contracts.contract.number",
    ),
    (
        "DELETE FROM ilonet_register_logcontent USING ilonet_register_logentry entry, gone"
        " WHERE entry_id = entry.id AND entry.root = gone.uuid",
        None,
        None,
    ),
    ("DELETE FROM customers_address USING gone WHERE customer_id = gone.id", None, None),
    ("DELETE FROM customers_contactmedium USING gone WHERE customer_id = gone.id", None, None),
    ("DELETE FROM customers_identitycodeindex USING gone WHERE customer_id = gone.id", None, None),
    (
        "DELETE FROM customers_customer row USING gone WHERE row.id = gone.id RETURNING row.uuid, row.number",
        "customers.customer.uuid",
        "customers.customer.number",
    ),
)

DUE = """CREATE TEMPORARY TABLE due ON COMMIT DROP AS
         SELECT id, uuid FROM contracts_contract WHERE ends_on <= %s"""
LOCK = """SELECT count(*) FROM (SELECT id FROM customers_customer WHERE id IN
          (SELECT customer_id FROM contracts_role JOIN due ON contract_id = due.id) ORDER BY id FOR UPDATE) locked"""
GONE = """CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
          SELECT id, uuid FROM customers_customer c WHERE first_role_on IS NOT NULL
          AND NOT EXISTS (SELECT FROM contracts_role r WHERE r.customer_id = c.id)"""
OBJECT_ROWS = 30_000


def delete_bare(cutoff: dt.date) -> None:
    """Delete the same rows and do nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ilonet.erasing', 'on', true)")
        cursor.execute(DUE, [cutoff])
        for number, (statement, _first, _second) in enumerate(DELETES):
            if number == 4:
                cursor.execute(GONE)
            cursor.execute(statement.split(" RETURNING ")[0])


def delete_with_duties(cutoff: dt.date) -> None:
    """Lock the same customers, delete the same rows, and write the same evidence and ledger, in one transaction."""
    hashes: list[tuple[str, str]] = []
    ledger.begin()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ilonet.erasing', 'on', true)")
        cursor.execute(DUE, [cutoff])
        cursor.execute(LOCK)
        for number, (statement, *labels) in enumerate(DELETES):
            if number == 4:
                cursor.execute(GONE)
            cursor.execute(statement)
            rows = cursor.fetchall() if " RETURNING " in statement else []
            for label, values in zip(filter(None, labels), zip(*rows, strict=True), strict=bool(rows)):
                hashes += [(label, hashed) for hashed in ledger.digest_many(label, values)]
        payloads = list(_payloads(hashes, cutoff))
        run = PurgeRun.objects.create(on=cutoff)
        batches = []
        for _payload in payloads:
            batch = uuid.uuid4()
            Evidence.objects.create(batch=batch, run=run, rule="contracts", on=cutoff, counts={}, digest=b"x" * 32)
            batches.append(batch)
    for batch, payload in zip(batches, payloads, strict=True):
        ledger.ship(batch=batch, payload=json.loads(json.dumps(payload)))


def _payloads(hashes: list[tuple[str, str]], on: dt.date) -> Any:
    for start in range(0, len(hashes), OBJECT_ROWS):
        found: dict[str, list[str]] = {}
        for label, hashed in hashes[start : start + OBJECT_ROWS]:
            found.setdefault(label, []).append(hashed)
        yield {"kind": "purged", "rule": "contracts", "on": on.isoformat(), "counts": {}, "hashes": found}
