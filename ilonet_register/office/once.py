"""A second press is the same act: POSTs that create carry a key, and a key is used once (screens.md 3.0).

    @needs(May.CHANGE_CUSTOMER)
    @once
    def new_customer(request): …        with {% once_key %} in its form

The first press runs the view and its redirect is remembered in the session; the second gets the same redirect.
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

from ilonet_register.office.access import View
from ilonet_register.office.components.inputs import ONCE_FIELD

SESSION_KEY = "once"
REMEMBERED = 50
LONGEST_KEY = 64


def once(view: View) -> View:
    """Run the view only for the first POST of each key; a POST without a key runs as ever."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.POST.get(ONCE_FIELD, "")[:LONGEST_KEY]
        if request.method != "POST" or not key:
            return view(request, *args, **kwargs)
        with _alone(request, key):
            done = _remembered(request)
            if key in done:
                return HttpResponseRedirect(done[key])
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                _remember(request, {**_remembered(request), key: response.url})
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


def _remembered(request: HttpRequest) -> dict[str, str]:
    """Read the outcomes from the stored session: the request's own copy may be older than the other press."""
    stored = type(request.session)(request.session.session_key)
    done: dict[str, str] = stored.get(SESSION_KEY, {})
    # Sessions are saved at every request; an old copy saved later would forget what the other press did.
    request.session[SESSION_KEY] = done
    return done


def _remember(request: HttpRequest, done: dict[str, str]) -> None:
    request.session[SESSION_KEY] = dict(list(done.items())[-REMEMBERED:])
    request.session.save()
