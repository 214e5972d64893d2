"""The page on which a customer and their contract are entered together (screens.md 3.5)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.mandatory import Missing, what_is_missing
from contracts.models import Product
from contracts.services import NewSubscription
from customers.models import Customer
from ilonet_register.office.customers.forms import AskedByAnswer, ContactForm, WhoFields, text
from ilonet_register.office.dates import DateField
from ilonet_register.office.forms import Choices
from ilonet_register.office.pickers import PersonPickerField

WHO = tuple(name for name in WhoFields.base_fields if name not in ("kind", "language", "non_disclosure"))
# Which field to go to for what is missing.
FIELD_OF = {
    Missing.NAME: "last_name",
    Missing.IDENTITY: "identity_code",
    Missing.BUSINESS_ID: "business_id",
    Missing.ADDRESS: "street_address",
    Missing.CONTACT: "phone",
}


class ContractPart(AskedByAnswer):
    """What is asked of a new contract."""

    asked: ClassVar[tuple[str, ...]] = ("product", "installation_street", "starts_on")

    product = forms.ChoiceField(label=gettext_lazy("Product"), widget=Choices, required=False)
    same_as_postal = forms.BooleanField(
        label=gettext_lazy("Installation address is the same as the postal address"), required=False, initial=True
    )
    installation_street = text(gettext_lazy("Installation address"))
    installation_postal_code = text(gettext_lazy("Postal code"), longest=20, css="input-number")
    installation_city = text(gettext_lazy("Town"), longest=100)
    starts_on = DateField(label=gettext_lazy("Starts on"), required=False)
    signed_on = DateField(label=gettext_lazy("Signed on"), required=False)
    ends_on = DateField(label=gettext_lazy("Ends on"), required=False, help_text=gettext_lazy("Only for a fixed term."))
    seller = text(gettext_lazy("Seller"), longest=100)
    user = PersonPickerField(label=gettext_lazy("User, when it is not the owner"), required=False)
    payer = PersonPickerField(label=gettext_lazy("Payer, when it is not the owner"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products: Any = self.fields["product"]
        products.choices = [(str(p.pk), p.name) for p in Product.objects.filter(is_sold=True)]
        if len(products.choices) == 1:
            products.initial = products.choices[0][0]

    def contract_values(self) -> dict[str, Any]:
        """Return dates and seller."""
        return {name: self.cleaned_data[name] for name in ("seller", "signed_on", "starts_on", "ends_on")}

    def subscription(self, postal: dict[str, str]) -> NewSubscription:
        """Return the subscription; its place is the postal address unless another one was typed."""
        product = Product.objects.get(pk=self.cleaned_data["product"])
        if self.cleaned_data["same_as_postal"]:
            return NewSubscription(product, **postal)
        given = self.cleaned_data
        return NewSubscription(
            product, given["installation_street"], given["installation_postal_code"], given["installation_city"]
        )

    def check_contract(self, *, draft: bool) -> None:
        """Ask for what every contract needs; the start only when it is to be confirmed."""
        if not self.cleaned_data.get("product"):
            self.add_error("product", _("Choose the product."))
        if not draft and "starts_on" in self.cleaned_data and self.cleaned_data["starts_on"] is None:
            self.add_error("starts_on", _("Say when the contract starts."))


class NewContractForm(ContractPart):
    """A further contract of somebody who is a customer already."""

    def clean(self) -> dict[str, Any]:
        self.check_contract(draft="draft" in self.data)
        return self.cleaned_data


class NewCustomerForm(WhoFields, ContactForm, ContractPart):
    """A new customer, and the contract when it is made at the same time."""

    asked: ClassVar[tuple[str, ...]] = (*WhoFields.asked, *ContractPart.asked)

    with_contract = forms.BooleanField(label=gettext_lazy("Make the contract at the same time"), required=False)

    field_order = (*WhoFields.base_fields, *ContactForm.base_fields, "with_contract", *ContractPart.base_fields)

    @property
    def is_draft(self) -> bool:
        """Whether "Save as draft" was pressed: the contract need not be complete yet."""
        return "draft" in self.data

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("with_contract"):
            self.check_contract(draft=self.is_draft)
            if not self.is_draft:
                for missing in self.missing():
                    field = self.field_of(missing)
                    if field not in self.errors:
                        self.add_error(field, ValidationError(_("Needed before the contract can be confirmed.")))
        return self.cleaned_data

    def missing(self) -> list[Missing]:
        """Return what the owner lacks by what is typed so far, right or wrong."""

        def typed(*names: str) -> bool:
            return all(self.data.get(name, "").strip() for name in names)

        return what_is_missing(
            kind=self.data.get("kind", ""),
            name=typed("last_name") or typed("organisation_name"),
            person_known=typed("identity_code") or typed("birth_date", "no_code_reason"),
            business_id=typed("business_id") and self.data.get("kind") != Customer.Kind.PERSON,
            address=typed("street_address") or typed("city"),
            contact=typed("phone") or typed("email"),
        )

    def field_of(self, missing: Missing) -> str:
        """Return the name of the field to fill in."""
        if missing is Missing.NAME and self.data.get("kind") == Customer.Kind.ORGANISATION:
            return "organisation_name"
        return FIELD_OF[missing]


def words_as_names(words: str) -> dict[str, str]:
    """Return what a search in vain can mean for a new customer: a phone, an e-mail, or a name."""
    if "@" in words:
        return {"email": words}
    if any(char.isdigit() for char in words):
        return {"phone": words} if sum(char.isalpha() for char in words) == 0 else {"street_address": words}
    first, _space, rest = words.partition(" ")
    if "," in first:
        return {"last_name": first.strip(",").title(), "first_names": rest.title()}
    # "Matti Virtanen" as often as "Virtanen Matti": the clerk sees both fields and swaps them if need be.
    return {"last_name": first.title(), "first_names": rest.title()}


def first_day(on: dt.date) -> dict[str, Any]:
    """Return what is usual: signed today."""
    return {"signed_on": on, "starts_on": on}
