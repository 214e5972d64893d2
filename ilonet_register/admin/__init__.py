"""The staff site: registers and settings, each changed through a service; people's records to be read only."""

from ilonet_register.admin import accounts, organisation  # noqa: F401 - they register themselves
