"""Dates, times, money and phones are written one way everywhere, and no line breaks inside them (screens.md 5)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from ilonet_register.office.formats import clock, day, euros, moment, phone, span, weekday_and_day

NBSP = "\N{NO-BREAK SPACE}"


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1234.50", "1_234,50_€"),
        ("39.9", "39,90_€"),
        ("0", "0,00_€"),
        ("1234567.89", "1_234_567,89_€"),
        ("-79.8", "−79,80_€"),
        ("0.005", "0,01_€"),
        ("2.675", "2,68_€"),
        ("-0.005", "−0,01_€"),
        ("999.995", "1_000,00_€"),
    ],
)
def test_money_has_a_comma_no_break_spaces_and_cents(amount: str, written: str) -> None:
    assert euros(Decimal(amount)) == written.replace("_", NBSP)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+358502115938", "050_211_5938"),
        ("050 211 5938", "050_211_5938"),
        ("050-2115938", "050_211_5938"),
        ("+358 13 881 0500", "013_881_0500"),
        ("+46 8 123 456 78", "+46_8_123_456_78"),
        ("0800 9 0030", "0800_900_30"),
        ("112", "112"),
    ],
)
def test_a_phone_is_written_as_it_is_read_aloud(number: str, written: str) -> None:
    spaced = phone(number)
    assert " " not in spaced
    assert spaced == written.replace("_", NBSP)


@pytest.mark.parametrize("number", ["ei ole", "", "050 211 5938 tai 044 900 0655", "050 211 5938 alanumero 3"])
def test_what_is_no_phone_is_shown_as_it_came(number: str) -> None:
    assert phone(number) == number


@pytest.mark.parametrize("number", ["050 211 5938 (vaimo)", "sisäinen 12", "0502115938; 0449000655"])
def test_words_and_second_numbers_beside_a_phone_are_not_lost(number: str) -> None:
    """Shown now: 502 11593882466; 12; 050 211 5938 ext. 044 900 0655."""
    assert phone(number) == number


def test_a_span_is_open_until_it_ends() -> None:
    began, ended = dt.date(2021, 1, 15), dt.date(2026, 12, 31)
    assert span(began) == "15.1.2021–"
    assert span(began, ended) == "15.1.2021–31.12.2026"
    assert span(None, ended) == "–31.12.2026"
    assert span(None) == ""


def test_a_day_has_no_leading_zeros() -> None:
    assert day(dt.date(2026, 3, 1)) == "1.3.2026"
    assert day(None) == ""


def test_a_moment_is_of_the_day_and_hour_in_helsinki() -> None:
    night = utc(2026, 11, 23, 22, 30)
    assert day(night) == "24.11.2026"
    assert clock(night) == "0.30"
    assert clock(utc(2026, 7, 1, 6, 5)) == "9.05", "summer time"


@pytest.mark.parametrize(
    ("language", "written"),
    [("fi", "24.11.2026_klo_9.12"), ("en", "24.11.2026_at_9.12"), ("sv", "24.11.2026_kl._9.12")],
)
def test_a_moment_is_a_sentence_of_the_language(language: str, written: str) -> None:
    with translation.override(language):
        assert moment(utc(2026, 11, 24, 7, 12)) == written.replace("_", NBSP)


@pytest.mark.parametrize(
    ("language", "names"),
    [("fi", "ma ti ke to pe la su"), ("sv", "må ti on to fr lö sö"), ("en", "Mon Tue Wed Thu Fri Sat Sun")],
)
def test_the_day_of_the_week_is_short_and_of_the_language(language: str, names: str) -> None:
    monday = dt.date(2026, 12, 28)
    with translation.override(language):
        written = [weekday_and_day(monday + dt.timedelta(days=n)).split(NBSP)[0] for n in range(7)]
    assert written == names.split()


@pytest.mark.parametrize("write", [day, weekday_and_day, clock, moment, euros])
def test_nothing_is_written_as_nothing(write: object) -> None:
    assert write(None) == ""  # type: ignore[operator]
