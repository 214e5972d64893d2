"""The top bar and what stands round every page, the same in the office and in the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token

from ilonet_register.office.components.registry import register
from ilonet_register.office.navigation import menu_for


@register.inclusion_tag("office/_bar.html", takes_context=True)
def top_bar(context: dict[str, Any]) -> dict[str, Any]:
    """`{% top_bar %}`: search, menu and own name for who is signed in; the bare name of the register for others."""
    request: HttpRequest | None = context.get("request")
    if request is None or not request.user.is_authenticated:
        return {"person": None}
    return {
        "person": request.user,
        "menu": list(menu_for(request.user)),
        "path": request.path,
        "keys": request.user.single_keys,
        "focus_search": context.get("focus_search", False),
        "csrf_token": get_token(request),
    }


@register.simple_tag(takes_context=True)
def session_seconds(context: dict[str, Any]) -> int:
    """`{% session_seconds %}`: how long the session lasts without another request."""
    request: HttpRequest | None = context.get("request")
    return request.session.get_expiry_age() if request is not None else 0
