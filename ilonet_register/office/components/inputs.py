"""Fields, greyed buttons, serious confirmations and sealed values: what a person types into or presses."""

from __future__ import annotations

import secrets
from typing import Any

from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ilonet_register.office.components.registry import register
from ilonet_register.office.components.shapes import Sealed, Words

ONCE_FIELD = "once"


@register.inclusion_tag("office/components/field.html")
def field(field: BoundField, was: Words = "") -> dict[str, Any]:
    """`{% field form.email was=customer.email %}`: label, help, error, input; `was` stays in grey when it differs."""
    changed = was != "" and str(was) != str(field.value() or "")
    return {"field": field, "was": was if changed else ""}


@register.inclusion_tag("office/components/locked.html")
def locked(label: Words, value: Words, reason: Words) -> dict[str, Any]:
    """`{% locked label value reason %}`: a value that cannot be changed now, and why."""
    return {"label": label, "value": value, "reason": reason}


@register.inclusion_tag("office/components/off_button.html")
def off_button(label: Words, reason: Words, name: str = "") -> dict[str, Any]:
    """`{% off_button label reason %}`: greyed but reachable; the reason is read with it (screens.md 1.4, 6.8)."""
    return {"label": label, "reason": reason, "name": name or f"off-{secrets.token_hex(4)}"}


@register.inclusion_tag("office/components/confirm_number.html", takes_context=True)
def confirm_number(context: dict[str, Any], form: BaseForm, button: Words) -> dict[str, Any]:
    """`{% confirm_number form "Remove 47 records" %}`: a form of `office/confirming.py` for a serious act."""
    return {"form": form, "button": button, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("office/components/sealed.html", takes_context=True)
def sealed(context: dict[str, Any], sealed: Sealed) -> dict[str, Any]:
    """`{% sealed value %}`: the mask and "Show". Not inside another form or a paragraph: it holds a form itself."""
    return {"sealed": sealed, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def once_key() -> SafeString:
    """`{% once_key %}` in a form whose view is `@once`: a second press of the same form is the same act."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE_FIELD, secrets.token_urlsafe(16))
