"""Where and how a customer is reached (N6.1)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.queries import PeriodQuerySet
from ilonet_register.models.base import DeclaredRow
from ilonet_register.search_keys import PhoneKey, folded

PLACE = ("street_address", "postal_code", "city")
"""The columns that say where something is, of addresses and subscriptions alike."""


class DateRange(Func):
    """PostgreSQL's daterange(from, until, bounds): a period of whole days, both ends included."""

    function = "daterange"
    output_field = DateRangeField()


class Address(DeclaredRow):
    """A place where a customer lives, or to which post or invoices go, for a time."""

    class Kind(models.TextChoices):
        POSTAL = "postal", _("postal address")
        INSTALLATION = "installation", _("installation address")
        INVOICING = "invoicing", _("invoicing address")
        CONTACT = "contact", _("contact address")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, default=Kind.POSTAL, db_default=Kind.POSTAL.value
    )
    street_address = models.CharField(_("street address"), max_length=200, blank=True, default="", db_default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="", db_default="")
    city = models.CharField(_("town"), max_length=100, blank=True, default="", db_default="")
    country = models.CharField(_("country"), max_length=2, default="FI", db_default="FI")
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    address_key = models.GeneratedField(
        expression=folded(
            Concat(F("street_address"), Value(" "), F("postal_code"), Value(" "), F("city")),
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(from_on__lte=F("until_on")),
                name="address_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["postal", "installation", "invoicing", "contact"]), name="address_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(street_address="", postal_code="", city=""), name="address_is_not_empty"
            ),
            ExclusionConstraint(
                name="address_one_of_a_kind_at_a_time",
                expressions=[
                    (F("customer"), RangeOperators.EQUAL),
                    (F("kind"), RangeOperators.EQUAL),
                    (
                        DateRange(
                            F("from_on"), F("until_on"), RangeBoundary(inclusive_lower=True, inclusive_upper=True)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["address_key"], opclasses=["gin_trgm_ops"], name="address_trigrams"),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"

    @property
    def one_line(self) -> str:
        """The address as one line for people who may see it."""
        town = " ".join(filter(None, [self.postal_code, self.city]))
        abroad = self.country if self.country != "FI" else ""
        return ", ".join(filter(None, [self.street_address, town, abroad]))


class ContactMedium(DeclaredRow):
    """A phone number or an e-mail address at which a customer is reached."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contact_media")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    value = models.CharField(_("number or address"), max_length=254)
    is_main = models.BooleanField(_("used first"), default=True, db_default=True)
    value_key = models.GeneratedField(
        expression=Case(When(kind="phone", then=PhoneKey(F("value"))), default=Lower(F("value"))),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("phone or e-mail")
        verbose_name_plural = _("phones and e-mails")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(value=""), name="contact_medium_is_not_empty"),
            models.CheckConstraint(condition=Q(kind__in=["phone", "email"]), name="contact_medium_kind_is_known"),
            models.UniqueConstraint(fields=["customer", "kind", "value_key"], name="contact_medium_once_per_customer"),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(is_main=True), name="contact_medium_one_is_used_first"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["value_key", "kind"], name="contact_medium_by_value")]

    def __str__(self) -> str:
        return f"contact medium {self.pk}"
