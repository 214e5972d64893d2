"""A second press is the same act: POSTs that create carry a key, and a key is used once (screens.md 3.0).

    @needs(May.CHANGE_CUSTOMER)
    @once
    def new_customer(request): …        with {% once_key %} in its form

The first press runs the view and its redirect is remembered for an hour; the second gets the same redirect.
An answer without a redirect (a form with errors) uses no key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from ilonet_register import sessions
from ilonet_register.office.access import View
from ilonet_register.office.components.inputs import ONCE_FIELD

REMEMBERED_SECONDS = 3600
LONGEST_KEY = 64


def once(view: View) -> View:
    """Run the view only for the first POST of each key; a POST without a key runs as ever."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.POST.get(ONCE_FIELD, "")[:LONGEST_KEY]
        if request.method != "POST" or not key:
            return view(request, *args, **kwargs)
        with _alone(request, key):
            name = _name(request, key)
            if url := sessions.kept(name).get("url"):
                return HttpResponseRedirect(url)
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                sessions.keep(name, {"url": response.url}, seconds=REMEMBERED_SECONDS)
            return response

    return guarded


@contextmanager
def _alone(request: HttpRequest, key: str) -> Iterator[None]:
    """Let one press after the other in: the lock is held until the outcome of the first stands in the session."""
    spoken = f"once:{request.session.session_key}:{key}".encode()
    number = int.from_bytes(hashlib.blake2b(spoken, digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _name(request: HttpRequest, key: str) -> str:
    """Return under which name the outcome of this press is kept: beside the session, not in it.

    Sessions are saved whole at every request, and one that was read before the press would undo it.
    """
    return hashlib.blake2b(f"{request.session.session_key}:{key}".encode(), digest_size=20).hexdigest()
