"""The forms of the blocks of the customer's page, and the fields they share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import business_ids, identity_codes
from customers.models import PLACE, Customer
from ilonet_register import phones
from ilonet_register.office.dates import DateField
from ilonet_register.office.forms import Choices, OfficeForm
from ilonet_register.periods import today


def text(label: Any, *, longest: int = 200, css: str = "", **attrs: str) -> forms.CharField:
    """Return a field for one line of text that may stay empty."""
    widget = forms.TextInput({"class": css, **attrs} if css else attrs)
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


def phone_field() -> forms.CharField:
    """Return the question for a phone number."""
    field = text(_("Phone"), longest=40, inputmode="tel")
    field.validators.append(phones.check)
    return field


def kind_field() -> forms.ChoiceField:
    """Return the question which kind of customer this is, which other fields follow."""
    return forms.ChoiceField(
        label=_("Kind of customer"),
        choices=Customer.Kind.choices,
        widget=Choices({"class": "in-line"}),
        initial=Customer.Kind.PERSON,
    )


def language_field() -> forms.ChoiceField:
    """Return the question for the customer's language."""
    return forms.ChoiceField(label=_("Language"), choices=Customer.Language.choices, initial="fi")


class AskedByAnswer(OfficeForm):
    """A form in which an answer decides what else is asked: `asked` are shown as needed where they are shown at all.

    The browser cannot know the answer, so that only `clean` refuses what is missing.
    """

    use_required_attribute = False
    asked: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask(True)

    def full_clean(self) -> None:
        self._ask(False)
        super().full_clean()
        self._ask(True)

    def _ask(self, needed: bool) -> None:
        for name in self.asked:
            if name in self.fields:
                self.fields[name].required = needed


class WhoFields(AskedByAnswer):
    """Who the customer is."""

    asked: ClassVar[tuple[str, ...]] = ("last_name", "organisation_name")

    kind = kind_field()
    last_name = text(_("Last name"))
    first_names = text(_("First names"))
    organisation_name = text(_("Name of the company"))
    business_id = text(_("Business ID"), longest=12, css="input-code")
    identity_code = text(_("Identity code"), longest=20, autocapitalize="characters", css="input-code")
    birth_date = DateField(label=_("Birth date"), required=False, help_text=_("Only when there is no identity code."))
    no_code_reason = text(_("Why is there no identity code?"))
    occupation = text(_("Occupation or position"))
    language = language_field()
    non_disclosure = forms.BooleanField(label=_("Non-disclosure for personal safety"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A birth date lies in the past: it moves the hundred years that two digits can mean.
        birth: Any = self.fields["birth_date"]
        birth.latest = birth.widget.latest = self.fields["birth_date"].on or today()  # type: ignore[attr-defined]

    def clean_identity_code(self) -> str:
        """Check a code where its kind of customer has one: beside its field, with all else that is wrong."""
        code: str = self.cleaned_data["identity_code"]
        if code and self.cleaned_data.get("kind") != Customer.Kind.ORGANISATION:
            identity_codes.clean(code)
        return code

    def clean_business_id(self) -> str:
        """Check a business ID where its kind of customer has one."""
        number: str = self.cleaned_data["business_id"]
        return (
            business_ids.clean(number) if number and self.cleaned_data.get("kind") != Customer.Kind.PERSON else number
        )

    def basic(self) -> dict[str, Any]:
        """Return the values of the customer's own row, those of the kind only."""
        values = {name: self.cleaned_data[name] for name in self.fields if name in BASIC and name in self.cleaned_data}
        if values["kind"] == Customer.Kind.ORGANISATION:
            values |= {"birth_date": None, "no_code_reason": "", "last_name": "", "first_names": "", "occupation": ""}
        if values["kind"] == Customer.Kind.PERSON:
            values |= {"organisation_name": "", "business_id": ""}
        return values


BASIC = (
    "kind",
    "last_name",
    "first_names",
    "organisation_name",
    "business_id",
    "birth_date",
    "no_code_reason",
    "occupation",
    "language",
    "non_disclosure",
)


class AddressFields(AskedByAnswer):
    """A street, a postal code and a town."""

    street_address = text(_("Street address"))
    postal_code = text(_("Postal code"), longest=20, inputmode="numeric", css="input-number")
    city = text(_("Town"), longest=100)

    def address(self) -> dict[str, str]:
        """Return what was typed of the address."""
        return {name: self.cleaned_data[name].strip() for name in PLACE}


class ContactForm(AddressFields):
    """The postal address in force, the phone and the e-mail used first."""

    phone = phone_field()
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)


class ContractForm(OfficeForm):
    """The dates of a contract: a later end renews it."""

    seller = text(_("Seller"), longest=100)
    signed_on = DateField(label=_("Signed on"), required=False)
    starts_on = DateField(label=_("Starts on"), required=False)
    terminated_on = DateField(
        label=_("Notice given on"), required=False, help_text=_("The day of the notice, not the end of the contract.")
    )
    ends_on = DateField(
        label=_("Ends on"), required=False, help_text=_("A later day renews the contract; empty: until further notice.")
    )
    end_reason = text(_("Reason for the end"))
