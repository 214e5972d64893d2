"""Who owns, uses and pays: people change while the contract lives (N6.1)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract, Subscription
from contracts.queries import RoleQuerySet
from customers.models import Customer
from customers.models.contact import DateRange
from ilonet_register.models.base import DeclaredRow


class Role(DeclaredRow):
    """What a customer is in a contract, or in one of its subscriptions, from one day to another.

    A role without an end of its own ends with its contract; nothing is copied.
    """

    class Kind(models.TextChoices):
        OWNER = "owner", _("owner")
        USER = "user", _("user")
        PAYER = "payer", _("payer")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="roles")
    # The database's key is of subscription and contract together (migration), so that they cannot disagree.
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="roles", null=True, blank=True, db_constraint=False
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(_("role"), max_length=5, choices=Kind.choices)
    from_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["owner", "user", "payer"]), name="role_kind_is_known"),
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(ends_on__isnull=True) | Q(from_on__lte=F("ends_on")),
                name="role_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="role_one_owner_at_a_time",
                expressions=[
                    (F("contract"), RangeOperators.EQUAL),
                    (Coalesce(F("subscription"), Value(0)), RangeOperators.EQUAL),
                    (
                        DateRange(
                            F("from_on"), F("ends_on"), RangeBoundary(inclusive_lower=True, inclusive_upper=True)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(kind="owner"),
            ),
        ]

    def __str__(self) -> str:
        return f"role {self.pk}"
