"""Staged contracts become contracts, with subscriptions and roles, each on record in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from contracts import services
from contracts.imports.staged import SCALARS
from contracts.models import Contract, Subscription
from ilonet_register import numbering
from ilonet_register.imports import log, staging

CONTRACT, SUBSCRIPTION, ROLE = ("contracts", "contract"), ("contracts", "subscription"), ("contracts", "role")
PEOPLE_OF = """(SELECT coalesce(array_agg(DISTINCT person.uuid), '{}') FROM contracts_role held
               JOIN customers_customer person ON person.id = held.customer_id WHERE held.contract_id = %s)"""


def lock() -> None:
    """Lock all people of the file's contracts, those of the register and those of the file, in the order of ids."""
    staging.execute("ANALYZE import_line")
    staging.execute(
        """SELECT id FROM customers_customer WHERE id IN (
               SELECT r.customer_id FROM contracts_role r JOIN contracts_contract c ON c.id = r.contract_id
               JOIN (SELECT DISTINCT contract FROM import_line) l ON l.contract = c.number
               UNION SELECT c.id FROM customers_customer c JOIN (
                   SELECT owner AS number FROM import_line UNION SELECT user_ FROM import_line
                   UNION SELECT payer FROM import_line) named ON named.number = c.number
               UNION SELECT id FROM import_customer WHERE id IS NOT NULL)
           ORDER BY id FOR UPDATE"""
    )


def write(*, on: dt.date, take_away: Callable[[Sequence[int]], None]) -> list[str]:
    """Write what was compared, inside the transaction that compared it. Returns the names of products it added.

    `take_away` removes roles that would end before they begin: those that an earlier import of the day opened.
    """
    products = _add_products()
    _log_changes()
    _write_contracts()
    _write_subscriptions()
    _end_roles(on=on, take_away=take_away)
    _open_roles(on=on)
    for table in ("contracts_contract", "contracts_subscription", "contracts_role"):
        staging.execute(f"ANALYZE {table}")  # the planner must know of them before more is joined
    _log_created()
    _mark_first_roles()
    return products


def raise_numbers() -> None:
    """Let the register number on above what has come in; sequences know no way back, so only once that stands."""
    for model in (Contract, Subscription):
        numbering.raise_to(services.NUMBERS[model].sequence, services.highest_number(model))


def _add_products() -> list[str]:
    rows = staging.fetched(
        """INSERT INTO contracts_product (name, is_sold) SELECT min(product), true FROM import_subscription s
           WHERE (is_new OR differs)
           AND NOT EXISTS (SELECT FROM contracts_product p WHERE lower(p.name) = lower(s.product))
           GROUP BY lower(product) RETURNING name"""
    )
    return sorted(row[0] for row in rows)


def _write_contracts() -> None:
    scalars = ", ".join(SCALARS)
    staging.execute(
        f"""INSERT INTO contracts_contract (number, state, version, imported_version, {scalars})
            SELECT number, 'confirmed', 0, 0, {scalars} FROM import_contract WHERE is_new ORDER BY position"""
    )
    staging.execute(
        "UPDATE import_contract s SET id = c.id, uuid = c.uuid FROM contracts_contract c WHERE c.number = s.number"
    )
    staging.execute("ANALYZE import_contract")
    staging.execute(
        f"""UPDATE contracts_contract c SET {", ".join(f"{name} = s.{name}" for name in SCALARS)},
            version = c.version + 1, imported_version = c.version + 1, changed_at = now()
            FROM import_contract s WHERE s.id = c.id AND s.differs"""
    )


def _write_subscriptions() -> None:
    staging.execute(
        """INSERT INTO contracts_subscription (number, contract_id, product_id, street_address, postal_code, city,
               source, source_detail)
           SELECT s.number, c.id, p.id, s.street, s.postal_code, s.city, c.source, c.source_detail
           FROM import_subscription s JOIN import_contract c ON c.number = s.contract
           JOIN contracts_product p ON lower(p.name) = lower(s.product) WHERE s.is_new ORDER BY s.position"""
    )
    staging.execute(
        """UPDATE contracts_subscription sub SET product_id = p.id, street_address = s.street,
               postal_code = s.postal_code, city = s.city, changed_at = now()
           FROM import_subscription s JOIN contracts_product p ON lower(p.name) = lower(s.product)
           WHERE sub.id = s.id AND s.differs"""
    )


def _end_roles(*, on: dt.date, take_away: Callable[[Sequence[int]], None]) -> None:
    """A role that somebody else has now ended the day before the import; one of an ended contract, or one that began
    with the import, is corrected."""
    staging.execute(
        """UPDATE contracts_role r SET customer_id = c.id, changed_at = now()
           FROM import_role_change t JOIN import_contract k ON k.number = t.contract
           JOIN customers_customer c ON c.number = t.now
           WHERE r.id = t.role_id AND (k.ends_on < %(on)s OR t.from_on >= %(on)s)""",
        {"on": on},
    )
    staging.execute(
        """UPDATE contracts_role r SET ends_on = %(on)s::date - 1, changed_at = now()
           FROM import_role_change t JOIN import_contract k ON k.number = t.contract
           WHERE r.id = t.role_id AND (k.ends_on IS NULL OR k.ends_on >= %(on)s)
           AND (t.from_on IS NULL OR t.from_on < %(on)s)""",
        {"on": on},
    )
    never_begun = staging.fetched(
        """SELECT t.role_id FROM import_role_change t JOIN import_contract k ON k.number = t.contract
           WHERE t.now IS NULL AND t.from_on >= %(on)s AND (k.ends_on IS NULL OR k.ends_on >= %(on)s)""",
        {"on": on},
    )
    if never_begun:
        take_away([row[0] for row in never_begun])


