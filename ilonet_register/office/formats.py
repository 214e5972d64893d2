"""How dates, times, money and phones are written in every language of the register (screens.md 5).

No-break spaces keep a number with its unit and a phone in one piece.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

import phonenumbers
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_NO_NUMBER = re.compile(r"[^\d\s()+/.-]")

NBSP = "\N{NO-BREAK SPACE}"
EN_DASH = "\N{EN DASH}"


def day(value: date | None) -> str:
    """Return `24.11.2026`, nothing for None. A moment is written as its day in Helsinki."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.day}.{value.month}.{value.year}"


def weekday_and_day(value: date | None) -> str:
    """Return `to 31.12.2026` with the short day of the week of the language in use."""
    if value is None:
        return ""
    names = (
        pgettext("short weekday", "Mon"),
        pgettext("short weekday", "Tue"),
        pgettext("short weekday", "Wed"),
        pgettext("short weekday", "Thu"),
        pgettext("short weekday", "Fri"),
        pgettext("short weekday", "Sat"),
        pgettext("short weekday", "Sun"),
    )
    return f"{names[value.weekday()]}{NBSP}{day(value)}"


def clock(value: datetime | time | None) -> str:
    """Return `9.12`, Helsinki time; the word before it (`klo`) belongs to the sentence."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).time()
    return f"{value.hour}.{value.minute:02}"


def moment(value: datetime | None) -> str:
    """Return `24.11.2026 klo 9.12`, Helsinki time."""
    if value is None:
        return ""
    written = _("%(day)s at %(time)s") % {"day": day(value), "time": clock(value)}
    return written.replace(" ", NBSP)


def span(starts_on: date | None, ends_on: date | None = None) -> str:
    """Return `15.1.2021–31.12.2026`, `15.1.2021–` while it runs, nothing without dates."""
    if starts_on is None and ends_on is None:
        return ""
    return f"{day(starts_on)}{EN_DASH}{day(ends_on)}"


def euros(amount: Decimal | None) -> str:
    """Return `1 234,50 €`, rounded to cents as money is: halves away from zero."""
    if amount is None:
        return ""
    cents = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{cents:,.2f}".replace(",", NBSP).replace(".", ",").replace("-", "\N{MINUS SIGN}") + f"{NBSP}€"


def phone(number: str) -> str:
    """Return a phone as it is read aloud, `050 211 5938`; what is no phone number is returned as it came."""
    if _NO_NUMBER.search(number):
        return number  # the library would read letters as keys of a telephone
    try:
        parsed = phonenumbers.parse(number, "FI")
    except phonenumbers.NumberParseException:
        return number
    own = parsed.country_code == 358
    style = phonenumbers.PhoneNumberFormat.NATIONAL if own else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    groups = phonenumbers.format_number(parsed, style).split(" ")
    return NBSP.join(_readable(group) for group in groups)


def _readable(group: str) -> str:
    """Split a long group of digits after its third: the library leaves `2115938` in one piece."""
    return f"{group[:3]}{NBSP}{group[3:]}" if group.isdigit() and len(group) > 4 else group
