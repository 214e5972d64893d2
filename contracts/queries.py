"""Questions about contracts and roles, as chains of adjectives. What follows from dates is computed here, in SQL."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from contracts.models import Contract, Role  # noqa: F401 - named in strings


class Status(models.TextChoices):
    """One word for where a contract stands on a day; never stored."""

    DRAFT = "draft", _("Draft")
    COMING = "coming", _("Confirmed, not yet begun")
    ACTIVE = "active", _("Active")
    FIXED = "fixed", _("Active, fixed term")
    PAUSED = "paused", _("Paused")
    TERMINATED = "terminated", _("Notice given")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")
    WITHDRAWN = "withdrawn", _("Withdrawn within 14 days")


class ContractQuerySet(models.QuerySet["Contract"]):
    """Contracts."""

    def with_status(self, *, on: dt.date) -> Self:
        """Annotate `status`: what the stored state and the dates say together on that day."""
        ended = Q(ends_on__lt=on)
        return self.annotate(
            status=Case(
                When(state__in=[Status.CANCELLED, Status.WITHDRAWN], then=F("state")),
                When(state=Status.DRAFT, then=Value(Status.DRAFT.value)),
                When(ended, then=Value(Status.ENDED.value)),
                When(terminated_on__isnull=False, then=Value(Status.TERMINATED.value)),
                When(state=Status.PAUSED, then=Value(Status.PAUSED.value)),
                When(starts_on__gt=on, then=Value(Status.COMING.value)),
                When(ends_on__isnull=False, then=Value(Status.FIXED.value)),
                default=Value(Status.ACTIVE.value),
                output_field=CharField(),
            )
        )

    def in_force(self, *, on: dt.date) -> Self:
        """Confirmed contracts that have not ended on that day; those that begin later included."""
        return self.filter(state__in=["confirmed", "paused"]).exclude(ends_on__lt=on)

    def without_end(self) -> Self:
        """Contracts to which notice was given without a day on which they end: never due, listed for a person."""
        return self.filter(terminated_on__isnull=False, ends_on__isnull=True)


def role_end() -> Combinable:
    """The last day of a role: its own end or its contract's, whichever comes first; null while neither is known."""
    return Least(F("ends_on"), F("contract__ends_on"))


class RoleQuerySet(models.QuerySet["Role"]):
    """Roles."""

    def with_end(self) -> Self:
        """Annotate `end`: when the role ends, by its own date or its contract's (N13.2)."""
        return self.annotate(end=role_end())

    def current(self, *, on: dt.date) -> Self:
        """Roles that hold on that day; those of drafts do not count."""
        begun = Q(from_on__isnull=True) | Q(from_on__lte=on)
        return self.counted().with_end().filter(begun).filter(Q(end__isnull=True) | Q(end__gte=on))

    def open(self, *, on: dt.date) -> Self:
        """Roles that have not ended on that day; those that begin later included."""
        return self.counted().with_end().filter(Q(end__isnull=True) | Q(end__gte=on))

    def counted(self) -> Self:
        """Roles of contracts that were confirmed; a draft makes nobody a customer."""
        return self.exclude(contract__state="draft")
