"""What a person has decided about a removal: a hold, for a reason and until somebody lifts it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.queries import HoldQuerySet
from ilonet_register.models.base import DeclaredRow


class Hold(DeclaredRow):
    """A decision of a person that something is not removed: the purge stops there until the hold is lifted.

    It never lapses by itself: `review_on` only puts it on the list of what is to be looked at.
    """

    class Reason(models.TextChoices):
        DISPUTE = "dispute", _("dispute")
        DEBT = "debt", _("debt")
        OTHER = "other", _("other")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="holds")
    record = models.UUIDField(_("record"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    why = models.TextField(_("why"), max_length=2000, blank=True, default="", db_default="")
    review_on = models.DateField(_("to be reviewed on"))
    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("placed_at")), name="hold_lifted_after_placed"
            ),
            models.CheckConstraint(condition=Q(reason__in=["dispute", "debt", "other"]), name="hold_reason_is_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record"], condition=Q(record__isnull=False), name="hold_by_record"),
            models.Index(fields=["customer"], condition=Q(lifted_at__isnull=True), name="hold_open_by_customer"),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"
