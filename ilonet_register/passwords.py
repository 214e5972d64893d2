"""What a password has to be, in the words of the register: Django's own are not in all its languages."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_DIFFERENT = 5


class LongEnough(MinimumLengthValidator):
    """At least `min_length` characters, not one and the same over and over."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password that is too short or too simple."""
        super().validate(password, user)  # type: ignore[arg-type]  # the stubs want a user of their own kind
        if len(set(password)) < FEWEST_DIFFERENT:
            raise ValidationError(_("Use more different characters."), code="password_too_simple")

    def get_error_message(self) -> str:
        return _("The password is too short: it needs at least %d characters.") % self.min_length

    def get_help_text(self) -> str:
        return _("At least %d characters. Several words are easy to remember.") % self.min_length
