"""Answering "Show": the value for a minute, as a fragment or as a page of its own.

Opening a value and writing the log is the business of the service that is asked (`reveal(by=…)`): no log, no value.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ilonet_register.office.components.shapes import Sealed


def sealed_answer(request: HttpRequest, sealed: Sealed, *, back: str) -> HttpResponse:
    """Return the component for htmx, else a page with it that goes back to `back` when its time is over."""
    if request.headers.get("HX-Request"):
        response = render(request, "office/components/_sealed.html", {"sealed": sealed})
    else:
        response = render(request, "office/sealed_page.html", {"sealed": sealed, "back": back})
        if sealed.opened:
            response["Refresh"] = f"{sealed.seconds}; url={back}"
    # The value must not come back by the browser's "Back".
    response["Cache-Control"] = "no-store"
    return response
