"""The data without which no fibre connection can be sold (N7.2), asked in one place by forms, services and imports."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from customers.models import Address, Customer


def missing_for_activation(owner: Customer, *, on: dt.date) -> list[str]:
    """Return what is missing of the owner, in words: name, identity or business ID, address, phone or e-mail."""
    return [
        words
        for is_missing, words in (
            (not owner.display_name, _("name")),
            (not _is_identified(owner), _identification(owner)),
            (not _has_address(owner, on=on), _("postal address")),
            (not owner.contact_media.exists(), _("phone or e-mail")),
        )
        if is_missing
    ]


def _is_identified(owner: Customer) -> bool:
    by_code = bool(owner.identity_code) or bool(owner.birth_date and owner.no_code_reason)
    return bool(owner.business_id) or (by_code and owner.kind != Customer.Kind.ORGANISATION)


def _identification(owner: Customer) -> str:
    if owner.kind == Customer.Kind.ORGANISATION:
        return _("business ID")
    return _("identity code, or birth date with the reason why there is no code")


def _has_address(owner: Customer, *, on: dt.date) -> bool:
    postal = owner.addresses.filter(kind=Address.Kind.POSTAL)
    return postal.current(on=on).exclude(street_address="", city="").exists()