def _open_roles(*, on: dt.date) -> None:
    """Roles of new contracts begin with them; those that replace others, on the day of the import.

    Where a later change is entered here already, until the day before it.
    """
    staging.create("import_opened", {"id": "bigint", "uuid": "uuid", "contract_id": "bigint"})
    staging.execute(
        """WITH opened AS (
               INSERT INTO contracts_role (contract_id, subscription_id, customer_id, kind, from_on, ends_on, source,
                   source_detail)
               SELECT k.id, sub.id, c.id, t.kind, begins.day,
                      (SELECT min(later.from_on) - 1 FROM contracts_role later WHERE later.contract_id = k.id
                       AND later.kind = t.kind AND later.subscription_id IS NOT DISTINCT FROM sub.id
                       AND later.from_on > begins.day),
                      k.source, k.source_detail
               FROM import_role_change t JOIN import_contract k ON k.number = t.contract
               JOIN customers_customer c ON c.number = t.now
               LEFT JOIN contracts_subscription sub ON sub.number = t.subscription
               LEFT JOIN import_subscription sub_is_new ON sub_is_new.number = t.subscription
               CROSS JOIN LATERAL (SELECT CASE
                   WHEN k.is_new OR k.ends_on < %(on)s OR t.role_id IS NULL AND sub_is_new.is_new
                   THEN k.starts_on ELSE %(on)s END AS day) begins
               WHERE t.role_id IS NULL
                  OR ((k.ends_on IS NULL OR k.ends_on >= %(on)s) AND (t.from_on IS NULL OR t.from_on < %(on)s))
               RETURNING id, uuid, contract_id)
           INSERT INTO import_opened SELECT * FROM opened""",
        {"on": on},
    )


def _mark_first_roles() -> None:
    """Note on each customer the day of the first role, which tells "nothing left" from "never had anything"."""
    staging.execute(
        """UPDATE customers_customer c SET first_role_on = least(c.first_role_on, f.day)
           FROM (SELECT r.customer_id, min(least(r.from_on, k.starts_on)) AS day FROM contracts_role r
                 JOIN contracts_contract k ON k.id = r.contract_id
                 JOIN import_contract s ON s.id = k.id WHERE k.state <> 'draft' GROUP BY r.customer_id) f
           WHERE f.customer_id = c.id AND f.day IS NOT NULL
           AND (c.first_role_on IS NULL OR c.first_role_on > f.day)"""
    )


def _log_created() -> None:
    subjects = PEOPLE_OF % "s.id"
    log.created(
        "contract",
        f"SELECT s.id, s.uuid, s.uuid, {subjects} FROM import_contract s WHERE s.is_new ORDER BY s.id",
        model=CONTRACT,
    )
    log.created(
        "subscription",
        f"""SELECT sub.id, sub.uuid, s.uuid, {subjects} FROM import_subscription x
            JOIN contracts_subscription sub ON sub.number = x.number
            JOIN import_contract s ON s.id = sub.contract_id WHERE x.is_new AND NOT s.is_new ORDER BY sub.id""",
        model=SUBSCRIPTION,
    )
    log.created(
        "role",
        f"""SELECT o.id, o.uuid, s.uuid, {subjects} FROM import_opened o JOIN import_contract s ON s.id = o.contract_id
            WHERE NOT s.is_new ORDER BY o.id""",
        model=ROLE,
    )


def _log_changes() -> None:
    """Old and new values of contracts, subscriptions and roles that change; subjects are all people concerned."""
    subjects = PEOPLE_OF % "c.id"
    pairs = ", ".join(
        f"'{name}', CASE WHEN c.{name} IS DISTINCT FROM s.{name} THEN jsonb_build_array(c.{name}, s.{name}) END"
        for name in SCALARS
    )
    log.changed(
        "contract",
        f"""SELECT c.id, c.uuid, c.uuid, {subjects}, jsonb_strip_nulls(jsonb_build_object({pairs}))
            FROM import_contract s JOIN contracts_contract c ON c.id = s.id WHERE s.differs ORDER BY c.id""",
        model=CONTRACT,
    )
    log.changed(
        "subscription",
        f"""SELECT sub.id, sub.uuid, c.uuid, {subjects}, jsonb_strip_nulls(jsonb_build_object(
                'product', CASE WHEN lower(p.name) <> lower(s.product) THEN jsonb_build_array(p.name, s.product) END,
                'street_address', CASE WHEN sub.street_address <> s.street
                                  THEN jsonb_build_array(sub.street_address, s.street) END,
                'postal_code', CASE WHEN sub.postal_code <> s.postal_code
                               THEN jsonb_build_array(sub.postal_code, s.postal_code) END,
                'city', CASE WHEN sub.city <> s.city THEN jsonb_build_array(sub.city, s.city) END))
            FROM import_subscription s JOIN contracts_subscription sub ON sub.id = s.id
            JOIN contracts_contract c ON c.id = sub.contract_id JOIN contracts_product p ON p.id = sub.product_id
            WHERE s.differs ORDER BY sub.id""",
        model=SUBSCRIPTION,
    )
    log.changed(
        "role",
        f"""SELECT r.id, r.uuid, c.uuid,
                   (SELECT array_agg(DISTINCT u) FROM unnest({subjects} || now.uuid) u WHERE u IS NOT NULL),
                   jsonb_build_object('customer', jsonb_build_array(r.customer_id::text, now.id::text))
            FROM import_role_change t JOIN contracts_role r ON r.id = t.role_id
            JOIN contracts_contract c ON c.id = r.contract_id
            LEFT JOIN customers_customer now ON now.number = t.now ORDER BY r.id""",
        model=ROLE,
    )
