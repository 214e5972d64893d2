"""The first page after signing in (screens.md 3.1)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ilonet_register.office.access import signed_in
from ilonet_register.office.levels import labels
from ilonet_register.office.navigation import menu_for
from ilonet_register.office.requests import ClerksRequest


@signed_in
@require_GET
def start(request: ClerksRequest) -> HttpResponse:
    """What waits for this person; until work orders and requests come, the pages that are open to them."""
    pages = [entry for entry in menu_for(request.user) if entry.url != request.path]
    return render(request, "office/start.html", {"pages": pages, "held": labels(request.user.rights)})
