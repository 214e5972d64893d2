"""Retention: the last day kept, the first day due, and the inverse the purge's index uses (N13.2)."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilonet_register.periods import (
    AtOnce,
    Days,
    Months,
    Period,
    Years,
    cutoff,
    helsinki_date,
    kept_through,
    today,
    voucher_kept_through,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "retention.csv"
ONE_DAY = timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first through the last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


# --- The rows of the vectors that are a date and a period -------------------------------------------------


def contract(facts: dict[str, str]) -> date:
    return kept_through(date.fromisoformat(facts["ends_on"]), years=int(facts.get("override_years", 6)))


def role(facts: dict[str, str]) -> date:
    return kept_through(date.fromisoformat(facts["role_ended_on"] or facts["ends_on"]), years=6)


def voucher(facts: dict[str, str]) -> date:
    return voucher_kept_through(date.fromisoformat(facts["financial_year_ends"]))


def ledger(facts: dict[str, str]) -> date:
    return kept_through(date.fromisoformat(facts["financial_year_ends"]), years=10)


def recording(facts: dict[str, str]) -> date:
    return Months(int(facts["period_months"])).kept_through(date.fromisoformat(facts["event_closed_on"]))


def note(facts: dict[str, str]) -> date:
    return Days(int(facts["grace_days"])).kept_through(date.fromisoformat(facts["last_role_ended_on"]))


def invoice(facts: dict[str, str]) -> date:
    closed = facts.get("paid_on") or facts["written_off_on"]
    return Years(3).kept_through(date.fromisoformat(closed))


RULES: dict[str, Callable[[dict[str, str]], date]] = {
    "notice 13; contracts 6 y": contract,
    "notice 13 is a maximum": contract,
    "notice first": contract,
    "notice 13; per person": role,
    "1336/1997 2:10 voucher": voucher,
    "1336/1997 2:10 voucher; duty only": voucher,
    "1336/1997 2:10 ledger": ledger,
    "1336/1997 2:10 ledger; duty only": ledger,
    "notice 13; service event": recording,
    "end of the relationship": note,
    "728/2003; goes with the claim": invoice,
    "unassigned 30 days": lambda facts: Days(30).kept_through(date.fromisoformat(facts["imported_on"])),
    "proof 2 y": lambda facts: Years(2).kept_through(date.fromisoformat(facts["withdrawn_on"])),
    "requests 3 y": lambda facts: Years(3).kept_through(date.fromisoformat(facts["closed_on"])),
    "usage log 2 y": lambda facts: Years(2).kept_through(date.fromisoformat(facts["logged_on"])),
}


def vectors() -> Iterator[tuple[str, str, dict[str, str], date]]:
    """The rows that end on a date by the arithmetic of one clock; the purge's own tests have the others."""
    with VECTORS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            facts = dict(fact.partition("=")[::2] for fact in row["facts"].split(";"))
            if row["rule_ground"] not in RULES or row["kept_through"] in {"never-due", "at-once"}:
                continue
            if row["kind_of_record"] == "payment" and "claim_paid_on" in facts:
                facts["paid_on"] = facts["claim_paid_on"]
            if row["kind_of_record"] == "contract" and "role" in facts:
                continue
            yield row["case"], row["rule_ground"], facts, date.fromisoformat(row["kept_through"])


@pytest.mark.parametrize(("ground", "facts", "expected"), [pytest.param(*row[1:], id=row[0]) for row in vectors()])
def test_a_record_is_kept_through_the_day_of_the_vector(ground: str, facts: dict[str, str], expected: date) -> None:
    assert RULES[ground](facts) == expected


def test_the_vectors_were_read() -> None:
    assert len(list(vectors())) >= 50


# --- kept_through and cutoff -----------------------------------------------------------------------------


def test_six_years_after_15_may_2020_end_with_15_may_2026() -> None:
    ended_on = date(2020, 5, 15)
    assert kept_through(ended_on, years=6) == date(2026, 5, 15)
    assert ended_on > cutoff(date(2026, 5, 15), years=6)
    assert ended_on <= cutoff(date(2026, 5, 16), years=6)


def test_29_february_ends_on_28_february_and_is_due_on_1_march() -> None:
    ended_on = date(2020, 2, 29)
    assert kept_through(ended_on, years=6) == date(2026, 2, 28)
    assert cutoff(date(2026, 2, 28), years=6) < ended_on <= cutoff(date(2026, 3, 1), years=6)


