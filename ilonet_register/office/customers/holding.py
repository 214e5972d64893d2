"""Preventing a removal, and allowing it again (screens.md 3.3): two clicks, with the reason and a day to look again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contracts import services as contracts
from contracts.models import Contract
from customers import services as customers
from customers.models import Customer, Hold
from ilonet_register.office.access import needs
from ilonet_register.office.customers.faults import add_faults
from ilonet_register.office.customers.gone import back_to, says_gone, the_contract, the_customer
from ilonet_register.office.customers.holds_words import hold_lines
from ilonet_register.office.dates import DateField
from ilonet_register.office.forms import Choices, OfficeForm
from ilonet_register.office.once import once
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import kept_through, today
from ilonet_register.roles import May

REVIEW_MONTHS = 6


class HoldForm(OfficeForm):
    """Why something is not removed, and when somebody looks again."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=Hold.Reason.choices,
        widget=Choices({"class": "in-line"}),
        initial="dispute",
    )
    why = forms.CharField(
        label=gettext_lazy("More about it"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    review_on = DateField(label=gettext_lazy("To be reviewed on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review: Any = self.fields["review_on"]
        review.earliest = review.on

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("reason") == Hold.Reason.OTHER and not self.cleaned_data.get("why"):
            self.add_error("why", _("Say why."))
        return self.cleaned_data


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.PLACE_HOLD)
@says_gone
@once
def hold_customer(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Prevent the removal of everything about a customer."""
    return _hold(request, the_customer(uuid, request), None)


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.PLACE_HOLD)
@says_gone
@once
def hold_contract(request: ClerksRequest, uuid: UUID, contract: UUID) -> HttpResponse:
    """Prevent the removal of one contract with all that belongs to it."""
    customer = the_customer(uuid, request)
    return _hold(request, customer, the_contract(customer, contract))


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.PLACE_HOLD)
@require_POST
@says_gone
def lift_hold(request: ClerksRequest, uuid: UUID, hold: UUID) -> HttpResponse:
    """Allow the removal again."""
    customer = the_customer(uuid, request)
    found = customer.holds.get(uuid=hold)
    customers.lift_hold(found, by=request.user)
    messages.success(request, _("The hold is lifted. What is due goes in the next night."))
    return back_to(customer)


def _hold(request: ClerksRequest, customer: Customer, contract: Contract | None) -> HttpResponse:
    initial = {"reason": "dispute", "review_on": kept_through(today(), months=REVIEW_MONTHS)}
    form = HoldForm(request.POST or None, initial=initial, on=today())
    if form.is_valid():
        try:
            hold = _place(form, request, customer, contract)
        except ValidationError as fault:
            add_faults(form, fault)
        else:
            messages.success(request, _("The removal is prevented: %(what)s.") % {"what": hold_lines([hold])[0].what})
            return back_to(customer)
    context = {"customer": customer, "contract": contract, "form": form}
    return render(request, "office/customers/hold.html", context)


def _place(form: HoldForm, request: ClerksRequest, customer: Customer, contract: Contract | None) -> Hold:
    if contract is not None:
        return contracts.hold_contract(contract, customer=customer, by=request.user, **form.cleaned_data)
    return customers.place_hold(customer, by=request.user, **form.cleaned_data)
