"""Customers on their way in: staged without a plain identity code, compared and written set-wise."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from customers import services
from customers.imports.reading import CustomerLine, looks_like_a_sole_trader
from customers.models import PLACE, Customer
from ilonet_register import crypto
from ilonet_register.crypto.fields import encrypted_field
from ilonet_register.declarations import registry
from ilonet_register.imports import staging
from ilonet_register.imports.faults import Faults
from ilonet_register.imports.removed import RemovedNumbers

NUMBER = "customers.customer.number"
# What the file decides. A blank there makes it blank here, but for what TOLD names: a blank of these says nothing, as
# a blank address, phone, e-mail or identity code does. Those are taken away by a person.
SCALARS = (
    "kind", "first_names", "last_name", "organisation_name", "business_id", "occupation", "language", "source",
    "source_detail", "non_disclosure",
)  # fmt: skip
# What a new customer has where the file says nothing.
TOLD = {"language": "fi", "source": "subject", "source_detail": "", "non_disclosure": False}
ADDRESS = (*PLACE, "country")
COLUMNS = {
    "file": "text", "line": "integer", "position": "bigint", "number": "text",
    **dict.fromkeys(SCALARS, "text"), "non_disclosure": "boolean",
    **dict.fromkeys(ADDRESS, "text"), "phone": "text", "email": "text",
    "uuid": "uuid", "code": "bytea", "code_keys": "bigint[]", "code_digests": "bytea[]",
    "number_hashes": "text[]", "blank_hashes": "text[]",
    "trader": "boolean",
}  # fmt: skip


class StagedCustomers:
    """The customers of a run. Use in this order: stage, check, compare, write."""

    def __init__(self, removed: RemovedNumbers) -> None:
        self.removed = removed
        staging.create("import_customer", COLUMNS)
        staging.execute(
            "ALTER TABLE import_customer ADD id bigint, ADD is_removed date,"
            " ADD returns boolean NOT NULL DEFAULT false,"
            " ADD differs boolean NOT NULL DEFAULT false, ADD kept_ours boolean NOT NULL DEFAULT false,"
            " ADD is_new boolean NOT NULL DEFAULT false, ADD stays_protected boolean NOT NULL DEFAULT false"
        )
        self.field = encrypted_field(Customer, "identity_code")
        self.leaving = [name for name, said in registry.of(Customer).fields.items() if said.purpose and name in SCALARS]

    # --- staging ------------------------------------------------------------------------------------------------

    def stage(self, lines: Iterable[tuple[staging.Place, CustomerLine]]) -> None:
        """Bring a batch of good lines in: identity codes sealed for the row they belong to, with their digests."""
        batch = list(lines)
        known = self._known([line.values["customer_number"] for _place, line in batch])
        key = crypto.writing_key("columns")
        crypto.writing_key("blind_index")
        staging.copy("import_customer", list(COLUMNS), (self._row(*item, known=known, key=key) for item in batch))

    def _known(self, numbers: list[str]) -> dict[str, uuid.UUID]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number, uuid FROM customers_customer WHERE number = ANY(%s)", [numbers])
            return dict(cursor.fetchall())

    def _row(self, place: staging.Place, line: CustomerLine, *, known: dict[str, uuid.UUID], key: int) -> list[Any]:
        said = line.values
        row_uuid = known.get(said["customer_number"]) or uuid.uuid4()
        digests = crypto.blind_digests(line.code, label=services.IDENTITY_CODE) if line.code else []
        return [
            *place,
            said["customer_number"],
            *(_as_staged(said[name]) for name in SCALARS),
            *(said[name] for name in ADDRESS),
            said["phone"],
            said["email"],
            row_uuid,
            bytes(self.field.seal_for(row_uuid, line.code, key)) if line.code else None,
            [key_id for key_id, _digest in digests],
            [digest for _key, digest in digests],
            self.removed.hashes_of(NUMBER, said["customer_number"]),
            [h for name in self.leaving for h in self.removed.hashes_of(blanked(name), row_uuid) or ()],
            looks_like_a_sole_trader(str(said["kind"]), said["organisation_name"]),
        ]  # fmt: skip

    # --- checking -----------------------------------------------------------------------------------------------

    def look_up(self) -> None:
        """Find which numbers are here, and which were removed here, and when."""
        staging.index("import_customer", "number", "line")
        staging.execute("UPDATE import_customer s SET id = c.id FROM customers_customer c WHERE c.number = s.number")
        if self.removed.some:
            staging.execute(
                "UPDATE import_customer s SET is_removed = r.removed_on FROM import_removed r"
                " WHERE s.id IS NULL AND r.label = %(label)s AND r.hash = ANY(s.number_hashes)",
                {"label": NUMBER},
            )

    def check(self, faults: Faults) -> None:
        """Find what only shows between the lines, and between file and register; of who stays away nothing is asked."""
        staging.find_doubled(
            faults,
            "import_customer",
            "number",
            column="customer_number",
            text=_("This customer number is already on line"),
        )
        staging.execute(
            f"""CREATE TEMPORARY TABLE import_code ON COMMIT DROP AS
                SELECT s.file, s.line, s.position, s.number, s.id, k.key_id, k.digest
                FROM import_customer s CROSS JOIN LATERAL unnest(s.code_keys, s.code_digests) k (key_id, digest)
                WHERE {COMES}"""
        )
        staging.index("import_code", "digest", "line")
        staging.find_doubled(
            faults,
            "import_code",
            "key_id, digest",
            column="identity_code",
            text=_("The same identity code is already on line"),
        )
        # Who has the code now may be given another one by the same file.
        faults.find(
            """SELECT s.file, s.line, 'identity_code', %(text)s FROM import_code s
               JOIN customers_identitycodeindex i USING (key_id, digest)
               WHERE s.id IS DISTINCT FROM i.customer_id
               AND NOT EXISTS (SELECT FROM import_code other WHERE other.id = i.customer_id)""",
            {"text": _("Another customer in the register has this identity code.")},
        )
        faults.find(
            """SELECT s.file, s.line, 'kind', %(text)s FROM import_customer s JOIN customers_customer c ON c.id = s.id
               WHERE s.kind = 'organisation' AND (c.identity_code IS NOT NULL OR c.birth_date IS NOT NULL)""",
            {"text": _("In the register this customer has an identity code or birth date: is it a sole trader?")},
        )

    def take_out_rejected(self) -> None:
        """Forget the staged lines in which there is a fault."""
        staging.execute("DELETE FROM import_customer s USING import_fault f WHERE f.file = s.file AND f.line = s.line")

    # --- comparing ----------------------------------------------------------------------------------------------

    def compare(self, *, on: Any, overwrite: bool) -> None:
        """Note which customers differ, and which of these were changed here since their last import."""
        self._fill_in(on=on)
        self._keep_blank(on=on)
        scalars = " OR ".join(f"s.{name} IS DISTINCT FROM c.{name}" for name in SCALARS)
        staging.execute(
            f"""UPDATE import_customer s SET differs = (
                {scalars}
                OR (s.code IS NOT NULL AND NOT EXISTS (SELECT FROM customers_identitycodeindex i
                    JOIN unnest(s.code_keys, s.code_digests) k (key_id, digest) USING (key_id, digest)
                    WHERE i.customer_id = c.id))
                OR ((s.street_address, s.postal_code, s.city) <> ('', '', '') AND NOT EXISTS (
                    SELECT FROM customers_address a WHERE a.customer_id = c.id AND a.kind = 'postal'
                    AND {CURRENT_ADDRESS} AND (a.street_address, a.postal_code, a.city, a.country)
                        = (s.street_address, s.postal_code, s.city, s.country)))
                OR (s.phone <> '' AND NOT EXISTS (SELECT FROM customers_contactmedium m WHERE m.customer_id = c.id
                    AND m.kind = 'phone' AND m.is_main AND m.value = s.phone))
                OR (s.email <> '' AND NOT EXISTS (SELECT FROM customers_contactmedium m WHERE m.customer_id = c.id
                    AND m.kind = 'email' AND m.is_main AND m.value = s.email)))
                FROM customers_customer c WHERE c.id = s.id""",
            {"on": on},
        )
        if not overwrite:
            staging.execute(
                "UPDATE import_customer s SET kept_ours = true, differs = false FROM customers_customer c"
                " WHERE c.id = s.id AND s.differs AND c.version IS DISTINCT FROM c.imported_version"
            )
            self._keep_codes_of_kept()
        staging.execute("ANALYZE import_customer")

    def _fill_in(self, *, on: Any) -> None:
        """Where the file says nothing, what is here stays; a non-disclosure is lifted by a person, never by a file."""
        told = ", ".join(f"{name} = coalesce(s.{name}, c.{name})" for name in TOLD if name != "non_disclosure")
        staging.execute(
            f"""UPDATE import_customer s SET {told},
                    non_disclosure = c.non_disclosure OR coalesce(s.non_disclosure, false),
                    stays_protected = c.non_disclosure AND s.non_disclosure IS FALSE
                FROM customers_customer c WHERE c.id = s.id"""
        )
        anew = ", ".join(f"{name} = coalesce(s.{name}, %({name})s)" for name in TOLD)
        staging.execute(f"UPDATE import_customer s SET {anew} WHERE s.id IS NULL", TOLD)
        staging.execute(
            f"""UPDATE import_customer s SET country = coalesce((SELECT a.country FROM customers_address a
                    WHERE a.customer_id = s.id AND a.kind = 'postal' AND {CURRENT_ADDRESS} LIMIT 1), 'FI')
                WHERE s.country = ''""",
            {"on": on},
        )

    def _keep_codes_of_kept(self) -> None:
        """Who was to take the code of somebody whose own change is not taken is kept too, and so on."""
        kept = """UPDATE import_customer s SET kept_ours = true, differs = false WHERE s.differs AND EXISTS (
                      SELECT FROM import_code k JOIN customers_identitycodeindex i USING (key_id, digest)
                      JOIN import_customer o ON o.id = i.customer_id
                      WHERE k.number = s.number AND o.id IS DISTINCT FROM s.id AND NOT o.differs)"""
        while staging.execute(kept):
            pass

    def _keep_blank(self, *, on: Any) -> None:
        """A field that left earlier than its row stays blank while the person has no open role."""
        for name in self.leaving:
            staging.execute(
                f"UPDATE import_customer s SET {name} = c.{name} FROM customers_customer c WHERE c.id = s.id"
                " AND EXISTS (SELECT FROM import_removed r WHERE r.label = %(label)s AND r.hash = ANY(s.blank_hashes))"
                " AND NOT EXISTS (SELECT FROM import_open_role o WHERE o.customer_id = c.id)",
                {"label": blanked(name)},
            )

    def is_as_it_was_looked_at(self) -> bool:
        """Whether the customers found while reading are still those: sealed values are bound to their UUIDs."""
        return not staging.value(
            "SELECT EXISTS (SELECT FROM import_customer s LEFT JOIN customers_customer c ON c.number = s.number"
            " WHERE c.id IS DISTINCT FROM s.id OR (c.id IS NOT NULL AND c.uuid <> s.uuid))"
        )

    # --- counting -----------------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """How many are new, changed, unchanged, removed and returned."""
        row = staging.fetched(
            "SELECT count(*) FILTER (WHERE id IS NULL AND (is_removed IS NULL OR returns)),"
            " count(*) FILTER (WHERE id IS NOT NULL AND differs),"
            " count(*) FILTER (WHERE id IS NOT NULL AND NOT differs),"
            " count(*) FILTER (WHERE is_removed IS NOT NULL AND NOT returns), count(*) FILTER (WHERE returns)"
            " FROM import_customer"
        )[0]
        return dict(zip(("created", "updated", "unchanged", "removed", "returned"), row, strict=True))

    def numbers(self, where: str) -> Iterator[tuple[str, Any]]:
        """Yield (number, day of removal) of some of them, for the report."""
        sql = f"SELECT number, is_removed FROM import_customer WHERE {where} ORDER BY position"
        yield from staging.fetched(sql)


# Whom the file speaks of: all but those who were removed and do not return.
COMES = "(s.is_removed IS NULL OR s.returns)"
# The postal address in force on the day.
CURRENT_ADDRESS = "(a.from_on IS NULL OR a.from_on <= %(on)s) AND (a.until_on IS NULL OR a.until_on >= %(on)s)"


def blanked(name: str) -> str:
    """Return the label under which the ledger keeps whose field was blanked."""
    return f"{Customer._meta.label_lower}.uuid:{name}"


def _as_staged(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else str(value)