def test_28_february_stays_28_february_in_a_leap_year() -> None:
    assert kept_through(date(2018, 2, 28), years=6) == date(2024, 2, 28)
    assert cutoff(date(2024, 2, 29), years=6) == date(2018, 2, 28)
    assert cutoff(date(2024, 3, 1), years=6) == date(2018, 2, 28)


def test_what_goes_at_once_is_kept_through_its_last_day() -> None:
    assert AtOnce().kept_through(date(2025, 3, 1)) == date(2025, 3, 1)
    assert AtOnce().cutoff(date(2025, 3, 1)) == date(2025, 2, 28)
    assert AtOnce().cutoff(date(2025, 3, 2)) == date(2025, 3, 1)


@pytest.mark.parametrize(
    "period",
    [Years(6), Years(4), Years(2), Months(12), Months(6), Months(1), Days(30), AtOnce(), Period(1, 1, 1)],
    ids=str,
)
def test_the_cutoff_is_the_latest_clock_that_is_due_on_every_day_of_forty_years(period: Period) -> None:
    for on in days(date(2000, 1, 1), date(2040, 12, 31)):
        latest = period.cutoff(on)
        assert period.kept_through(latest) < on <= period.kept_through(latest + ONE_DAY), on


some_day = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
some_period = st.builds(Period, years=st.integers(0, 30), months=st.integers(0, 30), days=st.integers(0, 400))


@given(clock=some_day, on=some_day, period=some_period)
def test_a_clock_is_due_exactly_when_its_last_kept_day_has_passed(clock: date, on: date, period: Period) -> None:
    assert (clock <= period.cutoff(on)) == (period.kept_through(clock) < on)


@given(clock=some_day, period=some_period)
def test_the_first_day_due_is_the_day_after_the_last_day_kept(clock: date, period: Period) -> None:
    last = period.kept_through(clock)
    assert period.cutoff(last) < clock <= period.cutoff(last + ONE_DAY)


def test_a_period_beyond_the_calendar_is_kept_for_ever() -> None:
    assert kept_through(date(9999, 1, 1), years=6) == date.max
    assert kept_through(date.max, days=1) == date.max


def test_a_cutoff_before_the_calendar_is_an_error() -> None:
    with pytest.raises(OverflowError):
        cutoff(date(3, 1, 1), years=6)


def test_a_negative_period_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        Days(-1)
    with pytest.raises(ValueError, match="negative"):
        kept_through(date(2026, 1, 1), years=-1)


def test_a_moment_is_not_taken_for_a_date() -> None:
    moment = datetime(2020, 5, 15, 23, 30, tzinfo=UTC)
    for rule in (kept_through, cutoff, voucher_kept_through):
        with pytest.raises(TypeError, match="helsinki_date"):
            rule(moment)


def test_a_period_is_a_value() -> None:
    assert Years(6) == Period(years=6)
    assert {Years(1): "one"}[Period(years=1)] == "one"
    assert Years(1) != Months(12)


# --- Helsinki's dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-13T21:59:59+00:00", date(2026, 1, 13)),
        ("2026-01-13T22:00:00+00:00", date(2026, 1, 14)),
        ("2026-07-13T20:59:59+00:00", date(2026, 7, 13)),
        ("2026-07-13T21:00:00+00:00", date(2026, 7, 14)),
        ("2026-03-28T22:00:00+00:00", date(2026, 3, 29)),  # 00:00, the night into summer time
        ("2026-03-29T20:59:59+00:00", date(2026, 3, 29)),  # the day has 23 hours
        ("2026-03-29T21:00:00+00:00", date(2026, 3, 30)),
        ("2026-10-24T21:00:00+00:00", date(2026, 10, 25)),  # the day has 25 hours
        ("2026-10-25T00:30:00+00:00", date(2026, 10, 25)),  # the first 03:30
        ("2026-10-25T01:30:00+00:00", date(2026, 10, 25)),  # the second
        ("2026-10-25T21:59:59+00:00", date(2026, 10, 25)),
        ("2026-10-25T22:00:00+00:00", date(2026, 10, 26)),
        ("2026-01-01T02:30:00+02:00", date(2026, 1, 1)),  # 02:30 in Helsinki is yesterday in UTC
    ],
)
def test_the_date_in_helsinki_also_on_the_nights_when_the_clock_is_moved(moment: str, expected: date) -> None:
    assert helsinki_date(datetime.fromisoformat(moment)) == expected


def test_a_moment_without_time_zone_has_no_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        helsinki_date(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake itself


def test_today_is_the_date_in_helsinki() -> None:
    before = helsinki_date(datetime.now(UTC))
    assert before <= today() <= helsinki_date(datetime.now(UTC))
