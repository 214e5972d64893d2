"""Values as files spell them. Each reader returns the value, or raises BadValue with the reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ilonet_register import phones
from ilonet_register.declarations import Source
from ilonet_register.periods import EARLIEST_YEAR, LATEST_YEAR

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FINNISH = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "kyllä": True, "ei": False}

# Whom the senders' words mean (N7.1); the words themselves are kept beside it.
SOURCES: Mapping[str, Source] = {
    "registration": Source.SUBJECT,
    "rekisteröinti": Source.SUBJECT,
    "rekisteröityminen": Source.SUBJECT,
    "asiakas": Source.SUBJECT,
    "customer": Source.SUBJECT,
    "kaisanet": Source.PROVIDER,
    "kaisanet oy": Source.PROVIDER,
    "jpm cyberservice oy": Source.INSTALLER,
    "pogostan tietoverkkopalvelut oy": Source.INSTALLER,
    **{source.value: source for source in Source},
}


class BadValue(ValueError):
    """A value that cannot be taken; says why, never which."""


def text(value: str, *, longest: int) -> str:
    """Return a text of one line that fits its column."""
    if len(value) > longest:
        raise BadValue(
            _("Too long: %(found)d characters instead of at most %(most)d.") % {"found": len(value), "most": longest}
        )
    if _CONTROL.search(value):
        raise BadValue(_("A line break or another control character stands inside."))
    return value


def day(value: str) -> dt.date | None:
    """Return a date in ISO (2025-12-31) or Finnish spelling (31.12.2025), or None when there is none."""
    if not value:
        return None
    if match := _ISO.fullmatch(value):
        year, month, number = match.groups()
    elif match := _FINNISH.fullmatch(value):
        number, month, year = match.groups()
    else:
        raise BadValue(_("This is no date: write 31.12.2025 or 2025-12-31."))
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        raise BadValue(_("Write a year between 1900 and 2199."))
    try:
        return dt.date(int(year), int(month), int(number))
    except ValueError:
        raise BadValue(_("There is no such day.")) from None


def one_of(value: str, choices: Mapping[str, object]) -> object:
    """Return what a word stands for."""
    found = choices.get(value.lower())
    if found is None:
        known = ", ".join(word for word in choices if word)
        raise BadValue(_("This is none of the known words: %s.") % known)
    return found


def phone(value: str) -> str:
    """Return a phone number in any spelling."""
    if value:
        try:
            phones.check(value)
        except ValidationError as fault:
            raise BadValue(" ".join(fault.messages)) from None
    return text(value, longest=40)


def email(value: str) -> str:
    """Return an e-mail address."""
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise BadValue(_("This is no e-mail address.")) from None
    return text(value, longest=254)


def country(value: str) -> str:
    """Return a country as two capital letters, or nothing when none is said."""
    if not value:
        return ""
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise BadValue(_("A country is two letters, such as FI."))
    return value.upper()
