"""By when a data subject is answered: one month, three if extended, pauses added, moved once (GDPR 12(3))."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilonet_register.periods import Pause, is_working_day, last_safe_day, next_working_day, reply_due

VECTORS = Path(__file__).parent.parent / "vectors" / "deadlines.csv"
RECEIVED = date(2026, 3, 5)  # the month ends on Sunday 5.4., Easter: due on Tuesday 7.4.


def vectors() -> list[tuple[date, list[Pause], bool, date]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return [
            (
                date.fromisoformat(row["received"]),
                [(date.fromisoformat(row["identity_asked"]), date.fromisoformat(row["identity_proved"]))]
                if row["identity_asked"]
                else [],
                row["extended"] == "yes",
                date.fromisoformat(row["due"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(("received", "pauses", "extended", "due"), vectors())
def test_the_due_date_is_that_of_the_vector(received: date, pauses: list[Pause], extended: bool, due: date) -> None:
    assert reply_due(received, pauses=pauses, extended=extended) == due


def test_every_vector_was_read() -> None:
    assert len(vectors()) == 57


def test_a_month_is_no_thirty_days() -> None:
    assert reply_due(date(2026, 7, 13)) == date(2026, 8, 13)


def test_while_identity_is_unproved_there_is_no_due_date() -> None:
    assert reply_due(RECEIVED, pauses=[(date(2026, 3, 8), None)]) is None
    assert reply_due(RECEIVED, pauses=[(date(2026, 3, 8), None)], extended=True) is None


def test_one_open_pause_among_ended_ones_leaves_no_due_date() -> None:
    assert reply_due(RECEIVED, pauses=[(date(2026, 3, 20), None), (date(2026, 3, 8), date(2026, 3, 9))]) is None


def test_days_of_overlapping_pauses_count_once() -> None:
    one = [(date(2026, 3, 8), date(2026, 3, 15))]
    two = [*one, (date(2026, 3, 10), date(2026, 3, 12)), (date(2026, 3, 8), date(2026, 3, 9))]
    assert reply_due(RECEIVED, pauses=two) == reply_due(RECEIVED, pauses=one) == date(2026, 4, 13)


def test_pauses_that_touch_are_one() -> None:
    halves = [(date(2026, 3, 11), date(2026, 3, 15)), (date(2026, 3, 8), date(2026, 3, 11))]
    assert reply_due(RECEIVED, pauses=halves) == date(2026, 4, 13)


def test_pauses_are_added_before_the_date_is_moved_and_it_is_moved_once() -> None:
    # 5.4. + 1 = 6.4. (Easter Monday) → 7.4.; moved first it would be 7.4. + 1 = 8.4.
    assert reply_due(RECEIVED, pauses=[(date(2026, 3, 8), date(2026, 3, 9))]) == date(2026, 4, 7)


def test_proof_on_the_day_it_was_asked_stops_nothing() -> None:
    assert reply_due(RECEIVED, pauses=[(date(2026, 3, 8), date(2026, 3, 8))]) == date(2026, 4, 7)


def test_asking_on_the_due_date_still_stops_the_clock() -> None:
    assert reply_due(RECEIVED, pauses=[(date(2026, 4, 7), date(2026, 4, 17))]) == date(2026, 4, 15)
    assert reply_due(RECEIVED, pauses=[(date(2026, 4, 7), None)]) is None


def test_asking_after_the_due_date_stops_nothing() -> None:
    assert reply_due(RECEIVED, pauses=[(date(2026, 4, 8), date(2026, 4, 20))]) == date(2026, 4, 7)
    assert reply_due(RECEIVED, pauses=[(date(2026, 4, 8), None)]) == date(2026, 4, 7)


def test_the_due_date_as_it_then_stood_includes_earlier_pauses() -> None:
    earlier = (date(2026, 3, 8), date(2026, 3, 15))  # due on 13.4.
    assert reply_due(RECEIVED, pauses=[(date(2026, 4, 13), date(2026, 4, 15)), earlier]) == date(2026, 4, 14)
    assert reply_due(RECEIVED, pauses=[(date(2026, 4, 14), date(2026, 4, 30)), earlier]) == date(2026, 4, 13)


def test_asking_again_while_the_clock_stands_is_never_too_late() -> None:
    # Asked on the due date after a weekend that had moved it: the days gained fall on the same weekend,
    # yet on 8.4. the clock still stood.
    pauses: list[Pause] = [(date(2026, 4, 7), date(2026, 4, 9)), (date(2026, 4, 8), date(2026, 4, 20))]
    assert reply_due(RECEIVED, pauses=pauses) == reply_due(RECEIVED, pauses=[(date(2026, 4, 7), date(2026, 4, 20))])


def test_with_an_extension_the_clock_can_be_stopped_until_the_extended_date() -> None:
    assert reply_due(RECEIVED, pauses=[(date(2026, 5, 4), date(2026, 5, 8))], extended=True) == date(2026, 6, 9)


def test_proved_before_asked_is_an_error() -> None:
    with pytest.raises(ValueError, match="proved before"):
        reply_due(RECEIVED, pauses=[(date(2026, 3, 9), date(2026, 3, 8))])


def test_proved_before_asked_is_an_error_even_where_the_pause_would_not_count() -> None:
    with pytest.raises(ValueError, match="proved before"):
        reply_due(RECEIVED, pauses=[(date(2026, 3, 8), None), (date(2027, 3, 9), date(2027, 3, 8))])


def test_asked_before_receipt_is_an_error() -> None:
    with pytest.raises(ValueError, match="before the request was received"):
        reply_due(RECEIVED, pauses=[(date(2026, 3, 4), date(2026, 3, 8))])


def test_a_moment_is_not_taken_for_a_date() -> None:
    with pytest.raises(TypeError, match="helsinki_date"):
        reply_due(datetime(2026, 3, 5, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 6, 19),  # Midsummer Eve
        date(2029, 12, 24),  # Christmas Eve, a Monday
        date(2025, 12, 25),
        date(2024, 12, 6),
        date(2026, 11, 1),  # a Sunday
        date(2026, 11, 7),  # a Saturday
    ],
)
def test_holidays_eves_and_weekends_are_no_working_days(day: date) -> None:
    assert not is_working_day(day)
    assert is_working_day(next_working_day(day))


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2026, 4, 30), date(2026, 4, 2), date(2026, 12, 23)])
def test_other_eves_are_working_days(day: date) -> None:
    assert is_working_day(day)
    assert next_working_day(day) == day


def test_the_last_safe_day_is_before_an_eve_that_moved_the_due_date() -> None:
    assert reply_due(date(2026, 5, 19)) == date(2026, 6, 22)  # 19.6. is Midsummer Eve
    assert last_safe_day(date(2026, 5, 19)) == date(2026, 6, 18)
    assert reply_due(date(2026, 11, 24)) == date(2026, 12, 28)  # 24.12. is Christmas Eve
    assert last_safe_day(date(2026, 11, 24)) == date(2026, 12, 23)
    # 22.12.2029 is a Saturday: counted strictly it moves to Monday, which is Christmas Eve.
    assert last_safe_day(date(2029, 11, 22)) == date(2029, 12, 21)


def test_the_last_safe_day_is_otherwise_the_due_date() -> None:
    assert last_safe_day(RECEIVED) == reply_due(RECEIVED)
    assert last_safe_day(date(2026, 5, 20)) == date(2026, 6, 22)  # 20.6. is a Saturday and listed
    assert last_safe_day(RECEIVED, pauses=[(date(2026, 3, 8), None)]) is None


received_days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


@given(
    received=received_days, extended=st.booleans(), spans=st.lists(st.tuples(st.integers(0, 25), st.integers(0, 40)))
)
def test_the_due_date_is_the_moved_end_plus_the_different_days(
    received: date, extended: bool, spans: list[tuple[int, int]]
) -> None:
    # Asked within 25 days of receipt: no pause is ever too late, so the formula of the law stands alone.
    pauses = [(received + timedelta(days=a), received + timedelta(days=a + n)) for a, n in spans]
    covered = {asked + timedelta(days=i) for asked, proved in pauses for i in range((proved - asked).days)}
    plain_end = received
    for _ in range(3 if extended else 1):  # the same day of the month, clamped, from the day of receipt
        plain_end = (plain_end.replace(day=1) + timedelta(days=31)).replace(day=1)
    while plain_end.day < received.day and (plain_end + timedelta(days=1)).month == plain_end.month:
        plain_end += timedelta(days=1)
    due = reply_due(received, pauses=pauses, extended=extended)
    assert due == next_working_day(plain_end + timedelta(days=len(covered)))
    safe = last_safe_day(received, pauses=pauses, extended=extended)
    assert safe is not None
    assert due is not None
    assert safe <= due
    assert is_working_day(safe)
