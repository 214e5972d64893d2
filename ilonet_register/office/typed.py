"""What was typed into a form that could not be sent: offered once more, so that nothing is lost (screens.md 1.5)."""

from __future__ import annotations

from django.http import HttpRequest

NOT_REPEATED = frozenset({"csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2"})


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a posted form of ours and their values, without passwords and tokens."""
    if request.method != "POST" or not is_ours(request):
        return []
    posted = request.POST.lists()
    return [(name, value) for name, values in posted if name not in NOT_REPEATED for value in values]


def is_ours(request: HttpRequest) -> bool:
    """Tell whether the browser says that the form was ours: what another site sent is never repeated."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
