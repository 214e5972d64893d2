"""Contracts and the subscriptions that belong to them (N6.3)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from contracts.models.catalogue import Product
from contracts.queries import ContractQuerySet
from ilonet_register.models.base import DeclaredRow
from ilonet_register.search_keys import folded


class Contract(DeclaredRow):
    """An agreement on services. Who owns, uses and pays stands in its roles; the contract goes on when they change.

    Only what cannot be read from dates is stored in `state`; active, terminated and ended follow from the dates.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        PAUSED = "paused", _("paused")
        CANCELLED = "cancelled", _("cancelled")
        WITHDRAWN = "withdrawn", _("withdrawn within 14 days")

    number = models.CharField(_("contract number"), max_length=30, unique=True)
    seller = models.CharField(_("seller"), max_length=100, blank=True, default="", db_default="")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, db_default=State.DRAFT.value
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    terminated_on = models.DateField(_("notice given on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=200, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    imported_version = models.PositiveIntegerField(null=True, editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="contract_has_number"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "confirmed", "paused", "cancelled", "withdrawn"]),
                name="contract_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on"))
                | Q(state__in=["cancelled", "withdrawn"]),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "withdrawn"]) | Q(ends_on__isnull=False),
                name="contract_called_off_has_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "paused"]) | Q(starts_on__isnull=False),
                name="contract_confirmed_has_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ends_on"], name="contract_by_end"),
            # Few rows: notice without an end is listed for a person.
            models.Index(
                fields=["terminated_on"],
                condition=Q(terminated_on__isnull=False, ends_on__isnull=True),
                name="contract_notice_without_end",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Subscription(DeclaredRow):
    """One service delivered to one place under a contract."""

    number = models.CharField(_("subscription number"), max_length=30, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="subscriptions")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="subscriptions")
    street_address = models.CharField(_("installation address"), max_length=200, blank=True, default="", db_default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="", db_default="")
    city = models.CharField(_("town"), max_length=100, blank=True, default="", db_default="")
    address_key = models.GeneratedField(
        expression=folded(Concat(F("street_address"), Value(" "), F("postal_code"), Value(" "), F("city"))),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="subscription_has_number"),
            # The target of the key by which a role names a subscription of its own contract.
            models.UniqueConstraint(fields=["id", "contract"], name="subscription_and_its_contract"),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["address_key"], opclasses=["gin_trgm_ops"], name="subscription_trigrams"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def address_line(self) -> str:
        """The installation address as one line for people who may see it."""
        return ", ".join(filter(None, [self.street_address, " ".join(filter(None, [self.postal_code, self.city]))]))
