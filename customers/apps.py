"""Configuration of the app that knows who the customers are."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Customers, how to reach them, and the facts that bind every other app."""

    name = "customers"
    verbose_name = _("Customers")
