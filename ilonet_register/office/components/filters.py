"""The formats of `office/formats.py` as template filters."""

from __future__ import annotations

from ilonet_register.office import formats
from ilonet_register.office.components.registry import register

register.filter("day", formats.day)
register.filter("weekday_and_day", formats.weekday_and_day)
register.filter("clock", formats.clock)
register.filter("moment", formats.moment)
register.filter("euros", formats.euros)
register.filter("phone", formats.phone)
register.simple_tag(formats.span, name="span")
