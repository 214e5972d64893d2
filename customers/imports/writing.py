"""Staged customers become customers: new ones inserted, changed ones updated, each on record in the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from customers import services
from customers.imports.staged import CURRENT_ADDRESS, SCALARS
from ilonet_register import numbering
from ilonet_register.imports import log, staging
from ilonet_register.search_keys import PhoneKey

NEW = "s.id IS NULL AND (s.is_removed IS NULL OR s.returns)"


def write(*, on: dt.date) -> None:
    """Write what was compared, inside the transaction that compared it."""
    _log_changes(on=on)
    _update_changed(on=on)
    _insert_new()
    _write_parts(on=on)


def raise_numbers() -> None:
    """Let the register number on above what has come in; sequences know no way back, so only once that stands."""
    numbering.raise_to(services.NUMBERS, services.highest_number())


def _insert_new() -> None:
    scalars = ", ".join(SCALARS)
    staging.execute(
        f"""INSERT INTO customers_customer (uuid, number, identity_code, version, imported_version, {scalars})
            SELECT uuid, number, code, 0, 0, {scalars} FROM import_customer s WHERE {NEW} ORDER BY position"""
    )
    staging.execute(
        f"""UPDATE import_customer s SET id = c.id, differs = true, is_new = true FROM customers_customer c
            WHERE c.number = s.number AND {NEW}"""
    )
    # The planner must know of them before more is joined: taken for one row, they cost the square of their number.
    staging.execute("ANALYZE customers_customer")
    staging.execute("ANALYZE import_customer")
    log.created(
        "customer",
        "SELECT id, uuid, uuid, ARRAY[uuid] FROM import_customer WHERE is_new ORDER BY id",
        model=("customers", "customer"),
    )


def _update_changed(*, on: dt.date) -> None:
    scalars = ", ".join(f"{name} = s.{name}" for name in SCALARS)
    staging.execute(
        f"""UPDATE customers_customer c SET {scalars}, identity_code = coalesce(s.code, c.identity_code),
            birth_date = CASE WHEN s.code IS NULL THEN c.birth_date END,
            no_code_reason = CASE WHEN s.code IS NULL THEN c.no_code_reason ELSE '' END,
            version = c.version + 1, imported_version = c.version + 1, changed_at = now()
            FROM import_customer s WHERE s.id = c.id AND s.differs"""
    )


def _write_parts(*, on: dt.date) -> None:
    """Digests, addresses, phones and e-mails of whatever is new or differs."""
    staging.execute(
        "DELETE FROM customers_identitycodeindex i USING import_customer s"
        " WHERE i.customer_id = s.id AND s.differs AND s.code IS NOT NULL"
    )
    staging.execute(
        """INSERT INTO customers_identitycodeindex (customer_id, key_id, digest)
           SELECT s.id, k.key_id, k.digest FROM import_customer s
           CROSS JOIN LATERAL unnest(s.code_keys, s.code_digests) k (key_id, digest) WHERE s.differs"""
    )
    staging.execute(
        f"""UPDATE customers_address a SET street_address = s.street_address, postal_code = s.postal_code,
            city = s.city, country = s.country, source = s.source, source_detail = s.source_detail, changed_at = now()
            FROM import_customer s WHERE a.customer_id = s.id AND s.differs AND a.kind = 'postal' AND {CURRENT_ADDRESS}
            AND (s.street_address, s.postal_code, s.city) <> ('', '', '')
            AND (a.street_address, a.postal_code, a.city, a.country)
                <> (s.street_address, s.postal_code, s.city, s.country)""",
        {"on": on},
    )
    # Until the day of a move that is entered here already.
    _insert(
        "customers_address",
        "customer_id, kind, street_address, postal_code, city, country, source, source_detail, until_on",
        f"""SELECT s.id, 'postal', s.street_address, s.postal_code, s.city, s.country, s.source, s.source_detail,
                (SELECT min(a.from_on) - 1 FROM customers_address a WHERE a.customer_id = s.id AND a.kind = 'postal'
                 AND a.from_on > %(on)s)
            FROM import_customer s WHERE s.differs AND (s.street_address, s.postal_code, s.city) <> ('', '', '')
            AND NOT EXISTS (SELECT FROM customers_address a WHERE a.customer_id = s.id AND a.kind = 'postal'
                            AND {CURRENT_ADDRESS})""",
        "address",
        {"on": on},
    )
    for kind in ("phone", "email"):
        _write_medium(kind)


def _write_medium(kind: str) -> None:
    """Let the file's value be the one used first; another spelling of one that is there replaces its spelling."""
    key = PhoneKey.template % {"expressions": "s.phone"} if kind == "phone" else "lower(s.email)"
    staging.execute(
        f"""CREATE TEMPORARY TABLE import_medium ON COMMIT DROP AS
            SELECT s.id AS customer_id, s.{kind} AS value, s.source, s.source_detail, same.id AS same_id,
                   main.id AS main_id
            FROM import_customer s
            LEFT JOIN customers_contactmedium main
                ON main.customer_id = s.id AND main.kind = '{kind}' AND main.is_main
            LEFT JOIN customers_contactmedium same
                ON same.customer_id = s.id AND same.kind = '{kind}' AND same.value_key = {key}
            WHERE s.differs AND s.{kind} <> ''"""
    )
    _log_media()
    # Another number that is there already becomes the first one; the former stays, no longer first.
    staging.execute(
        """UPDATE customers_contactmedium m SET is_main = false FROM import_medium i
           WHERE m.id = i.main_id AND i.same_id IS NOT NULL AND i.same_id <> i.main_id"""
    )
    staging.execute(
        "UPDATE customers_contactmedium m SET is_main = true, value = i.value, changed_at = now() FROM import_medium i"
        " WHERE m.id = i.same_id AND (NOT m.is_main OR m.value <> i.value)"
    )
    staging.execute(
        """UPDATE customers_contactmedium m SET value = i.value, source = i.source, source_detail = i.source_detail,
           changed_at = now() FROM import_medium i
           WHERE m.id = i.main_id AND i.same_id IS NULL AND m.value <> i.value"""
    )
    _insert(
        "customers_contactmedium",
        "customer_id, kind, value, source, source_detail",
        f"""SELECT customer_id, '{kind}', value, source, source_detail FROM import_medium
            WHERE main_id IS NULL AND same_id IS NULL""",
        "contactmedium",
    )
    staging.execute("DROP TABLE import_medium")


