"""Pages for what went wrong: refused, not found, too many, broken, and the database out of reach."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ilonet_register.models import Grant
from ilonet_register.office.access import Refused
from ilonet_register.office.typed import is_ours, typed
from ilonet_register.roles import RIGHTS, May, Right
from ilonet_register.services import NotAllowed

RETRY_SECONDS = 5


def refused(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403: which level this needs and who grants it, with a way back."""
    missing = exception.missing if isinstance(exception, Refused) else ()
    context = {
        "needed": needed_for(missing),
        "granters": [grant.user.name for grant in Grant.objects.main_users().select_related("user")],
        "reason": str(exception) if isinstance(exception, NotAllowed) else "",
    }
    return render(request, "403.html", context, status=403)


def needed_for(missing: Iterable[May]) -> list[list[Right]]:
    """Return what would be enough: a list of alternatives, or several where no single level or right gives all."""
    wanted = frozenset(missing)
    if not wanted:
        return []
    if whole := [right for right in RIGHTS.values() if wanted <= right.permissions]:
        return [whole]
    needed: list[list[Right]] = []
    for may in sorted(wanted):
        giving = [right for right in RIGHTS.values() if may in right.permissions]
        if giving and giving not in needed:
            needed.append(giving)
    return needed


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """404, without repeating the address."""
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """429: too many attempts to sign in."""
    return render(request, "429.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database cannot be reached. Neither asks the database, nor shows what it was about."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return lost_connection(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def lost_connection(request: HttpRequest) -> HttpResponse:
    """503: what was typed goes back into a form of hidden fields, so that "Try again" sends it once more."""
    kept = typed(request)
    context = {"kept": kept, "path": request.get_full_path(), "posted": bool(kept)}
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def lost_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is not (any more) that of the session, as after signing in again in another tab.

    What was typed is offered once more only where the browser says that the form was ours: a form of another site must
    not become one of ours by one click.
    """
    context = {"kept": typed(request), "path": request.get_full_path(), "ours": is_ours(request)}
    return render(request, "403_csrf.html", context, status=403)
