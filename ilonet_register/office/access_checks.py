"""System checks on the routes: no view without a declared permission, and none with one that no level has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.urls import URLPattern, URLResolver, get_resolver

from ilonet_register.office.access import access_of
from ilonet_register.roles import RIGHTS, May


@register("access")
def check_access(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report every routed view that has not said who may open it, and every permission nobody can be given."""
    return check_routes(get_resolver().url_patterns)


def check_routes(patterns: Iterable[URLPattern | URLResolver]) -> list[CheckMessage]:
    """Check these routes; the admin's own are guarded by its site (`AdminSite.has_permission`)."""
    views = list(_views(patterns))
    if not views:
        return [Error("No view was checked.", hint="Is ROOT_URLCONF set?", id="office.E001")]
    faults: list[CheckMessage] = []
    for route, view in views:
        access = access_of(view)
        if access is None:
            faults.append(
                Error(
                    f"The view at '{route}' does not say who may open it.",
                    hint="Decorate it with @needs(May.…), @needs_any(May.…), @signed_in or @public of "
                    "ilonet_register.office.access, as the outermost decorator but one.",
                    obj=view,
                    id="office.E002",
                )
            )
            continue
        faults += [_nobody_has(route, may) for may in access.permissions if may not in _granted_by_some_right()]
    return faults


def _nobody_has(route: str, may: May) -> CheckMessage:
    return CheckWarning(
        f"The view at '{route}' needs '{may}', which no level and no single right gives.",
        hint="Add the permission to a level in ilonet_register/roles.py.",
        id="office.W001",
    )


def _granted_by_some_right() -> frozenset[May]:
    return frozenset().union(*(right.permissions for right in RIGHTS.values()))


def _views(patterns: Iterable[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from _views(pattern.url_patterns, route)
        else:
            yield route, pattern.callback
