"""The roles that a file asks for, beside those of the register."""

from __future__ import annotations

import datetime as dt

from ilonet_register.imports import staging

# Which roles count: those in force on the day; in a contract that has ended, those that reached its end.
LAST = """({r}.ends_on IS NULL OR {r}.ends_on >= least(%(on)s, {k}.ends_on))
          AND ({r}.from_on IS NULL OR {r}.from_on <= greatest(%(on)s, {k}.starts_on))"""


def gather(*, on: dt.date) -> None:
    """One role for the contract where all its subscriptions have the same person, else one for each.

    A subscription of the register that the file does not speak of keeps its people.
    """
    staging.execute(
        f"""CREATE TEMPORARY TABLE import_role ON COMMIT DROP AS
           WITH people AS (
               SELECT contract, subscription, kind, number FROM import_line s
               CROSS JOIN LATERAL (VALUES ('owner', owner), ('user', user_), ('payer', payer)) p (kind, number)
               UNION ALL
               (SELECT DISTINCT ON (k.number, sub.number, r.kind) k.number, sub.number, r.kind, c.number
               FROM import_contract k
               JOIN contracts_subscription sub ON sub.contract_id = k.id
               JOIN contracts_role r ON r.contract_id = k.id
                    AND (r.subscription_id = sub.id OR r.subscription_id IS NULL AND NOT EXISTS (
                        SELECT FROM contracts_role own JOIN import_contract k2 ON k2.id = own.contract_id
                        WHERE own.subscription_id = sub.id AND own.kind = r.kind
                        AND {LAST.format(r="own", k="k2")}))
               JOIN customers_customer c ON c.id = r.customer_id
               WHERE {LAST.format(r="r", k="k")}
               AND NOT EXISTS (SELECT FROM import_line l WHERE l.subscription = sub.number)
               ORDER BY k.number, sub.number, r.kind, r.from_on DESC NULLS LAST, r.id DESC)),
           agreed AS (SELECT contract, kind, min(number) = max(number) AS one FROM people GROUP BY contract, kind)
           SELECT DISTINCT contract, CASE WHEN one THEN NULL ELSE subscription END AS subscription, kind, number
           FROM people JOIN agreed USING (contract, kind)""",
        {"on": on},
    )
    staging.index("import_role", "contract")


def compare(*, on: dt.date) -> None:
    """Set the roles of the register beside those that are asked for: `was` and `now` of each place.

    Of each place the last role counts: in an ended contract the earlier ones are history, which no file changes.
    """
    staging.execute(
        f"""CREATE TEMPORARY TABLE import_role_change ON COMMIT DROP AS
           WITH ours AS (
               SELECT DISTINCT ON (k.number, sub.number, r.kind)
                      k.number AS contract, sub.number AS subscription, r.kind, r.id, c.number, r.from_on
               FROM contracts_role r JOIN import_contract k ON k.id = r.contract_id
               JOIN customers_customer c ON c.id = r.customer_id
               LEFT JOIN contracts_subscription sub ON sub.id = r.subscription_id
               WHERE {LAST.format(r="r", k="k")}
               ORDER BY k.number, sub.number, r.kind, r.from_on DESC NULLS LAST, r.id DESC)
           SELECT coalesce(t.contract, o.contract) AS contract,
                  coalesce(t.subscription, o.subscription) AS subscription, coalesce(t.kind, o.kind) AS kind,
                  t.number AS now, o.number AS was, o.id AS role_id, o.from_on
           FROM import_role t FULL JOIN ours o ON o.contract = t.contract AND o.kind = t.kind
                AND o.subscription IS NOT DISTINCT FROM t.subscription
           WHERE t.number IS DISTINCT FROM o.number""",
        {"on": on},
    )
    # Nobody who was removed comes back into a contract that is here: an old file would do that.
    staging.execute(
        """DELETE FROM import_role_change r USING import_contract k WHERE k.number = r.contract AND NOT k.is_new
           AND r.now IS NOT NULL
           AND NOT EXISTS (SELECT FROM customers_customer c WHERE c.number = r.now)
           AND NOT EXISTS (SELECT FROM import_customer c WHERE c.number = r.now
                           AND (c.is_removed IS NULL OR c.returns))"""
    )
    # In an ended contract roles are corrected, none is taken away.
    staging.execute(
        """DELETE FROM import_role_change r USING import_contract k
           WHERE k.number = r.contract AND r.now IS NULL AND k.ends_on < %(on)s""",
        {"on": on},
    )
    staging.index("import_role_change", "contract")
