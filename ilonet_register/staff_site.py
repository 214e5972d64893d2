"""The site itself: Django's admin without a door, a theme or a log of its own."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    """Django's admin under the register's own rights; signing in and out is the register's."""

    site_title = _("Administration")
    site_header = _("Administration")
    index_title = _("Registers and settings")
    enable_nav_sidebar = False
    final_catch_all_view = False  # it would answer an unknown address differently for who is not signed in
    empty_value_display = "–"
    site_url: ClassVar[str | None] = None  # type: ignore[misc]  # the top bar leads home

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person has registers to keep here.

        Raises PermissionDenied for who is signed in and has none: the sign-in would only lead back here.
        """
        if request.user.is_authenticated and not request.user.is_staff:
            raise PermissionDenied
        return bool(request.user.is_authenticated)
