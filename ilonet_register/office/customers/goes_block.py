"""The block "What goes and when", in plain words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer
from ilonet_register.office.formats import day
from ilonet_register.periods import ONE_DAY
from retention.forecast_of_person import Goes, forecast_of_person

if TYPE_CHECKING:
    from ilonet_register.purposes import Purpose


@dataclass(frozen=True)
class Line:
    """What stands in one line of the block."""

    what: str
    when: str
    why: str
    is_held: bool


def goes_lines(customer: Customer, *, on: dt.date) -> list[Line]:
    """Return a line for each kind of record about the customer; the last one is the customer."""
    return [_line(goes, customer, on=on) for goes in forecast_of_person(customer, on=on)]


def _line(goes: Goes, customer: Customer, *, on: dt.date) -> Line:
    what = str(goes.kind).capitalize()
    if not goes.is_person:
        what = f"{what} ({goes.count})"
    return Line(what, _when(goes, customer, on=on), _why(goes), bool(goes.held))


def _when(goes: Goes, customer: Customer, *, on: dt.date) -> str:
    if goes.held:
        return _("Not while the removal is prevented")
    if goes.kept_through == dt.date.max:
        return _("never: its date lies beyond the calendar")
    if goes.kept_through is not None and goes.kept_through < on:
        return _("kept through %(day)s, goes in the next night") % {"day": day(goes.kept_through)}
    if goes.kept_through is not None:
        return _("goes on %(day)s") % {"day": day(goes.kept_through + ONE_DAY)}
    if goes.is_person and customer.first_role_on is None:
        return _("no date: has never had a contract")
    return _("not while a contract is in force") if goes.is_person else _("not while in force")


def _why(goes: Goes) -> str:
    if goes.is_person:
        return _("when nothing else is left of the customer")
    return _period(goes.purpose) if goes.purpose else ""


def _period(purpose: Purpose) -> str:
    keep = purpose.keep
    if keep is None or not (keep.years or keep.months or keep.days):
        return _("%(purpose)s: at once") % {"purpose": purpose.label}
    spoken = [
        ngettext("%d year", "%d years", keep.years) % keep.years if keep.years else "",
        ngettext("%d month", "%d months", keep.months) % keep.months if keep.months else "",
        ngettext("%d day", "%d days", keep.days) % keep.days if keep.days else "",
    ]
    return _("%(purpose)s: %(period)s from the end") % {
        "purpose": purpose.label,
        "period": " ".join(filter(None, spoken)),
    }
