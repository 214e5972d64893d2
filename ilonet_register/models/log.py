"""The log of changes and of use: who did what to whom, when; its content lies apart so that it can go (N9.3)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import pgtrigger
from auditlog.models import AbstractLogEntry, LogEntryManager
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def never_truncated(name: str) -> pgtrigger.Trigger:
    """Return a trigger by which no TRUNCATE empties the table."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'the log is never truncated';",
    )


class RegisterLogManager(LogEntryManager):
    """Takes the diffs that auditlog computes, and stores them the way of this register: content apart, salted."""

    def log_create(self, instance: models.Model, force_log: bool = False, **kwargs: Any) -> LogEntry | None:
        """Record a change of a declared row; called by auditlog's receivers in the transaction of the change."""
        from ilonet_register import audit

        changes = kwargs.get("changes")
        if not changes and not force_log:
            return None
        return audit.record_change(instance, action=kwargs["action"], changes=changes or {})


class LogEntry(AbstractLogEntry):
    """One act in the register: an insert-only row that holds no value about anybody, only who, what, whom, when."""

    # auditlog copies values and names into the entry itself; here they lie in LogContent, which can go.
    object_repr = None
    serialized_data = None
    changes_text = None
    changes = None
    additional_data = None
    actor_email = None
    cid = models.UUIDField(null=True)
    remote_port = None

    uuid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    # No constraints: an entry outlives what it speaks of, and must not lock it either.
    content_type = models.ForeignKey(
        ContentType, on_delete=models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    actor = models.ForeignKey(
        "ilonet_register.User",
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    object_pk = models.CharField(max_length=255, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    action = models.PositiveSmallIntegerField(choices=AbstractLogEntry.Action.choices)
    timestamp = models.DateTimeField(default=timezone.now, db_default=models.functions.Now(), db_index=True)

    event = models.CharField(_("event"), max_length=60)
    subjects = ArrayField(models.UUIDField(), default=list, db_default=[])
    root = models.UUIDField(null=True, db_index=True)
    object_uuid = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True, default="", db_default="")
    digest = models.BinaryField(null=True)

    objects = RegisterLogManager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        get_latest_by = "timestamp"
        ordering: ClassVar = ["-timestamp", "-pk"]
        indexes: ClassVar = [
            GinIndex(fields=["subjects"], name="log_subjects", fastupdate=False),
            models.Index(fields=["actor", "-timestamp"], name="log_by_actor"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete),
            never_truncated("log_never_truncated"),
        ]

    def __str__(self) -> str:
        return f"log entry {self.pk}"


class LogContent(models.Model):
    """What an entry says was changed; deleted, with its salt, when the row it speaks of is removed (N13.2)."""

    entry = models.OneToOneField(
        LogEntry, on_delete=models.DO_NOTHING, primary_key=True, related_name="content", db_constraint=False
    )
    salt = models.BinaryField()
    content = models.JSONField()

    class Meta:
        verbose_name = _("content of a log entry")
        verbose_name_plural = _("contents of log entries")
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="deleted_by_retention_only",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("current_setting('ilonet.erasing', true) IS DISTINCT FROM 'on'"),
            ),
            never_truncated("content_never_truncated"),
        ]

    def __str__(self) -> str:
        return f"content of log entry {self.pk}"
