"""The one tag library that all component modules add to; `templatetags/components.py` offers it."""

from __future__ import annotations

from django import template

register = template.Library()
