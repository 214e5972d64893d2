"""Dates as people type them: `31.12.2026`, `31.12.`, `311226`, `tänään`, and ISO (screens.md 3.4).

Never `type="date"`: it follows the language of the browser, not of the register. What was understood is repeated
beside the field with its day of the week, on leaving the field and after sending.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ilonet_register.office.formats import weekday_and_day
from ilonet_register.periods import EARLIEST_YEAR, LATEST_YEAR

WORDS = {
    -1: ("eilen", "igår", "i går", "yesterday"),
    0: ("tänään", "tanaan", "idag", "i dag", "today"),
    1: ("huomenna", "imorgon", "i morgon", "tomorrow"),
}
_OFFSETS = {word: days for days, words in WORDS.items() for word in words}
_FINNISH = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4}|\d{2})?)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
YEARS_AHEAD = 20
"""A year of two digits lies at most this far ahead: 311246 typed in 2026 is 2046, 311247 is 1947."""


class NotADate(ValueError):
    """The text cannot be read as a date; `code` says why: `form` or `calendar`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_date(text: str, *, on: date, latest: date | None = None) -> date:
    """Return the date that a person meant.

    `on` is today: a date without a year is in its year, and `tänään` is it. `latest` is the last day that makes
    sense (a birth date: today), and moves the hundred years that two digits can mean. Raises `NotADate` when the
    text has no form of a date, or names a day that the calendar does not have.
    """
    words = " ".join(text.split()).casefold()
    if words in _OFFSETS:
        return on + timedelta(days=_OFFSETS[words])
    if match := _ISO.fullmatch(words):
        return _calendar(*(int(part) for part in match.groups()))
    match = _FINNISH.fullmatch(words) or _DIGITS.fullmatch(words)
    if match is None:
        raise NotADate("form")
    day, month, typed_year = match.groups()
    return _calendar(_year(typed_year, on=on, latest=latest), int(month), int(day))


def _year(typed: str | None, *, on: date, latest: date | None) -> int:
    if not typed:
        return on.year
    if len(typed) == 4:
        return int(typed)
    last = latest.year if latest else on.year + YEARS_AHEAD
    return last - (last - int(typed)) % 100


def _calendar(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate("calendar") from None


class DateInput(forms.TextInput):
    """A text field for a date, with room beside it for what was understood."""

    template_name = "office/components/date_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "input-date", "inputmode": "text", **(attrs or {})})
        self.understood = ""
        self.latest: date | None = None

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, date):
            return f"{value.day}.{value.month}.{value.year}"
        return super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["understood"] = self.understood
        context["widget"]["latest"] = self.latest.isoformat() if self.latest else ""
        return context


class DateField(forms.Field):
    """A date typed as text. The form says which day is today by `on`; `OfficeForm(on=…)` does it for all its fields."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "form": _("Write the date as 31.12.2026, 311226, 31.12. or “today”."),
        "calendar": _("There is no such day. Check the day and the month."),
        "year": _("Write a year between 1900 and 2199."),
        "too_late": _("The date can be %(day)s at the latest."),
        "too_early": _("The date can be %(day)s at the earliest."),
    }

    def __init__(
        self, *, on: date | None = None, earliest: date | None = None, latest: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.on, self.earliest, self.latest = on, earliest, latest

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        if self.on is None:
            raise TypeError("A DateField must be told which day is today: DateField(on=…) or OfficeForm(on=…).")
        try:
            read = read_date(str(value), on=self.on, latest=self.latest)
        except NotADate as fault:
            raise ValidationError(self.error_messages[fault.code], code=fault.code) from None
        if not EARLIEST_YEAR <= read.year <= LATEST_YEAR:
            raise ValidationError(self.error_messages["year"], code="year")
        # A field's widget is its form's own copy, so this reaches only the page that is being answered.
        self.widget.understood = weekday_and_day(read)
        return read

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and self.latest and value > self.latest:
            raise self._limit("too_late", self.latest)
        if value and self.earliest and value < self.earliest:
            raise self._limit("too_early", self.earliest)

    def _limit(self, code: str, day: date) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"day": weekday_and_day(day)})

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True
