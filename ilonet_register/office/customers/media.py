"""Further phones and e-mails of a customer: added, used first, and taken away (N6.1: several phones)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from customers import services as customers
from customers.models import ContactMedium
from ilonet_register import phones
from ilonet_register.office.access import needs
from ilonet_register.office.customers.editing import refuse_hidden
from ilonet_register.office.customers.faults import add_faults
from ilonet_register.office.customers.forms import text
from ilonet_register.office.customers.gone import back_to, says_gone, the_customer
from ilonet_register.office.forms import Choices, OfficeForm
from ilonet_register.office.once import once
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May
from retention.services import Held, remove_part, removing


class MediumForm(OfficeForm):
    """One more phone or e-mail."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=ContactMedium.Kind.choices,
        widget=Choices({"class": "in-line"}),
        initial="phone",
    )
    value = text(gettext_lazy("Number or address"), longest=254)
    use_first = forms.BooleanField(label=gettext_lazy("Use it first"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].required = True

    def clean(self) -> dict[str, Any]:
        check: dict[str, Callable[[str], None]] = {
            ContactMedium.Kind.EMAIL: validate_email,
            ContactMedium.Kind.PHONE: phones.check,
        }
        kind, value = self.cleaned_data.get("kind"), self.cleaned_data.get("value")
        if kind and value:
            try:
                check[kind](value)
            except ValidationError as fault:
                self.add_error("value", fault)
        return self.cleaned_data


@needs(May.SEE_CUSTOMER, May.SEE_CONTACT_DETAILS, May.CHANGE_CUSTOMER)
@says_gone
@once
def add_medium(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Add a phone or an e-mail beside those there are."""
    customer = the_customer(uuid, request)
    refuse_hidden(customer, request)
    form = MediumForm(request.POST or None, initial={"kind": "phone"})
    if form.is_valid():
        try:
            customers.add_medium(customer, by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            add_faults(form, fault)
        else:
            messages.success(request, _("Saved."))
            return back_to(customer)
    return render(request, "office/customers/add_medium.html", {"customer": customer, "form": form})


@needs(May.SEE_CUSTOMER, May.SEE_CONTACT_DETAILS, May.CHANGE_CUSTOMER)
@require_POST
@says_gone
def remove_medium(request: ClerksRequest, uuid: UUID, row: UUID) -> HttpResponse:
    """Take away a phone or e-mail that is not the one used first, such as a wrong one."""
    customer = the_customer(uuid, request)
    refuse_hidden(customer, request)
    try:
        with removing(by=request.user):
            remove_part(customer.contact_media.get(uuid=row, is_main=False), by=request.user, on=today())
    except Held as held:
        messages.error(request, " ".join(held.messages))
    else:
        messages.success(request, _("Removed."))
    return back_to(customer)
