"""Configuration of the pages: loads the check that no page is open by oversight."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """The pages people work in."""

    name = "ilonet_register.office"
    label = "office"
    verbose_name = _("Office")

    def ready(self) -> None:
        from ilonet_register.office import access_checks, navigation  # noqa: F401 - checks register themselves
