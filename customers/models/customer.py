"""The customer: a person, a sole trader or an organisation (N6.1)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils.translation import gettext_lazy as _

from customers import identity_codes
from customers.queries import CustomerQuerySet
from ilonet_register.crypto import EncryptedField
from ilonet_register.models.base import DeclaredRow
from ilonet_register.search_keys import folded


class Customer(DeclaredRow):
    """Someone who buys, uses or pays for what the company delivers."""

    class Kind(models.TextChoices):
        PERSON = "person", _("private person")
        SOLE_TRADER = "sole_trader", _("sole trader")
        ORGANISATION = "organisation", _("organisation")

    class Language(models.TextChoices):
        FINNISH = "fi", _("Finnish")
        SWEDISH = "sv", _("Swedish")
        ENGLISH = "en", _("English")

    number = models.CharField(_("customer number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    first_names = models.CharField(_("first names"), max_length=200, blank=True, default="", db_default="")
    last_name = models.CharField(_("last name"), max_length=200, blank=True, default="", db_default="")
    organisation_name = models.CharField(
        _("name of the company"), max_length=200, blank=True, default="", db_default=""
    )
    identity_code = EncryptedField(
        _("identity code"), label="customers.customer.identity_code", mask=identity_codes.mask, null=True, blank=True
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    no_code_reason = models.CharField(
        _("why there is no identity code"), max_length=200, blank=True, default="", db_default=""
    )
    business_id = models.CharField(_("business ID"), max_length=9, blank=True, default="", db_default="")
    occupation = models.CharField(_("occupation or position"), max_length=200, blank=True, default="", db_default="")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.FINNISH)
    non_disclosure = models.BooleanField(_("non-disclosure for personal safety"), default=False, db_default=False)

    first_role_on = models.DateField(_("first role since"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    imported_version = models.PositiveIntegerField(null=True, editable=False)
    name_key = models.GeneratedField(
        expression=folded(
            Trim(
                Concat(
                    Coalesce(F("last_name"), Value("")),
                    Value(" "),
                    Coalesce(F("first_names"), Value("")),
                    Value(" "),
                    Coalesce(F("organisation_name"), Value("")),
                )
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="customer_has_number"),
            models.CheckConstraint(
                condition=Q(kind="organisation", identity_code__isnull=True, birth_date__isnull=True)
                | ~Q(kind="organisation"),
                name="customer_organisation_has_no_identity_code",
            ),
            models.CheckConstraint(
                condition=Q(identity_code__isnull=True) | Q(birth_date__isnull=True),
                name="customer_birth_date_only_without_code",
            ),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | ~Q(no_code_reason=""),
                name="customer_birth_date_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["person", "sole_trader", "organisation"]), name="customer_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(language__in=["fi", "sv", "en"]), name="customer_language_is_known"),
            models.CheckConstraint(
                condition=Q(business_id="") | ~Q(kind="person"), name="customer_person_has_no_business_id"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="customer_name_trigrams"),
            models.Index(fields=["name_key", "id"], name="customer_by_name"),
            # Few rows: who never became a customer is listed for a person.
            models.Index(fields=["created_at"], condition=Q(first_role_on__isnull=True), name="customer_never_one"),
            models.Index(fields=["business_id"], condition=~Q(business_id=""), name="customer_business_id"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def display_name(self) -> str:
        """The name as lists show it: "Surname, First names", or the company's name."""
        if self.organisation_name and self.kind != self.Kind.PERSON:
            return self.organisation_name
        return ", ".join(filter(None, [self.last_name, self.first_names])) or self.organisation_name


class IdentityCodeIndex(models.Model):
    """A keyed digest of a customer's identity code, one per key: found by the whole code only, and unique."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identity_digests")
    key_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("digest of an identity code")
        verbose_name_plural = _("digests of identity codes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key_id", "digest"], name="identity_code_is_one_persons"),
            models.UniqueConstraint(fields=["customer", "key_id"], name="identity_code_once_per_customer_and_key"),
        ]

    def __str__(self) -> str:
        return f"digest {self.pk}"