def _insert(table: str, columns: str, rows: str, model: str, params: dict[str, Any] | None = None) -> None:
    """Insert rows about customers; those of customers that were here are on record, of new ones the customer is."""
    staging.create("import_part", {"id": "bigint", "uuid": "uuid", "customer_id": "bigint"})
    staging.execute(
        f"""WITH inserted AS (INSERT INTO {table} ({columns}) {rows} RETURNING id, uuid, customer_id)
            INSERT INTO import_part SELECT * FROM inserted""",
        params,
    )
    log.created(
        model,
        """SELECT p.id, p.uuid, c.uuid, ARRAY[c.uuid] FROM import_part p JOIN import_customer s ON s.id = p.customer_id
           JOIN customers_customer c ON c.id = p.customer_id WHERE NOT s.is_new ORDER BY p.id""",
        model=("customers", model),
    )
    staging.execute("DROP TABLE import_part")


def _log_media() -> None:
    """The value of a number that is replaced or spelt anew, and which of two becomes the one used first."""
    log.changed(
        "contactmedium",
        """SELECT m.id, m.uuid, c.uuid, ARRAY[c.uuid], jsonb_strip_nulls(jsonb_build_object(
                  'value', CASE WHEN m.value <> i.value AND (m.id = i.same_id OR i.same_id IS NULL)
                           THEN jsonb_build_array(m.value, i.value) END,
                  'is_main', CASE WHEN i.same_id <> i.main_id OR (i.same_id IS NOT NULL AND i.main_id IS NULL)
                             THEN jsonb_build_array(initcap(m.is_main::text), initcap((m.id = i.same_id)::text)) END))
           FROM import_medium i JOIN customers_customer c ON c.id = i.customer_id
           JOIN customers_contactmedium m ON m.id IN (i.same_id, i.main_id) ORDER BY m.id""",
        model=("customers", "contactmedium"),
    )


def _log_changes(*, on: dt.date) -> None:
    """Old and new value of each field that changes; of the identity code only that it does."""
    pairs = ", ".join(
        f"'{name}', CASE WHEN c.{name} IS DISTINCT FROM s.{name} THEN jsonb_build_array(c.{name}, s.{name}) END"
        for name in SCALARS
    )
    log.changed(
        "customer",
        f"""SELECT c.id, c.uuid, c.uuid, ARRAY[c.uuid], jsonb_strip_nulls(jsonb_build_object({pairs}))
            FROM import_customer s JOIN customers_customer c ON c.id = s.id WHERE s.differs ORDER BY c.id""",
        model=("customers", "customer"),
    )
    log.changed(
        "address",
        f"""SELECT a.id, a.uuid, c.uuid, ARRAY[c.uuid], jsonb_strip_nulls(jsonb_build_object(
                'street_address', CASE WHEN a.street_address <> s.street_address
                                  THEN jsonb_build_array(a.street_address, s.street_address) END,
                'postal_code', CASE WHEN a.postal_code <> s.postal_code
                               THEN jsonb_build_array(a.postal_code, s.postal_code) END,
                'city', CASE WHEN a.city <> s.city THEN jsonb_build_array(a.city, s.city) END,
                'country', CASE WHEN a.country <> s.country THEN jsonb_build_array(a.country, s.country) END))
            FROM import_customer s JOIN customers_customer c ON c.id = s.id
            JOIN customers_address a ON a.customer_id = c.id AND a.kind = 'postal' AND {CURRENT_ADDRESS}
            WHERE s.differs AND (s.street_address, s.postal_code, s.city) <> ('', '', '') ORDER BY a.id""",
        model=("customers", "address"),
        params={"on": on},
    )
    log.noted(
        "customer.identity_code.set",
        """SELECT c.id, c.uuid, c.uuid, ARRAY[c.uuid] FROM import_customer s JOIN customers_customer c ON c.id = s.id
           WHERE s.differs AND s.code IS NOT NULL AND NOT EXISTS (
               SELECT FROM customers_identitycodeindex i
               JOIN unnest(s.code_keys, s.code_digests) k (key_id, digest) USING (key_id, digest)
               WHERE i.customer_id = c.id) ORDER BY c.id""",
        model=("customers", "customer"),
    )
