"""The law's arithmetic: how long something is kept and by when a person is answered.

Pure functions over Helsinki calendar dates. Every date is an argument; only
`today` reads the clock, and only commands and views call it.

Two kinds of period, which are never mixed:

* **Retention** (N13.2, the notice 13): kept through the same day of the last
  month, due from the next day, never moved to a working day.
* **Reply** (GDPR 12(3), Regulation 1182/71): ends on the same day of the month,
  lengthened by pauses, moved once to a working day.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
ONE_DAY = timedelta(days=1)
REPLY_MONTHS = 1
EXTENDED_REPLY_MONTHS = 3
VOUCHER_YEARS = 6

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""The years of the dates that people may enter, by hand or by file; beyond them are slips and where calendars end."""

Pause = tuple[date, date | None]
"""When proof of identity was asked, and when it came (None: still open)."""


# --- Retention ---------------------------------------------------------------


def kept_through(ended_on: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Return the last day on which a record is held (N13.2; Act 150/1930 §3).

    Years and months end on the same day, or on the last day of a month that is
    too short (29.2. → 28.2.); days are added after them. The record is due from
    the next day. A period that runs beyond the calendar is kept through
    `date.max`, that is: for ever.
    """
    _refuse_moments(ended_on)
    _refuse_negative(years, months, days)
    try:
        return _plus_months(ended_on, 12 * years + months) + timedelta(days=days)
    except OverflowError:
        return date.max


def cutoff(on: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Return the latest clock date of the records that are due on a day.

    The inverse of `kept_through`, so that SQL can compare a plain indexed
    column: ``clock <= cutoff(on)`` exactly when ``kept_through(clock) < on``.
    OverflowError when the period reaches back before the calendar.
    """
    _refuse_moments(on)
    _refuse_negative(years, months, days)
    last_kept = on - ONE_DAY - timedelta(days=days)
    clock = _plus_months(last_kept, -(12 * years + months))
    if last_kept.day == _days_in_month(last_kept.year, last_kept.month):
        # The last day of a short month is where every later day of a longer
        # one ends too: 28.2.2026 is the last day for 28.2.2020 and 29.2.2020.
        return clock.replace(day=_days_in_month(clock.year, clock.month))
    return clock


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept after its clock: years, months and days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        _refuse_negative(self.years, self.months, self.days)

    def kept_through(self, clock: date) -> date:
        """Return the last day on which a record with this clock is held."""
        return kept_through(clock, years=self.years, months=self.months, days=self.days)

    def cutoff(self, on: date) -> date:
        """Return the latest clock of the records that are due on a day."""
        return cutoff(on, years=self.years, months=self.months, days=self.days)


def Years(years: int) -> Period:
    """Return a period of whole calendar years."""
    return Period(years=years)


def Months(months: int) -> Period:
    """Return a period of whole calendar months."""
    return Period(months=months)


def Days(days: int) -> Period:
    """Return a period of days."""
    return Period(days=days)


def AtOnce() -> Period:
    """Return the period of what goes at once (the notice 13).

    Its clock is the last day on which it is needed: a role that ends on 1.3.
    still runs on 1.3., so what served it is kept through 1.3. and is due from
    2.3. A grace of n days is `Days(n)` from the same clock.
    """
    return Period()


def voucher_kept_through(financial_year_ends: date) -> date:
    """Return the last day a voucher is held (Accounting Act 1336/1997 2:10 §).

    Six years from the end of the *calendar* year in which the financial year
    ended: 30.4.2017 → 31.12.2023.
    """
    _refuse_moments(financial_year_ends)
    return date(financial_year_ends.year + VOUCHER_YEARS, 12, 31)


# --- Replies to data subjects --------------------------------------------------


def reply_due(received: date, *, pauses: Iterable[Pause] = (), extended: bool = False) -> date | None:
    """Return the last day for an answer to a data subject (GDPR 12(3), 12(6)).

    One calendar month from receipt, three if extended, plus the number of
    different days on which the clock stood, then moved once to a working day.
    A pause is (asked, proved) and covers the days from asking until the day
    before proof; while one is open there is no due date: None. One asked after
    the due date as it then stood stops nothing. ValueError when a pause ends
    before it begins or begins before receipt.
    """
    end = _reply_end(received, pauses, extended)
    return None if end is None else next_working_day(end)


def last_safe_day(received: date, *, pauses: Iterable[Pause] = (), extended: bool = False) -> date | None:
    """Return the day by which reminders want the answer sent.

    The due date, except where it was moved past Midsummer Eve or Christmas Eve:
    Regulation 1182/71 Art. 2 counts only listed holidays, and the eves are not
    listed, so the working day before the eve is the last safe one.
    """
    end = _reply_end(received, pauses, extended)
    if end is None:
        return None
    strict = end
    while _is_weekend(strict) or (strict in _days_off(strict.year) and strict not in _eves(strict.year)):
        strict += ONE_DAY
    while not is_working_day(strict):
        strict -= ONE_DAY
    return strict


def is_working_day(day: date) -> bool:
    """Tell whether a day is neither weekend, Finnish holiday, nor one of the eves."""
    return not _is_weekend(day) and day not in _days_off(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


# --- The clock -------------------------------------------------------------------


def helsinki_date(moment: datetime) -> date:
    """Return the calendar date in Helsinki of a moment.

    At 23:30 UTC it is already the next day there. ValueError for a moment
    without a time zone: it could be any of two days.
    """
    if moment.utcoffset() is None:
        raise ValueError("A moment without a time zone has no date in Helsinki.")
    return moment.astimezone(HELSINKI).date()


def today() -> date:
    """Return the current date in Helsinki.

    The only reader of the clock: commands and views call it and pass the date
    on, so that every rule can be tried with any date.
    """
    return helsinki_date(datetime.now(UTC))


# --- Inside ------------------------------------------------------------------------


def _reply_end(received: date, pauses: Iterable[Pause], extended: bool) -> date | None:
    """Return the calendar end of a reply before it is moved to a working day."""
    known = sorted(_checked(received, pauses), key=lambda pause: pause[0])
    months = EXTENDED_REPLY_MONTHS if extended else REPLY_MONTHS
    end = _plus_months(received, months)
    stands_until = received  # the clock has stood, without gaps counted twice, until
    for asked, proved in known:
        if asked >= stands_until and asked > next_working_day(end):
            continue
        if proved is None:
            return None
        # Only the days no earlier pause covers: two at once are not two.
        end += max(proved - max(asked, stands_until), timedelta())
        stands_until = max(stands_until, proved)
    return end


def _checked(received: date, pauses: Iterable[Pause]) -> list[Pause]:
    """Return the pauses; ValueError for one that cannot have been."""
    _refuse_moments(received)
    known = list(pauses)
    for asked, proved in known:
        _refuse_moments(asked)
        if asked < received:
            raise ValueError("Identity was asked for before the request was received.")
        if proved is not None:
            _refuse_moments(proved)
            if proved < asked:
                raise ValueError("Identity was proved before it was asked for.")
    return known


def _plus_months(day: date, months: int) -> date:
    """Move a date by calendar months, to the last day of a month too short."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("The period leaves the calendar.")
    return date(year, month, min(day.day, _days_in_month(year, month)))


def _days_in_month(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _is_weekend(day: date) -> bool:
    return day.weekday() >= calendar.SATURDAY


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    """Return the holidays of a year, the eves included (Act 150/1930 §5)."""
    # Imported at first use: it takes 0.3 s, which `manage.py --help` need not wait.
    from holidays import country_holidays

    return frozenset(country_holidays("FI", years=year)) | _eves(year)


@lru_cache(maxsize=64)
def _eves(year: int) -> frozenset[date]:
    """Return Midsummer Eve (the Friday of 19 to 25 June) and Christmas Eve."""
    midsummer = next(
        day for day in (date(year, 6, number) for number in range(19, 26)) if day.weekday() == calendar.FRIDAY
    )
    return frozenset({midsummer, date(year, 12, 24)})


def _refuse_moments(day: date) -> None:
    """TypeError for a datetime: it is a date to Python, but not Helsinki's."""
    if isinstance(day, datetime):
        raise TypeError("A calendar date is needed here: use helsinki_date(moment).")


def _refuse_negative(years: int, months: int, days: int) -> None:
    if min(years, months, days) < 0:
        raise ValueError("A period cannot be negative.")
