"""Configuration of the app that knows what the customers bought."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    """Products, contracts, subscriptions and the roles that people have in them."""

    name = "contracts"
    verbose_name = _("Contracts")
