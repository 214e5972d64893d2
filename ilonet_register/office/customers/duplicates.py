"""Who is a customer already, asked while a new one is typed (screens.md 3.5).

A name and a whole identity code answer as for anyone; the phone or e-mail of someone under non-disclosure brings no
message at all to those who may not see it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from customers.models import ContactMedium, Customer
from ilonet_register import audit
from ilonet_register.office.customers.codes import customer_with_code
from ilonet_register.office.customers.matching import normalised
from ilonet_register.office.customers.rows import CustomerRow, customer_rows
from ilonet_register.roles import May
from ilonet_register.search_keys import PhoneKey, folded

if TYPE_CHECKING:
    from ilonet_register.models import User

MOST = 5


@dataclass(frozen=True)
class Duplicate:
    """A customer who may be the one that is being typed."""

    row: CustomerRow
    why: str


def duplicates_of(typed: Mapping[str, str], *, by: User, on: dt.date) -> list[Duplicate]:
    """Return the customers whom the typed values may already be, each once; the look is logged."""
    typed = {name: normalised(value) for name, value in typed.items() if isinstance(value, str)}
    found: dict[int, str] = {}
    for why, ids in (
        (_("This identity code is customer %s."), _by_code(typed.get("identity_code", ""), by)),
        (_("This phone number is customer %s."), _by_medium("phone", typed.get("phone", ""), by)),
        (_("This e-mail is customer %s."), _by_medium("email", typed.get("email", ""), by)),
        (_("The same name: customer %s."), _by_name(typed)),
    ):
        for pk in ids:
            found.setdefault(pk, why)
    rows = customer_rows(list(found)[:MOST], by=by, on=on)
    if rows:
        audit.record_read("customers.searched", by=by, subjects=[row.uuid for row in rows])
    return [Duplicate(row, found[row.pk] % row.number) for row in rows]


def _by_code(code: str, by: User) -> list[int]:
    try:
        found = customer_with_code(code, by=by) if code.strip() else None
    except ValidationError:
        return []
    return [found.pk] if found else []


def _by_medium(kind: str, value: str, by: User) -> QuerySet[ContactMedium, int] | list[int]:
    if not value.strip():
        return []
    key = PhoneKey(Value(value)) if kind == "phone" else value.strip().lower()
    rows = ContactMedium.objects.filter(kind=kind, value_key=key)
    if not by.has_perm(May.SEE_PROTECTED):
        rows = rows.exclude(customer__non_disclosure=True)
    return list(rows.values_list("customer_id", flat=True)[:MOST])


def _by_name(typed: Mapping[str, str]) -> list[int]:
    if typed.get("kind") == Customer.Kind.ORGANISATION:
        name = " ".join(typed.get("organisation_name", "").split())
        rows = Customer.objects.filter(name_key=folded(Value(name))) if name else Customer.objects.none()
    else:
        last, first = (" ".join(typed.get(part, "").split()) for part in ("last_name", "first_names"))
        begins = f"{last} {first}"
        rows = Customer.objects.none()
        if last and first:
            rows = Customer.objects.filter(name_key__startswith=folded(Value(begins)))
    return list(rows.order_by("name_key", "pk").values_list("pk", flat=True)[:MOST])
