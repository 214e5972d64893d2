"""The organisation: who keeps the register (N1-N3)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ilonet_register import services
from ilonet_register.admin.base import ServiceAdmin
from ilonet_register.models import Organisation, User
from ilonet_register.roles import May


@admin.register(Organisation)
class OrganisationAdmin(ServiceAdmin):
    """One row, which is there from the first migration."""

    sees = keeps = May.KEEP_REGISTERS
    fields = (
        "name",
        "street_address",
        ("postal_code", "city"),
        "phone",
        ("representative", "representative_email"),
        "officer",
        "officer_address",
        ("officer_phone", "officer_email"),
        "authority",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save(self, pk: int | None, values: dict[str, Any], *, by: User) -> Organisation:
        return services.change_organisation(values=values, by=by)
