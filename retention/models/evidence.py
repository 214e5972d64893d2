"""Runs of the purge, and the proof of each batch: counts and a digest, never a value about anybody (N13.2)."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ilonet_register.models.log import never_truncated


class PurgeRun(models.Model):
    """One real run of the purge; dry runs leave no trace."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped, waits for approval")
        FAILED = "failed", _("Failed")
        UNFINISHED = "unfinished", _("Something was locked and is left for the next run")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    on = models.DateField(_("removed as of"))
    rule = models.CharField(_("this rule alone"), max_length=60, blank=True, default="", db_default="")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    # No constraint: a run outlives the account that started it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    allowed = models.PositiveIntegerField(_("rows allowed"), null=True)
    totals = models.JSONField(_("totals"), default=dict)

    class Meta:
        verbose_name = _("night")
        verbose_name_plural = _("nights")
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")), name="run_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class Evidence(models.Model):
    """What one batch removed: by kind how many, and a digest over the hashes that went to the ledger."""

    batch = models.UUIDField(unique=True, editable=False)
    run = models.ForeignKey(PurgeRun, on_delete=models.PROTECT, related_name="evidence", null=True)
    rule = models.CharField(_("rule"), max_length=60)
    on = models.DateField(_("removed as of"))
    counts = models.JSONField(_("counts"))
    digest = models.BinaryField()
    created_at = models.DateTimeField(_("removed at"), default=timezone.now)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering: ClassVar = ["pk"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="evidence_stands", operation=pgtrigger.Update | pgtrigger.Delete),
            never_truncated("evidence_never_truncated"),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class LedgerOutbox(models.Model):
    """The ledger object of a batch on its way out: written with the batch, gone once both mirrors have it."""

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, primary_key=True, related_name="outbox")
    payload = models.TextField()

    class Meta:
        verbose_name = _("on its way to the ledger")
        verbose_name_plural = _("on their way to the ledger")

    def __str__(self) -> str:
        return f"outbox {self.pk}"
