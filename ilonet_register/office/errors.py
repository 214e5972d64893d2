"""Pages for what went wrong: refused, not found, too many, broken, and the database out of reach."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string

from ilonet_register.models import Grant
from ilonet_register.office.access import Refused
from ilonet_register.roles import RIGHTS, May, Right
from ilonet_register.services import NotAllowed

RETRY_SECONDS = 5
NOT_REPEATED = ("password", "oldpassword", "password1", "password2")


def refused(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403: which level this needs and who grants it, with a way back."""
    missing = exception.missing if isinstance(exception, Refused) else ()
    context = {
        "rights": rights_giving(missing),
        "granters": [grant.user.name for grant in Grant.objects.main_users().select_related("user")],
        "reason": str(exception) if isinstance(exception, NotAllowed) else "",
    }
    return render(request, "403.html", context, status=403)


def rights_giving(missing: Iterable[May]) -> list[Right]:
    """Return the levels and single rights that each have all that is missing; any one of them is enough."""
    wanted = frozenset(missing)
    return [right for right in RIGHTS.values() if wanted and wanted <= right.permissions]


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
    context = {"kept": list(_typed(request)), "path": request.get_full_path(), "posted": request.method == "POST"}
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: HttpRequest) -> Iterable[tuple[str, str]]:
    posted: QueryDict = request.POST if request.method == "POST" else QueryDict()
    return ((name, value) for name, values in posted.lists() if name not in NOT_REPEATED for value in values)
