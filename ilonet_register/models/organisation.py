"""The organisation that keeps the register: what letters and the notice say of it (N1-N3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """The controller, its representative, its data-protection officer and the supervisory authority: one row."""

    name = models.CharField(_("name"), max_length=200)
    street_address = models.CharField(_("street address"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=10)
    city = models.CharField(_("town"), max_length=100)
    phone = models.CharField(_("phone"), max_length=40)
    representative = models.CharField(_("representative"), max_length=200)
    representative_email = models.EmailField(_("representative's e-mail"), blank=True)
    officer = models.CharField(_("data-protection officer"), max_length=200)
    officer_address = models.CharField(_("officer's address"), max_length=300, blank=True)
    officer_phone = models.CharField(_("officer's phone"), max_length=40, blank=True)
    officer_email = models.EmailField(_("officer's e-mail"), blank=True)
    authority = models.TextField(_("supervisory authority: name, address, phone, e-mail"))

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="organisation_is_one_row")]

    def __str__(self) -> str:
        return self.name
