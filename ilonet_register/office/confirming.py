"""The typed number and the password before the three serious acts (screens.md 1.3): erasure, large night, merging."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilonet_register.office.forms import OfficeForm
from ilonet_register.office.requests import ClerksRequest


class ConfirmNumberForm(OfficeForm):
    """Asks for the number of records and the password of who acts; shown by `{% confirm_number form button %}`.

    `expected` comes from the plan as it is now, so that a plan that grew meanwhile is not confirmed by the old number.
    """

    number = forms.CharField(
        label=gettext_lazy("Number"), widget=forms.TextInput({"inputmode": "numeric", "class": "input-number"})
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "class": "input-code"}),
    )

    def __init__(self, *args: Any, expected: int, request: ClerksRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected, self.request = expected, request

    def clean_number(self) -> str:
        typed: str = "".join(self.cleaned_data["number"].split())
        if typed != str(self.expected):
            raise ValidationError(_("The number is %(expected)s now."), params={"expected": self.expected})
        return typed

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        user = self.request.user
        if not ratelimit.consume(self.request, action="reauthenticate", user=user):
            raise ValidationError(_("Too many wrong passwords. Wait a minute and try again."))
        if not user.check_password(password):
            raise ValidationError(_("The password is not right."))
        return password
