"""Questions about customers, as chains of adjectives."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from customers.models import Address, Customer, Hold  # noqa: F401 - named in strings


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers."""

    def never_a_customer(self) -> Self:
        """Those who never had a role in any contract: listed for a person, never removed by themselves."""
        return self.filter(first_role_on__isnull=True)

    def by_name(self) -> Self:
        """In the order in which Finns sort names."""
        return self.order_by("name_key", "pk")


class PeriodQuerySet(models.QuerySet["Address"]):
    """Rows that hold from a day to a day, both included; no day means without limit."""

    def current(self, *, on: dt.date) -> Self:
        return self.filter(Q(from_on__isnull=True) | Q(from_on__lte=on), Q(until_on__isnull=True) | Q(until_on__gte=on))

    def coming(self, *, on: dt.date) -> Self:
        return self.filter(from_on__gt=on)


class HoldQuerySet(models.QuerySet["Hold"]):
    """Holds."""

    def open(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def to_review(self, *, on: dt.date) -> Self:
        return self.open().filter(review_on__lte=on)
