"""Forms about accounts: who it is, and which levels they hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ilonet_register.office.dates import DateField
from ilonet_register.office.forms import Boxes, Choices, OfficeForm, choices_of
from ilonet_register.roles import LEVELS, SINGLE_RIGHTS


class LevelsForm(OfficeForm):
    """The seven levels and the three single rights as boxes to tick."""

    levels = forms.MultipleChoiceField(label=_("Levels"), required=False, widget=Boxes)
    single_rights = forms.MultipleChoiceField(
        label=_("Single rights"),
        help_text=_("Granted beside a level, because no job needs them as a whole."),
        required=False,
        widget=Boxes,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "levels").choices = [(right.name, right.label) for right in LEVELS.values()]
        choices_of(self, "single_rights").choices = [(right.name, right.label) for right in SINGLE_RIGHTS.values()]

    def rights(self) -> frozenset[str]:
        """Return the names of all that is ticked."""
        return frozenset(self.cleaned_data["levels"]) | frozenset(self.cleaned_data["single_rights"])


def levels_initial(rights: frozenset[str]) -> dict[str, list[str]]:
    """Return the boxes that are ticked for who holds these rights."""
    return {
        "levels": [name for name in LEVELS if name in rights],
        "single_rights": [name for name in SINGLE_RIGHTS if name in rights],
    }


class AccountForm(OfficeForm):
    """Name, language and validity of an account."""

    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), widget=Choices)
    valid_until = DateField(
        label=_("Valid until"), help_text=_("The last day of a fixed-term job. Empty: no end."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "language").choices = settings.LANGUAGES

    def add_errors_of(self, fault: ValidationError) -> None:
        """Show what a service refused, beside the field it is about where there is one."""
        if not hasattr(fault, "error_dict"):
            self.add_error(None, fault)
            return
        for name, errors in fault.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class NewAccountForm(AccountForm, LevelsForm):
    """A new account with its first levels."""

    email = forms.EmailField(label=_("E-mail"), help_text=_("The invitation goes to this address."), max_length=254)
    field_order = ("name", "email", "language", "valid_until", "levels", "single_rights")
