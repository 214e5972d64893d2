"""New customer with contract, and a new contract of a customer (screens.md 3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts import services as contracts
from contracts.mandatory import WORDS
from contracts.models import Contract
from customers import services as customers
from customers.models import PLACE, Address, Customer
from ilonet_register.office import search
from ilonet_register.office.access import needs
from ilonet_register.office.customers.codes import ask_before_saving
from ilonet_register.office.customers.duplicates import duplicates_of
from ilonet_register.office.customers.faults import add_faults
from ilonet_register.office.customers.gone import back_to, says_gone, the_contract, the_customer
from ilonet_register.office.customers.new_forms import (
    ContractPart,
    NewContractForm,
    NewCustomerForm,
    first_day,
    words_as_names,
)
from ilonet_register.office.customers.picking import connect_pickers, customer_of
from ilonet_register.office.customers.towns import town_of
from ilonet_register.office.once import once
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May

if TYPE_CHECKING:
    from ilonet_register.models import User

TAKEN_ALONG = "new_customer_words"


@needs(May.SEE_CUSTOMER, May.CHANGE_CUSTOMER, May.CHANGE_CONTRACT)
@require_POST
def new_customer_from_search(request: ClerksRequest, token: str) -> HttpResponse:
    """Take the words of a search in vain along, in the session: no address ever holds them."""
    request.session[TAKEN_ALONG] = search.words_of(request, token)
    return HttpResponseRedirect(reverse("office:new_customer"))


@needs(May.SEE_CUSTOMER, May.CHANGE_CUSTOMER, May.CHANGE_CONTRACT)
@once
def new_customer(request: ClerksRequest) -> HttpResponse:
    """Enter a customer, alone or with the contract, as a whole or not at all."""
    if request.method != "POST":
        words = request.session.pop(TAKEN_ALONG, "")
        form = NewCustomerForm(initial={**first_day(today()), **words_as_names(words)}, on=today())
        connect_pickers(form, by=request.user)
        return _new_page(request, form)
    form = NewCustomerForm(request.POST, on=today())
    connect_pickers(form, by=request.user)
    if not form.is_valid():
        return _new_page(request, form)
    try:
        customer = _enter(form, by=request.user)
    except ValidationError as fault:
        add_faults(form, fault, {"on": "starts_on"})
        return _new_page(request, form)
    messages.success(request, _("Customer %s was saved.") % customer.number)
    return back_to(customer)


@needs(May.SEE_CUSTOMER, May.CHANGE_CUSTOMER, May.CHANGE_CONTRACT)
@require_POST
def check_new_customer(request: ClerksRequest) -> HttpResponse:
    """Say, on leaving a field, who is a customer already and what is still missing; a fragment."""
    form = NewCustomerForm(request.POST, on=today())
    context = {"duplicates": duplicates_of(request.POST, by=request.user, on=today()), **_missing(form)}
    if not request.POST.get("city", "").strip() and (town := town_of(request.POST.get("postal_code", ""))):
        filled = NewCustomerForm(initial={"city": town}, on=today())
        filled.fields["city"].widget.attrs["hx-swap-oob"] = "true"
        context["city"] = filled["city"]
    return render(request, "office/customers/_new_check.html", context)


@needs(May.SEE_CUSTOMER, May.CHANGE_CONTRACT)
@says_gone
@once
def new_contract(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Enter a further contract of a customer."""
    owner = the_customer(uuid, request)
    if request.method != "POST":
        form = NewContractForm(initial=first_day(today()), on=today())
        connect_pickers(form, by=request.user)
        return _contract_page(request, owner, form)
    form = NewContractForm(request.POST, on=today())
    connect_pickers(form, by=request.user)
    if not form.is_valid():
        return _contract_page(request, owner, form)
    try:
        contract = _enter_contract(form, owner, by=request.user, draft="draft" in request.POST)
    except ValidationError as fault:
        add_faults(form, fault, {"on": "starts_on"})
        return _contract_page(request, owner, form)
    messages.success(request, _("Contract %s was saved.") % contract.number)
    return back_to(owner)


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.CHANGE_CONTRACT)
@require_POST
@says_gone
def confirm_contract(request: ClerksRequest, uuid: UUID, contract: UUID) -> HttpResponse:
    """Make a draft binding, or say what is missing."""
    customer = the_customer(uuid, request)
    found = the_contract(customer, contract)
    try:
        contracts.confirm(found, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("Contract %s is confirmed.") % found.number)
    return back_to(customer)


@transaction.atomic
def _enter(form: NewCustomerForm, *, by: User) -> Customer:
    given = form.cleaned_data
    ask_before_saving(given["identity_code"], by=by)
    customer = customers.create_customer(
        by=by,
        basic=form.basic(),
        identity_code=given["identity_code"],
        address=form.address(),
        phone=given["phone"],
        email=given["email"],
    )
    if given["with_contract"]:
        _enter_contract(form, customer, by=by, draft=form.is_draft)
    return customer


@transaction.atomic
def _enter_contract(form: ContractPart, owner: Customer, *, by: User, draft: bool) -> Contract:
    given = form.cleaned_data
    return contracts.create_contract(
        by=by,
        owner=owner,
        user=customer_of(given["user"].token) if given["user"] else None,
        payer=customer_of(given["payer"].token) if given["payer"] else None,
        values=form.contract_values(),
        subscriptions=[form.subscription(_postal(owner))],
        confirm_it=not draft,
    )


def _postal(owner: Customer) -> dict[str, str]:
    row = owner.addresses.filter(kind=Address.Kind.POSTAL).current(on=today()).first()
    return {name: getattr(row, name) if row else "" for name in PLACE}


def _missing(form: NewCustomerForm) -> dict[str, Any]:
    if not form.data.get("with_contract"):
        return {"missing": []}
    missing = form.missing()
    return {"missing": [(f"id_{form.field_of(each)}", WORDS[each]) for each in missing]}


def _new_page(request: ClerksRequest, form: NewCustomerForm) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "duplicates": [], "missing": []}
    if form.is_bound:
        context |= {"duplicates": duplicates_of(request.POST, by=request.user, on=today()), **_missing(form)}
    return render(request, "office/customers/new.html", context)


def _contract_page(request: ClerksRequest, owner: Customer, form: NewContractForm) -> HttpResponse:
    return render(request, "office/customers/new_contract.html", {"form": form, "customer": owner})
