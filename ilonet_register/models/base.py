"""What every declared row has: a UUID that is never reused, and the source it came from (N7.1)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from ilonet_register.declarations import SOURCE_LABELS, Source


class SourceField(models.CharField):
    """The kind of source of a record, from the closed list."""

    def __init__(self, **kwargs: object) -> None:
        kwargs = {
            "verbose_name": _("source"),
            "max_length": 20,
            "choices": [(kind.value, label) for kind, label in SOURCE_LABELS.items()],
            "default": Source.SUBJECT.value,
            "db_default": Source.SUBJECT.value,
        } | kwargs
        super().__init__(**kwargs)  # type: ignore[arg-type]

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        """Leave the choices out of migrations: a new label changes no table."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, list(args), kwargs


class DeclaredRow(models.Model):
    """A row with personal data: known by its UUID to the log, the ledger and every URL."""

    uuid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    source = SourceField()
    source_detail = models.CharField(
        _("source in the sender's words"), max_length=100, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=models.functions.Now())
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_default=models.functions.Now())

    class Meta:
        abstract = True
