"""Putting what a service refuses beside the field it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


def add_faults(form: forms.Form, fault: ValidationError, names: Mapping[str, str] | None = None) -> None:
    """Show the messages of `fault` in the form: beside their fields (renamed by `names`), else above it."""
    named: dict[str, Any] = fault.error_dict if hasattr(fault, "error_dict") else {"__all__": fault.error_list}
    for name, errors in named.items():
        field = (names or {}).get(name, name)
        for error in errors:
            form.add_error(field if field in form.fields else None, error)
