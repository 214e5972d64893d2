"""Contracts on their way in: lines staged, gathered to contracts with their subscriptions and roles, compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from contracts.imports import roles
from contracts.imports.reading import ContractLine
from customers.imports.staged import NUMBER as CUSTOMER_NUMBER
from ilonet_register.imports import staging
from ilonet_register.imports.faults import Faults
from ilonet_register.imports.removed import RemovedNumbers

NUMBER = "contracts.contract.number"
# Whether somebody of the line was removed here.
IS_REMOVED = "EXISTS (SELECT FROM import_removed x WHERE x.label = %(label)s AND x.hash = ANY(s.people_hashes))"
COLUMNS = {
    "file": "text", "line": "integer", "position": "bigint",
    "contract": "text", "owner": "text", "seller": "text", "product": "text",
    "signed_on": "date", "starts_on": "date", "terminated_on": "date", "ends_on": "date", "subscription": "text",
    "street": "text", "postal_code": "text", "city": "text", "user_": "text", "payer": "text", "source": "text",
    "source_detail": "text", "number_hashes": "text[]", "people_hashes": "text[]",
}  # fmt: skip
FIELDS = (
    "contract_number", "customer_number", "seller", "product", "signed_on", "starts_on", "terminated_on", "ends_on",
    "subscription_number", "installation_street", "installation_postal_code", "installation_city", "user_number",
    "payer_number", "source", "source_detail",
)  # fmt: skip
# What belongs to the contract: all its lines must agree on it. Column here, name in the file.
OF_THE_CONTRACT = {
    "owner": "customer_number", "seller": "seller", "signed_on": "signed_on", "starts_on": "starts_on",
    "terminated_on": "terminated_on", "ends_on": "ends_on", "source": "source", "source_detail": "source",
}  # fmt: skip
SCALARS = ("seller", "signed_on", "starts_on", "terminated_on", "ends_on", "source", "source_detail")
PEOPLE = {"owner": "customer_number", "user_": "user_number", "payer": "payer_number"}


class StagedContracts:
    """The contracts of a run. Use in this order: stage, check, gather, compare."""

    def __init__(self, removed: RemovedNumbers, *, on: dt.date) -> None:
        self.removed, self.on = removed, on
        staging.create("import_line", COLUMNS)
        staging.create("import_bad_contract", {"number": "text"})
        staging.create("import_bad_customer", {"number": "text"})
        staging.create("import_gone", {"number": "text", "removed_on": "date"})

    def stage(self, lines: Iterable[tuple[staging.Place, ContractLine]]) -> None:
        """Bring a batch of good lines in."""
        staging.copy("import_line", list(COLUMNS), (self._row(place, line) for place, line in lines))

    def _row(self, place: staging.Place, line: ContractLine) -> list[Any]:
        said = line.values
        people = {said[name] for name in PEOPLE.values()}
        hashes = [h for number in people for h in self.removed.hashes_of(CUSTOMER_NUMBER, number) or ()]
        return [
            *place,
            *(said[name] for name in FIELDS),
            self.removed.hashes_of(NUMBER, said["contract_number"]),
            hashes,
        ]

    def note_bad(self, contracts: Iterable[str] = (), customers: Iterable[str] = ()) -> None:
        """Remember what has a bad line: neither other lines of the contract nor contracts of the customer come in."""
        staging.copy("import_bad_contract", ["number"], ([number] for number in contracts))
        staging.copy("import_bad_customer", ["number"], ([number] for number in customers))

    def note_gone(self, gone: Iterable[tuple[str, dt.date]]) -> None:
        """Remember numbers that were removed here, whatever their line says now."""
        staging.copy("import_gone", ["number", "removed_on"], gone)

    # --- checking -----------------------------------------------------------------------------------------------

    def look_up(self) -> None:
        """Forget the lines of contracts that were removed here; keep their numbers for the report."""
        staging.index("import_line", "contract", "subscription", "line")
        if self.removed.some:
            staging.execute(
                "INSERT INTO import_gone SELECT DISTINCT s.contract, r.removed_on FROM import_line s"
                " JOIN import_removed r ON r.hash = ANY(s.number_hashes) AND r.label = %(label)s"
                " WHERE NOT EXISTS (SELECT FROM contracts_contract c WHERE c.number = s.contract)",
                {"label": NUMBER},
            )
            staging.execute("DELETE FROM import_line s USING import_gone g WHERE g.number = s.contract")

    def check(self, faults: Faults) -> None:
        """Find what only shows between the lines, and between file and register."""
        staging.find_doubled(
            faults,
            "import_line",
            "subscription",
            column="subscription_number",
            text=_("This subscription number is already on line"),
        )
        for column, name in OF_THE_CONTRACT.items():
            faults.find(
                f"""SELECT s.file, s.line, '{name}', {staging.ON_LINE}
                    FROM import_line s
                    JOIN (SELECT DISTINCT ON (contract) contract, file, line, {column} FROM import_line
                          ORDER BY contract, position) f USING (contract)
                    WHERE s.{column} IS DISTINCT FROM f.{column}""",
                {"text": _("The lines of a contract must agree on this; it differs from line")},
            )
        faults.find(
            "SELECT s.file, s.line, 'subscription_number', %(text)s FROM import_line s"
            " JOIN contracts_subscription sub ON sub.number = s.subscription"
            " JOIN contracts_contract c ON c.id = sub.contract_id WHERE c.number <> s.contract",
            {"text": _("In the register this subscription belongs to another contract.")},
        )

    def bring_back_their_customers(self) -> None:
        """A contract new to register and ledger brings its removed customers back, if the file has them."""
        staging.execute(
            """UPDATE import_customer c SET returns = EXISTS (
                   SELECT FROM import_line s CROSS JOIN LATERAL (VALUES (s.owner), (s.user_), (s.payer)) p (number)
                   WHERE p.number = c.number
                   AND NOT EXISTS (SELECT FROM contracts_contract k WHERE k.number = s.contract))
               WHERE c.is_removed IS NOT NULL"""
        )

    def check_people(self, faults: Faults) -> None:
        """Find lines whose owner, user or payer is in neither file nor register.

        Who was removed here and is named in a contract that is here is no fault: nobody comes back into it.
        """
        staging.execute(
            """CREATE TEMPORARY TABLE import_person ON COMMIT DROP AS
               SELECT number FROM import_customer UNION SELECT number FROM customers_customer
               WHERE number IN (SELECT owner FROM import_line UNION SELECT user_ FROM import_line
                                UNION SELECT payer FROM import_line)"""
        )
        staging.index("import_person", "number")
        texts = {
            "rejected": _("The line of this customer is rejected."),
            "removed": _("This customer was removed here: a new contract needs their line in a customer file, too."),
            "unknown": _("There is no such customer, neither in the files nor in the register."),
        }
        for column, name in PEOPLE.items():
            said_once = "" if column == "owner" else f"AND s.{column} <> s.owner"
            faults.find(
                f"""SELECT s.file, s.line, '{name}', CASE
                        WHEN EXISTS (SELECT FROM import_bad_customer b WHERE b.number = s.{column}) THEN %(rejected)s
                        WHEN {IS_REMOVED} THEN %(removed)s ELSE %(unknown)s END
                    FROM import_line s WHERE NOT EXISTS (SELECT FROM import_person p WHERE p.number = s.{column})
                    {said_once}
                    AND NOT ({IS_REMOVED} AND EXISTS (SELECT FROM contracts_contract k WHERE k.number = s.contract))""",
                {**texts, "label": CUSTOMER_NUMBER},
            )

    def take_out_rejected(self, faults: Faults) -> None:
        """Forget contracts in which any line is bad, and say so of their other lines."""
        staging.execute(
            "INSERT INTO import_bad_contract SELECT contract FROM import_line s"
            " JOIN import_fault f ON f.file = s.file AND f.line = s.line"
        )
        faults.find(
            "SELECT s.file, s.line, 'contract_number', %(text)s FROM import_line s"
            " WHERE s.contract IN (SELECT number FROM import_bad_contract)"
            " AND NOT EXISTS (SELECT FROM import_fault f WHERE f.file = s.file AND f.line = s.line)",
            {"text": _("Another line of this contract is rejected.")},
        )
        staging.execute("DELETE FROM import_line WHERE contract IN (SELECT number FROM import_bad_contract)")

    # --- gathering ----------------------------------------------------------------------------------------------

    def gather(self) -> None:
        """Make of the lines: contracts, subscriptions, and the roles that they ask for."""
        staging.execute(
            """CREATE TEMPORARY TABLE import_contract ON COMMIT DROP AS
                SELECT DISTINCT ON (s.contract) s.contract AS number, c.id, c.uuid, s.position, s.owner,
                       s.seller, s.signed_on, s.starts_on, s.terminated_on,
                       CASE WHEN c.state IN ('cancelled', 'withdrawn') THEN coalesce(s.ends_on, c.ends_on)
                            ELSE s.ends_on END AS ends_on,
                       coalesce(nullif(s.source, ''), owner.source) AS source,
                       CASE WHEN s.source <> '' THEN s.source_detail ELSE owner.source_detail END AS source_detail,
                       c.id IS NULL AS is_new, false AS differs, false AS kept_ours
                FROM import_line s LEFT JOIN contracts_contract c ON c.number = s.contract
                LEFT JOIN LATERAL (
                    SELECT source, source_detail FROM import_customer WHERE number = s.owner
                    UNION ALL SELECT source, source_detail FROM customers_customer WHERE number = s.owner
                    LIMIT 1) owner ON true
                ORDER BY s.contract, s.position"""
        )
        staging.index("import_contract", "number", "id")
        staging.execute(
            """CREATE TEMPORARY TABLE import_subscription ON COMMIT DROP AS
               SELECT s.subscription AS number, s.contract, sub.id, s.product, s.street, s.postal_code, s.city,
                      s.position, sub.id IS NULL AS is_new, false AS differs
               FROM import_line s LEFT JOIN contracts_subscription sub ON sub.number = s.subscription"""
        )
        staging.index("import_subscription", "number", "contract")
        roles.gather(on=self.on)

    # --- comparing ----------------------------------------------------------------------------------------------

    def compare(self, *, overwrite: bool) -> None:
        """Note which contracts and subscriptions differ, and which contracts were changed here since their import."""
        scalars = " OR ".join(f"s.{name} IS DISTINCT FROM c.{name}" for name in SCALARS)
        staging.execute(
            f"UPDATE import_contract s SET differs = ({scalars}) FROM contracts_contract c WHERE c.id = s.id"
        )
        staging.execute(
            """UPDATE import_subscription s SET differs =
                   (lower(s.product), s.street, s.postal_code, s.city)
                       IS DISTINCT FROM (lower(p.name), sub.street_address, sub.postal_code, sub.city)
               FROM contracts_subscription sub JOIN contracts_product p ON p.id = sub.product_id WHERE sub.id = s.id"""
        )
        roles.compare(on=self.on)
        staging.execute(
            """UPDATE import_contract s SET differs = true WHERE NOT is_new AND NOT differs AND (
                   EXISTS (SELECT FROM import_subscription x WHERE x.contract = s.number AND (x.differs OR x.is_new))
                   OR EXISTS (SELECT FROM import_role_change r WHERE r.contract = s.number))"""
        )
        if overwrite:
            return
        staging.execute(
            "UPDATE import_contract s SET kept_ours = true, differs = false FROM contracts_contract c"
            " WHERE c.id = s.id AND s.differs AND c.version IS DISTINCT FROM c.imported_version"
        )
        staging.execute(
            "DELETE FROM import_role_change r USING import_contract s WHERE s.number = r.contract AND s.kept_ours"
        )
        staging.execute(
            "UPDATE import_subscription x SET differs = false, is_new = false FROM import_contract s"
            " WHERE s.number = x.contract AND s.kept_ours"
        )

    # --- counting -----------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, dict[str, int]]:
        """How many contracts and subscriptions are new, changed and unchanged."""
        found: dict[str, dict[str, int]] = {"created": {}, "updated": {}, "unchanged": {}}
        for kind in ("contract", "subscription"):
            row = staging.fetched(
                "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND differs),"
                f" count(*) FILTER (WHERE NOT is_new AND NOT differs AND id IS NOT NULL) FROM import_{kind}"
            )[0]
            for name, count in zip(found, row, strict=True):
                found[name][f"{kind}s"] = count
        return found

    def listed(self, sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return rows for the report."""
        return staging.fetched(sql, params)
