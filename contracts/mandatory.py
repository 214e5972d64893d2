"""The data without which no fibre connection can be sold (N7.2), asked in one place by forms, services and imports."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from customers.models import Address, Customer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Missing(StrEnum):
    """One thing that is missing of an owner."""

    NAME = "name"
    IDENTITY = "identity"
    BUSINESS_ID = "business_id"
    ADDRESS = "address"
    CONTACT = "contact"


WORDS: dict[Missing, _StrPromise] = {
    Missing.NAME: _("name"),
    Missing.IDENTITY: _("identity code, or birth date with the reason why there is no code"),
    Missing.BUSINESS_ID: _("business ID"),
    Missing.ADDRESS: _("postal address"),
    Missing.CONTACT: _("phone or e-mail"),
}


def what_is_missing(
    *, kind: str, name: bool, person_known: bool, business_id: bool, address: bool, contact: bool
) -> list[Missing]:
    """Return what is missing of an owner of whom these things are there, whether stored or still being typed.

    `person_known`: by identity code, or birth date with the reason. A business ID does for a sole trader, too.
    """
    is_organisation = kind == Customer.Kind.ORGANISATION
    identified = business_id or (person_known and not is_organisation)
    return [
        missing
        for missing, is_there in (
            (Missing.NAME, name),
            (Missing.BUSINESS_ID if is_organisation else Missing.IDENTITY, identified),
            (Missing.ADDRESS, address),
            (Missing.CONTACT, contact),
        )
        if not is_there
    ]


def missing_for_activation(owner: Customer, *, on: dt.date) -> list[str]:
    """Return what is missing of the owner, in words: name, identity or business ID, address, phone or e-mail."""
    missing = what_is_missing(
        kind=owner.kind,
        name=bool(owner.display_name),
        person_known=bool(owner.identity_code) or bool(owner.birth_date and owner.no_code_reason),
        business_id=bool(owner.business_id),
        address=_has_address(owner, on=on),
        contact=owner.contact_media.exists(),
    )
    return [str(WORDS[each]) for each in missing]


def _has_address(owner: Customer, *, on: dt.date) -> bool:
    postal = owner.addresses.filter(kind=Address.Kind.POSTAL)
    return postal.current(on=on).exclude(street_address="", city="").exists()
