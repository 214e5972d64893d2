"""Accounts and the log of use, to be read: accounts are changed on their page, the log by nobody."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ilonet_register.admin.base import PeopleAdmin, ReadOnlyAdmin
from ilonet_register.models import LogEntry, User
from ilonet_register.roles import RIGHTS, May


@admin.register(User)
class UserAdmin(PeopleAdmin):
    """Accounts of people: no form, no password, no right can be changed here (N9.2)."""

    sees = May.SEE_USERS
    page = "office:user"
    list_display = ("name", "email", "levels", "is_active", "valid_until", "their_page")
    fields = ("name", "email", "language", "levels", "is_active", "valid_until", "closed_on", "their_page")
    readonly_fields = ("levels", "their_page")
    list_filter = ("is_active",)
    sortable_by = ()
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.people().prefetch_related("grants")

    @admin.display(description=_("levels"))
    def levels(self, row: User) -> str:
        held = {grant.right for grant in row.grants.all() if grant.withdrawn_at is None}
        return ", ".join(str(right.label) for name, right in RIGHTS.items() if name in held)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who did what, when: events and ids only. What was changed is shown on the customer's page."""

    sees = May.SEE_LOG
    list_display = ("timestamp", "who", "event", "purpose", "how_many")
    fields = ("timestamp", "who", "event", "purpose", "remote_addr", "subjects", "object_uuid", "root")
    readonly_fields = ("who",)
    list_select_related = ("actor",)
    sortable_by = ()
    ordering = ("-timestamp", "-pk")

    @admin.display(description=_("who"))
    def who(self, row: LogEntry) -> str:
        return row.actor.called if row.actor else ""

    @admin.display(description=_("people concerned"))
    def how_many(self, row: LogEntry) -> int:
        return len(row.subjects)
