"""What the company sells (N6.3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """A service that can be subscribed to, by the name under which it is sold."""

    name = models.CharField(_("name"), max_length=200)
    is_sold = models.BooleanField(_("still sold"), default=True, db_default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="product_name_unique_whatever_case"),
            models.CheckConstraint(condition=~Q(name=""), name="product_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
