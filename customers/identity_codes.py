"""Finnish personal identity codes: their form, their mask and the birth date in them (Act 1050/2018 §29).

No error of this module carries the code, and nothing here derives a person's sex from it.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NotValid
from stdnum.fi import hetu

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIRST_ARTIFICIAL = 900
"""Individual numbers from this one are given to nobody: test data."""

_CENTURIES = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)
_FORM = re.compile(r"\d{6}[^0-9]\d{3}[0-9A-Z]", re.ASCII)
_MASK = "****"


class Fault(StrEnum):
    """What is wrong with a code; the value of `InvalidIdentityCode.code`."""

    FORM = "form"
    CENTURY = "century"
    DATE = "date"
    FUTURE = "future"
    NUMBER = "number"
    CHECK = "check"
    ARTIFICIAL = "artificial"


_REASONS: dict[Fault, _StrPromise] = {
    Fault.FORM: _("An identity code has six digits, a century sign, three digits and a check character."),
    Fault.CENTURY: _("There is no such century sign in identity codes."),
    Fault.DATE: _("The identity code begins with a date that does not exist."),
    Fault.FUTURE: _("The birth date of the identity code is in the future: check its century sign."),
    Fault.NUMBER: _("There are no identity codes with this individual number."),
    Fault.CHECK: _("The check character of the identity code does not match: check it for a typing error."),
    Fault.ARTIFICIAL: _("This is an artificial identity code (900 to 999), which is not accepted in production."),
}


class InvalidIdentityCode(ValidationError):
    """The text is no identity code. Says why, never which text it was."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_REASONS[fault], code=fault.value)


def clean(text: str, *, on: dt.date | None = None) -> str:
    """Return the identity code in its one spelling: upper case, without spaces around it, `-` for any dash.

    Codes 900 to 999 belong to nobody: accepted unless ILONET_TEST_IDENTITY_CODES is off, as in production.
    With `on`, a person born after that day is refused: the check character does not cover the century sign, so that
    `A` for `-` would otherwise pass. InvalidIdentityCode with the reason when the text is no identity code.
    """
    try:
        code = hetu.validate(text, allow_temporary=settings.ACCEPT_TEST_IDENTITY_CODES)
    except NotValid:
        # Without a chained exception: a report of it must not show the text.
        raise InvalidIdentityCode(_fault(text)) from None
    if not code.isascii():  # python-stdnum takes the digits of every script
        raise InvalidIdentityCode(Fault.FORM)
    if on is not None and birth_date(code) > on:
        raise InvalidIdentityCode(Fault.FUTURE)
    return code


def mask(code: str) -> str:
    """Return the only form shown unasked: the birth date with its century sign, `131052-****`."""
    return code[:7] + _MASK


def birth_date(code: str) -> dt.date:
    """Return the birth date in an identity code that `clean` returned."""
    return dt.date(_CENTURIES[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))


def is_artificial(code: str) -> bool:
    """Tell whether the code is from the range given to nobody (900 to 999)."""
    return int(code[7:10]) >= FIRST_ARTIFICIAL


def _fault(text: str) -> Fault:
    """Return the first thing wrong with a text that is no identity code: the slow path, for the message alone."""
    code = hetu.compact(text)
    if not _FORM.fullmatch(code):
        return Fault.FORM
    if code[6] not in _CENTURIES:
        return Fault.CENTURY
    try:
        birth_date(code)
    except ValueError:
        return Fault.DATE
    if hetu.is_valid(code, allow_temporary=True):
        return Fault.ARTIFICIAL
    return Fault.CHECK if int(code[7:10]) > 1 else Fault.NUMBER
