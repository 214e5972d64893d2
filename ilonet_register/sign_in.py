"""How staff sign in: by e-mail and password, with an account the main user made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from ilonet_register.client_address import client_address
from ilonet_register.periods import helsinki_date

if TYPE_CHECKING:
    from ilonet_register.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up and tells allauth where a request comes from."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own (N9.3)."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that failed sign-ins are counted by; a request without one may not sign in."""
        address = client_address(request)
        if not address:
            raise PermissionDenied("The address of the client is not known.")
        return address


class SignInBackend(AuthenticationBackend):
    """Lets in accounts that are open and valid today, asked again at every request.

    It knows no permissions: `User.has_perm` asks `roles.py` and no backend.
    """

    def user_can_authenticate(self, user: User | None) -> bool:
        return user is not None and user.is_usable(on=helsinki_date(timezone.now()))

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
