"""Nights and their evidence on the staff site, to be read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ilonet_register.admin.base import ReadOnlyAdmin
from ilonet_register.roles import May
from retention.models import Evidence, PurgeRun


def in_words(counts: dict[str, int]) -> str:
    """Return what was removed: kinds of record and how many of each."""
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


@admin.register(PurgeRun)
class PurgeRunAdmin(ReadOnlyAdmin):
    """Each night: what became of it."""

    sees = May.SEE_RETENTION
    list_display = ("started_at", "on", "state", "finished_at", "allowed")
    fields = ("on", "state", "started_at", "heartbeat_at", "finished_at", "allowed", "totals")
    list_filter = ("state",)
    sortable_by = ()
    ordering = ("-started_at", "-pk")


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """Each batch of a night: counts, and the digest that stands in the ledger."""

    sees = May.SEE_RETENTION
    list_display = ("created_at", "rule", "on", "what")
    fields = ("batch", "run", "rule", "on", "what", "digest_hex", "created_at")
    readonly_fields = ("what", "digest_hex")
    list_filter = ("rule",)
    sortable_by = ()
    ordering = ("-pk",)

    @admin.display(description=_("removed"))
    def what(self, row: Evidence) -> str:
        return in_words(row.counts)

    @admin.display(description=_("digest"))
    def digest_hex(self, row: Evidence) -> str:
        return bytes(row.digest).hex()
