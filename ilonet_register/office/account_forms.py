"""allauth's forms as the pages show them: labels only, no placeholders that say the same in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms
from django.contrib.auth.password_validation import get_default_password_validators

from ilonet_register.office.invitations import is_mail_configured
from ilonet_register.passwords import LongEnough
from ilonet_register.periods import today

if TYPE_CHECKING:
    from ilonet_register.models import User


class PlainFields:
    """Takes away what allauth puts into the fields beside their labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class SignInForm(PlainFields, forms.LoginForm):
    """E-mail and password."""


class NewPasswordForm(PlainFields, forms.ChangePasswordForm):
    """The old password and the new one twice."""


class ForgottenForm(PlainFields, forms.ResetPasswordForm):
    """The e-mail that the link for a new password goes to."""

    @property
    def is_mail_configured(self) -> bool:
        """Whether a link could be sent at all; if not, the page sends nobody waiting for it."""
        return is_mail_configured()

    def clean_email(self) -> str:
        """Find the accounts that can be signed in to, and no others."""
        email: str = super().clean_email()
        found: list[User] = self.__dict__["users"]
        self.users = [user for user in found if user.is_usable(on=today())]
        return email


class FirstPasswordForm(PlainFields, forms.ResetPasswordKeyForm):
    """A password after a link: the first one, or one instead of a forgotten one. Says beside it what it has to be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = next(found for found in get_default_password_validators() if isinstance(found, LongEnough))
        self.fields["password1"].help_text = rule.get_help_text()
