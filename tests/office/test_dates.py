"""Dates as people type them are read, or it is said what is wrong with them (screens.md 3.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ilonet_register.office.dates import DateField, NotADate, read_date
from ilonet_register.office.forms import OfficeForm

NBSP = "\N{NO-BREAK SPACE}"
ON = dt.date(2026, 11, 18)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31.12.2026", "2026-12-31"),
        ("1.3.2027", "2027-03-01"),
        ("01.03.2027", "2027-03-01"),
        ("1. 3. 2027", "2027-03-01"),
        ("  31.12.2026  ", "2026-12-31"),
        (f"1.{NBSP}3.{NBSP}2027", "2027-03-01"),
        ("311226", "2026-12-31"),
        ("31122026", "2026-12-31"),
        ("31.12.26", "2026-12-31"),
        ("31.12.", "2026-12-31"),
        ("31.12", "2026-12-31"),
        ("1.1.", "2026-01-01"),
        ("2026-12-31", "2026-12-31"),
        ("29.2.2028", "2028-02-29"),
    ],
)
def test_a_date_is_read_in_each_of_its_forms(typed: str, day: str) -> None:
    assert read_date(typed, on=ON).isoformat() == day


@pytest.mark.parametrize("word", ["tänään", "Tänään", "TÄNÄÄN", "tanaan", "idag", "i dag", "today", " Today "])
def test_today_is_a_word_of_each_language(word: str) -> None:
    assert read_date(word, on=ON) == ON


@pytest.mark.parametrize("word", ["huomenna", "imorgon", "i  morgon", "Tomorrow"])
def test_tomorrow_crosses_the_end_of_a_year(word: str) -> None:
    assert read_date(word, on=dt.date(2026, 12, 31)) == dt.date(2027, 1, 1)


@pytest.mark.parametrize("word", ["eilen", "igår", "i går", "yesterday"])
def test_yesterday_knows_leap_years(word: str) -> None:
    assert read_date(word, on=dt.date(2028, 3, 1)) == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "year"), [("311226", 2026), ("311246", 2046), ("311247", 1947), ("1.1.99", 1999), ("1.1.00", 2000)]
)
def test_a_year_of_two_digits_lies_at_most_twenty_years_ahead(typed: str, year: int) -> None:
    assert read_date(typed, on=ON).year == year


@pytest.mark.parametrize(("typed", "year"), [("2.4.61", 1961), ("2.4.26", 2026), ("2.4.27", 1927), ("020427", 1927)])
def test_a_year_of_two_digits_of_a_birth_is_never_ahead(typed: str, year: int) -> None:
    assert read_date(typed, on=ON, latest=ON).year == year


@pytest.mark.parametrize("typed", ["31.2.2026", "29.2.2027", "310226", "0.1.2026", "1.13.2026", "2026-02-30", "29.2."])
def test_a_day_that_the_calendar_does_not_have_is_named_as_such(typed: str) -> None:
    with pytest.raises(NotADate) as fault:
        read_date(typed, on=ON)
    assert fault.value.code == "calendar"


@pytest.mark.parametrize(
    "typed",
    ["soon", "31/12/2026", "12/31/2026", "31-12-2026", "31.12.202", "3112", "31.12.20266", "1.2.3.4", "2026-1-1", "-"],
)
def test_what_has_no_form_of_a_date_is_told_so(typed: str) -> None:
    with pytest.raises(NotADate) as fault:
        read_date(typed, on=ON)
    assert fault.value.code == "form"


class StartForm(OfficeForm):
    """A form with a date that has limits."""

    starts_on = DateField(label="Starts on", earliest=dt.date(2026, 1, 1), latest=dt.date(2027, 12, 31), required=False)


def sent(typed: str) -> StartForm:
    form = StartForm({"starts_on": typed}, on=ON)
    form.is_valid()
    return form


def test_the_form_tells_its_fields_which_day_is_today() -> None:
    assert sent("tänään").cleaned_data["starts_on"] == ON


def test_a_field_that_was_not_told_which_day_is_today_does_not_guess() -> None:
    with pytest.raises(TypeError, match="which day is today"):
        DateField().clean("today")


@pytest.mark.parametrize(
    ("typed", "code"),
    [("31.2.2026", "calendar"), ("soon", "form"), ("1.1.2028", "too_late"), ("31.12.2025", "too_early")],
)
def test_a_fault_stands_beside_the_field_and_the_text_is_kept(typed: str, code: str) -> None:
    form = sent(typed)
    assert [error.code for error in form.errors.as_data()["starts_on"]] == [code]
    assert f'value="{typed}"' in str(form["starts_on"])


def test_a_limit_is_a_date_that_is_still_accepted() -> None:
    assert not sent("31.12.2027").errors
    assert not sent("1.1.2026").errors


def test_what_was_understood_is_repeated_with_its_weekday() -> None:
    with translation.override("fi"):
        assert f"to{NBSP}31.12.2026" in str(sent("311226")["starts_on"])


def test_a_date_that_is_known_already_is_written_as_it_is_read() -> None:
    form = StartForm(initial={"starts_on": dt.date(2026, 3, 1)}, on=ON)
    assert 'value="1.3.2026"' in str(form["starts_on"])
    assert 'type="date"' not in str(form["starts_on"])


def test_another_spelling_of_the_same_day_is_no_change() -> None:
    form = StartForm({"starts_on": "181126"}, initial={"starts_on": ON}, on=ON)
    assert not form.has_changed()


def test_an_empty_date_is_none_and_a_required_one_is_asked_for() -> None:
    assert sent("").cleaned_data["starts_on"] is None
    with pytest.raises(ValidationError):
        DateField(on=ON).clean("")


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "said"), [("31.12.2026", "31.12.2026"), ("31.2.2026", "There is no such day")])
def test_leaving_a_field_says_what_was_understood(signed_in: Callable[..., Client], typed: str, said: str) -> None:
    answer = signed_in().post(reverse("office:understood_date") + "?field=starts_on", {"starts_on": typed})
    assert said in answer.content.decode()


@pytest.mark.django_db
def test_leaving_a_field_repeats_nothing_but_a_date(signed_in: Callable[..., Client]) -> None:
    answer = signed_in().post(reverse("office:understood_date") + "?field=a", {"a": "<b>Määttä</b>"})
    assert "Määttä" not in answer.content.decode()
