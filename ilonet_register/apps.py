"""Configuration of the foundation: loads every declaration, then registers the declared models with the log."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

OUR_APPS = ("ilonet_register", "customers", "contracts", "retention")


class RegisterConfig(AppConfig):
    """The foundation."""

    name = "ilonet_register"
    verbose_name = _("Register")

    def ready(self) -> None:
        from ilonet_register import audit, checks, declaration_checks  # noqa: F401 - checks register themselves
        from ilonet_register.database import lookups  # noqa: F401 - lookups register themselves

        autodiscover_modules("personal_data")
        audit.follow_declared_models()


class StaffSiteConfig(SimpleAdminConfig):
    """Django's admin with what our own apps show there, and nothing that other apps would add by themselves."""

    default_site = "ilonet_register.staff_site.StaffSite"

    def ready(self) -> None:
        super().ready()
        for app in OUR_APPS:
            import_module(f"{app}.admin")
