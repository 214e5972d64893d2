"""The block "Contact details" of the customer's page: what may be shown, and what opens with "Show" only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from customers.models import Address, ContactMedium, Customer
from ilonet_register.office.components.shapes import Sealed
from ilonet_register.office.customers.words import not_shown
from ilonet_register.office.formats import phone
from ilonet_register.roles import May

if TYPE_CHECKING:
    from ilonet_register.models import User
    from ilonet_register.office.components.shapes import Words

MASK = "••••"


@dataclass(frozen=True)
class Line:
    """One phone, e-mail or address as it may be shown."""

    label: Words
    text: str
    sealed: Sealed | None = None
    address: Address | None = None
    ends_on: dt.date | None = None
    medium: ContactMedium | None = None

    @property
    def can_go(self) -> bool:
        """Whether it may be taken away: the number used first is replaced, never taken away."""
        return self.medium is not None and not self.medium.is_main


@dataclass(frozen=True)
class Contacts:
    """All of them: in force, and the moves to come."""

    media: list[Line]
    addresses: list[Line]
    coming: list[Line]

    @property
    def is_empty(self) -> bool:
        return not (self.media or self.addresses or self.coming)


def may_see(customer: Customer, by: User) -> bool:
    """Tell whether the contact details of this customer may be shown to `by`, opened one by one if need be."""
    allowed = by.has_perm(May.SEE_CONTACT_DETAILS)
    return allowed and (not customer.non_disclosure or by.has_perm(May.SEE_PROTECTED))


def contacts_of(customer: Customer, *, by: User, on: dt.date) -> Contacts:
    """Return the block for this clerk: plain, behind "Show", or "Not shown"."""
    media = sorted(customer.contact_media.all(), key=lambda row: (row.kind != "phone", not row.is_main, row.pk))
    addresses = customer.addresses.order_by("from_on", "pk")
    current = sorted(addresses.current(on=on), key=lambda row: _ORDER[row.kind])
    return Contacts(
        media=[_line(customer, row, row.get_kind_display(), value_of(row), by) for row in media],
        addresses=[_line(customer, row, row.get_kind_display(), row.one_line, by) for row in current],
        coming=[_line(customer, row, row.get_kind_display(), row.one_line, by) for row in addresses.coming(on=on)],
    )


def main_phone(customer: Customer, *, by: User) -> str:
    """Return the number to call, as dialled; nothing where it may not be shown at once."""
    if customer.non_disclosure or not by.has_perm(May.SEE_CONTACT_DETAILS):
        return ""
    found = customer.contact_media.filter(kind=ContactMedium.Kind.PHONE).order_by("-is_main", "pk").first()
    return found.value if found else ""


def value_of(row: ContactMedium) -> str:
    """Return the number or address as it is read."""
    return phone(row.value) if row.kind == ContactMedium.Kind.PHONE else row.value


_ORDER = {kind: place for place, kind in enumerate(Address.Kind.values)}


def _line(customer: Customer, row: Address | ContactMedium, label: Words, text: str, by: User) -> Line:
    address = row if isinstance(row, Address) else None
    medium = row if isinstance(row, ContactMedium) else None
    ends_on = address.until_on if address else None
    if not customer.non_disclosure:
        return Line(label, text, None, address, ends_on, medium)
    if not may_see(customer, by):
        return Line(label, not_shown(), None, None, None)
    return Line(label, "", sealed_contact(customer, row, label), address, ends_on, medium)


def sealed_contact(
    customer: Customer, row: Address | ContactMedium, label: Words, *, opened: str = "", refusal: str = ""
) -> Sealed:
    """Return one protected phone, e-mail or address behind "Show"."""
    url = reverse("office:show_contact", args=[customer.uuid, row.uuid])
    return Sealed(f"contact-{row.uuid}", label, MASK, url, opened, refusal)
