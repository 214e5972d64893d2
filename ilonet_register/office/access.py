"""Who may open a page: each view says it, and one that says nothing stops the start (security.md, Access).

    @needs(May.SEE_USERS)               every one of the named permissions
    @needs_any(May.SEARCH, May.GRANT)   at least one of them
    @signed_in                          any account that is open
    @public                             anybody, also before signing in

The check that every routed view has one of these is in `access_checks.py`. What was declared is also what
`navigation.py` asks, so that a menu never offers a page that would refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ilonet_register.office.typed import typed
from ilonet_register.roles import May

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from ilonet_register.models import User

View = Callable[..., HttpResponseBase]


class Rule(StrEnum):
    """How the permissions of an `Access` are read."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    ALL = "all"
    ANY = "any"


@dataclass(frozen=True)
class Access:
    """What a view declared about who may open it."""

    rule: Rule
    permissions: tuple[May, ...] = ()

    def missing(self, user: User | AnonymousUser) -> tuple[May, ...]:
        """Return the permissions this person would need and does not have; empty means: may open."""
        lacking = tuple(may for may in self.permissions if not user.has_perm(may))
        if self.rule is Rule.ANY and len(lacking) < len(self.permissions):
            return ()
        return lacking

    def admits(self, user: User | AnonymousUser) -> bool:
        """Tell whether this person may open the view."""
        if self.rule is Rule.PUBLIC:
            return True
        return bool(user.is_authenticated) and not self.missing(user)


class Refused(PermissionDenied):
    """A signed-in person lacks a permission; carries which, so that the page can name the level that has it."""

    def __init__(self, missing: tuple[May, ...]) -> None:
        super().__init__("permission missing")
        self.missing = missing


def needs(*permissions: May) -> Callable[[View], View]:
    """Open the view only to those who have every one of the permissions; raises `Refused` for others."""
    return _guard(Access(Rule.ALL, permissions))


def needs_any(*permissions: May) -> Callable[[View], View]:
    """Open the view to those who have at least one of the permissions; raises `Refused` for others."""
    return _guard(Access(Rule.ANY, permissions))


def signed_in(view: View) -> View:
    """Open the view to every account that is signed in."""
    return _guard(Access(Rule.SIGNED_IN))(view)


def public(view: View) -> View:
    """Open the view to anybody. For signing in and what must work before it; never for data."""
    marked: View = login_not_required(_guard(Access(Rule.PUBLIC))(view))
    return marked


def access_of(view: Any) -> Access | None:
    """Return what the view declared, None when it said nothing."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in and from there back; a posted form is kept, and a fragment leaves its page as it is."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    context = {"kept": typed(request), "path": request.get_full_path()}
    return render(request, "session_ended.html", context, status=401)


def _guard(access: Access) -> Callable[[View], View]:
    if access.rule in (Rule.ALL, Rule.ANY) and not access.permissions:
        raise ValueError("name at least one permission of ilonet_register.roles.May, or use @signed_in")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if access.rule is not Rule.PUBLIC and not request.user.is_authenticated:
                return _to_sign_in(request)
            if not access.admits(request.user):
                raise Refused(access.missing(request.user))
            return view(request, *args, **kwargs)

        guarded.access = access  # type: ignore[attr-defined]
        return guarded

    return decorate
