"""What was typed into a form that could not be sent: offered once more, so that nothing is lost (screens.md 1.5)."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, QueryDict

NOT_REPEATED = frozenset({"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2"})


def typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield the fields of a posted form and their values, without passwords and tokens."""
    posted: QueryDict = request.POST if request.method == "POST" else QueryDict()
    return ((name, value) for name, values in posted.lists() if name not in NOT_REPEATED for value in values)


def is_ours(request: HttpRequest) -> bool:
    """Tell whether the browser says that the form was ours: what another site sent is never repeated."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
