"""Configuration of the app that removes what may be kept no longer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """The only code that deletes personal data."""

    name = "retention"
    verbose_name = _("Retention")
