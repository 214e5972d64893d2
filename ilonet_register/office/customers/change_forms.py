"""What happens to a subscription: it moves along, passes to a new owner, ends, or only the post changes (3.6)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Role
from customers.models import PLACE, Address
from ilonet_register.office.customers.forms import AddressFields, AskedByAnswer, phone_field, text
from ilonet_register.office.dates import DateField
from ilonet_register.office.forms import Boxes, Choices
from ilonet_register.office.pickers import PersonPickerField

MOVE, TRANSFER, END, POST = "move", "transfer", "end", "post"
WHAT = [
    (MOVE, gettext_lazy("It moves along")),
    (TRANSFER, gettext_lazy("It passes to a new owner")),
    (END, gettext_lazy("It is given up")),
    (POST, gettext_lazy("Nothing, only the post changes")),
]
KINDS = [
    (Address.Kind.POSTAL.value, gettext_lazy("Post")),
    (Address.Kind.INVOICING.value, gettext_lazy("Invoices")),
]


class MovePostForm(AddressFields):
    """A move without any subscription."""

    asked: ClassVar[tuple[str, ...]] = ("street_address",)

    on_day = DateField(label=gettext_lazy("From"), help_text=gettext_lazy("Past, today or coming."))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("The new address is for"), choices=KINDS, widget=Boxes({"class": "in-line"}), required=False
    )
    field_order = ("on_day", "street_address", "postal_code", "city", "kinds")

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("kinds"):
            self.add_error("kinds", _("Tick what the new address is for."))
        if not any(self.address().values()):
            self.add_error("street_address", _("Write the new address."))
        return self.cleaned_data


class ChangeForm(AskedByAnswer):
    """One form for all four answers; only the fields of the chosen one are asked."""

    asked: ClassVar[tuple[str, ...]] = (
        "on_day",
        "street_address",
        "new_owner",
        "notice_on",
        "ends_on",
        "new_last_name",
    )

    what = forms.ChoiceField(
        label=gettext_lazy("What happens to the subscription?"), choices=WHAT, widget=Choices, initial=MOVE
    )
    on_day = DateField(label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Past, today or coming."))
    street_address = text(gettext_lazy("New street address"))
    postal_code = text(gettext_lazy("Postal code"), longest=20, inputmode="numeric", css="input-number")
    city = text(gettext_lazy("Town"), longest=100)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("The new address is for"), choices=KINDS, widget=Boxes({"class": "in-line"}), required=False
    )
    new_owner = PersonPickerField(label=gettext_lazy("New owner"), required=False)
    new_last_name = text(gettext_lazy("Last name"))
    new_first_names = text(gettext_lazy("First names"))
    new_identity_code = text(gettext_lazy("Identity code"), longest=20, css="input-code")
    new_phone = phone_field()
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles that pass to the new owner"),
        choices=Role.Kind.choices,
        widget=Boxes({"class": "in-line"}),
        required=False,
    )
    notice_on = DateField(label=gettext_lazy("Notice given on"), required=False)
    ends_on = DateField(label=gettext_lazy("Ends on"), required=False)
    end_reason = text(gettext_lazy("Reason for the end"))

    def address(self) -> dict[str, str]:
        """Return the new address."""
        return {name: self.cleaned_data.get(name, "").strip() for name in PLACE}

    def adds_person(self) -> bool:
        """Tell whether the new owner is entered here instead of chosen."""
        return bool(self.cleaned_data.get("new_last_name")) and not self.cleaned_data.get("new_owner")

    def clean(self) -> dict[str, Any]:
        what = self.cleaned_data.get("what")
        if what != END:
            self._need("on_day", _("Say from which day."))
        if what in (MOVE, POST) and not any(self.address().values()):
            self.add_error("street_address", _("Write the new address."))
        if what == POST and not self.cleaned_data.get("kinds"):
            self.add_error("kinds", _("Tick what the new address is for."))
        if what == TRANSFER:
            self._clean_transfer()
        if what == END:
            self._need("notice_on", _("Say when notice was given."))
            self._need("ends_on", _("Say when the contract ends."))
            self._end_after_notice()
        return self.cleaned_data

    def _clean_transfer(self) -> None:
        if not self.cleaned_data.get("new_owner") and not self.adds_person():
            self.add_error("new_owner", ValidationError(_("Find the new owner, or add them below.")))
        if not self.cleaned_data.get("roles"):
            self.add_error("roles", _("Tick the roles that pass on."))

    def _need(self, name: str, words: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) is None:
            self.add_error(name, words)

    def _end_after_notice(self) -> None:
        given, ends = self.cleaned_data.get("notice_on"), self.cleaned_data.get("ends_on")
        if given and ends and ends < given:
            self.add_error("ends_on", _("A contract does not end before the notice was given."))

    def day(self) -> dt.date:
        """Return the day from which the change holds."""
        found: dt.date = self.cleaned_data["on_day"]
        return found
