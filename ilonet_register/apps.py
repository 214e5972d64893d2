"""Configuration of the foundation: loads every declaration, then registers the declared models with the log."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """The foundation."""

    name = "ilonet_register"
    verbose_name = _("Register")

    def ready(self) -> None:
        from ilonet_register import audit, checks, declaration_checks  # noqa: F401 - checks register themselves
        from ilonet_register.database import lookups  # noqa: F401 - lookups register themselves

        autodiscover_modules("personal_data")
        audit.follow_declared_models()
