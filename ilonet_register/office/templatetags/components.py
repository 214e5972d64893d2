"""`{% load components %}`: every tag and filter of `ilonet_register/office/components/`."""

from ilonet_register.office.components import bar, filters, inputs, layout, notices
from ilonet_register.office.components.registry import register

__all__ = ["bar", "filters", "inputs", "layout", "notices", "register"]
