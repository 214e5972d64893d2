"""Holds in words: what is protected, why, since when, and when it is to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from contracts.models import Contract
from customers.models import Hold


@dataclass(frozen=True)
class HoldLine:
    """One open hold on the customer's page."""

    hold: Hold
    what: str
    placed_by: str


def hold_lines(holds: Iterable[Hold]) -> list[HoldLine]:
    """Return the holds with the number of the contract each protects."""
    rows = list(holds)
    records = [hold.record for hold in rows if hold.record]
    numbers = dict(Contract.objects.filter(uuid__in=records).values_list("uuid", "number")) if records else {}
    return [HoldLine(hold, _what(hold, numbers), hold.placed_by.called if hold.placed_by else "") for hold in rows]


def _what(hold: Hold, numbers: dict[UUID, str]) -> str:
    if hold.record is None:
        return _("Everything about this customer")
    return _("Contract %(number)s") % {"number": numbers.get(hold.record, "")}
