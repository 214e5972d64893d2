"""How staff sign in: by e-mail and password, with an account the main user made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override

from ilonet_register import audit
from ilonet_register.client_address import client_address
from ilonet_register.periods import helsinki_date

if TYPE_CHECKING:
    from ilonet_register.models import User

KNOWN_FOR = 90 * 24 * 3600
"""Seconds for which a browser is known to an account after it signed in there."""


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, counts guesses, records sign-ins, and speaks the language of the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own (N9.3)."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that failed sign-ins are counted by; a request without one may not sign in."""
        address = client_address(request)
        if not address:
            raise PermissionDenied("The address of the client is not known.")
        return address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count guesses per account; a browser that has signed in to the account before has a count of its own.

        So that whoever guesses at somebody's account from elsewhere never locks that person out.
        """
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        email = str(credentials.get("email", "")).lower()
        return f"{key}:known" if email and _is_known(request, email) else key

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a guess; a known browser is not counted among all others of its address: one colleague stops nobody."""
        if not _is_known(request, str(credentials.get("email", "")).lower()):
            super().pre_authenticate(request, **credentials)
            return
        rates = settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            config={"login_failed": ",".join(rate for rate in rates if rate.endswith("/key"))},
            key=self._get_login_attempts_cache_key(request, **credentials),
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Record the sign-in, and let the browser be known to the account."""
        response: HttpResponse = super().post_login(request, user, **options)
        audit.record_read("user.signed_in", by=user, obj=user)
        _remember(request, response, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set the password in the name of its person, on record; the sessions of the former one end."""
        with audit.acting(user):
            super().set_password(user, password)
            audit.record("user.password_set", obj=user, action=1)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        with override(user.language):
            super().send_password_reset_mail(user, email, context)


class SignInBackend(AuthenticationBackend):
    """Lets in accounts that are open and valid today, asked again at every request.

    It knows no permissions: `User.has_perm` asks `roles.py` and no backend.
    """

    def user_can_authenticate(self, user: User | None) -> bool:
        return user is not None and user.is_usable(on=helsinki_date(timezone.now()))

    @classmethod
    def _stash_user(cls, user: Any) -> Any:
        """Keep nobody aside: allauth would go on with whom `user_can_authenticate` has refused."""
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def _cookie_name(request: HttpRequest) -> str:
    return "__Host-known" if request.is_secure() else "known"


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="ilonet_register.sign_in.known")


def _remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note in the browser to which accounts it has signed in: it opens nothing, it has its own count of guesses."""
    known = [*(uuid for uuid in _known(request) if uuid != str(user.uuid)), str(user.uuid)][-5:]
    response.set_cookie(
        _cookie_name(request),
        _signer().sign(".".join(known)),
        max_age=KNOWN_FOR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> list[str]:
    try:
        return _signer().unsign(request.COOKIES.get(_cookie_name(request), ""), max_age=KNOWN_FOR).split(".")
    except BadSignature:
        return []


def _is_known(request: HttpRequest, email: str) -> bool:
    from ilonet_register.models import User

    uuids = _known(request)
    return bool(uuids) and User.objects.filter(email__iexact=email, uuid__in=uuids).exists()
