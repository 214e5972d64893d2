"""Move, transfer and notice of a contract, and a move without any (screens.md 3.6)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts import services as contracts
from contracts.models import Contract, Role
from customers import services as customers
from customers.models import PLACE, Address, Customer
from ilonet_register.office.access import needs
from ilonet_register.office.customers.change_forms import END, MOVE, TRANSFER, WHAT, ChangeForm, MovePostForm
from ilonet_register.office.customers.codes import ask_before_saving
from ilonet_register.office.customers.editing import refuse_hidden
from ilonet_register.office.customers.effects import effect_of
from ilonet_register.office.customers.faults import add_faults
from ilonet_register.office.customers.gone import back_to, says_gone, the_customer, the_running_contract
from ilonet_register.office.customers.picking import connect_pickers, customer_of
from ilonet_register.office.customers.services_block import is_protected
from ilonet_register.office.formats import day
from ilonet_register.office.once import once
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import ONE_DAY, today
from ilonet_register.roles import May
from retention.services import remove_part, removing

if TYPE_CHECKING:
    from ilonet_register.models import User


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.CHANGE_CUSTOMER, May.CHANGE_CONTRACT)
@says_gone
@once
def change_service(request: ClerksRequest, uuid: UUID, contract: UUID, what: str) -> HttpResponse:
    """Ask what happens to the subscription, and do it as a whole or not at all."""
    customer = the_customer(uuid, request)
    found = the_running_contract(customer, contract, request)
    refuse_hidden(customer, request)
    if request.method != "POST":
        if what not in dict(WHAT):
            raise Http404
        return _page(request, customer, found, _new_form(customer, found, what))
    form = ChangeForm(request.POST, on=today())
    connect_pickers(form, by=request.user)
    if not form.is_valid():
        return _page(request, customer, found, form)
    try:
        done = _do(form, customer, found, by=request.user)
    except ValidationError as fault:
        add_faults(form, fault, {"on": "on_day", "terminated_on": "notice_on"})
        return _page(request, customer, found, form)
    messages.success(request, done)
    return back_to(customer)


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.CHANGE_CUSTOMER, May.CHANGE_CONTRACT)
@require_POST
@says_gone
def preview_change(request: ClerksRequest, uuid: UUID, contract: UUID) -> HttpResponse:
    """Answer with "After this" alone, on leaving a field; nothing until enough is typed."""
    customer = the_customer(uuid, request)
    found = the_running_contract(customer, contract, request)
    refuse_hidden(customer, request)
    form = ChangeForm(request.POST, on=today())
    connect_pickers(form, by=request.user)
    context = {"effect": _effect(request, form, customer, found)}
    return render(request, "office/customers/_effect.html", context)


@needs(May.SEE_CUSTOMER, May.SEE_CONTACT_DETAILS, May.CHANGE_CUSTOMER)
@says_gone
@once
def move_post(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Let post or invoices go elsewhere from a day."""
    customer = the_customer(uuid, request)
    refuse_hidden(customer, request)
    initial = {"kinds": _usual_kinds(customer), "on_day": today()}
    form = MovePostForm(request.POST or None, initial=initial, on=today())
    if form.is_valid():
        try:
            customers.move_house(
                customer,
                by=request.user,
                on=form.cleaned_data["on_day"],
                kinds=form.cleaned_data["kinds"],
                address=form.address(),
            )
        except ValidationError as fault:
            add_faults(form, fault, {"on": "on_day"})
        else:
            messages.success(request, _saved_words(form.cleaned_data["on_day"]))
            return back_to(customer)
    return render(request, "office/customers/move_post.html", {"customer": customer, "form": form})


@needs(May.SEE_CUSTOMER, May.SEE_CONTACT_DETAILS, May.CHANGE_CUSTOMER)
@require_POST
@says_gone
def cancel_move(request: ClerksRequest, uuid: UUID, address: UUID) -> HttpResponse:
    """Call a coming move off: the planned addresses of its day that are the same place go, whatever each is for, and
    the old ones go on as if nothing had been planned."""
    customer = the_customer(uuid, request)
    refuse_hidden(customer, request)
    planned = customer.addresses.coming(on=today()).get(uuid=address)
    begins, by = planned.from_on, request.user
    assert begins is not None
    place = {name: getattr(planned, name) for name in (*PLACE, "country")}
    try:
        with removing(by=by):
            customers.lock_customer(customer)
            for row in list(customer.addresses.filter(from_on=begins, **place)):
                kind, until = row.kind, row.until_on
                remove_part(row, by=by, on=today())
                customers.continue_address(customer, by=by, kind=kind, ended_on=begins - ONE_DAY, until_on=until)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return back_to(customer)
    messages.success(request, _("The move of %(day)s was cancelled.") % {"day": day(begins)})
    return back_to(customer)


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.CHANGE_CUSTOMER, May.CHANGE_CONTRACT)
@require_POST
@says_gone
def cancel_transfer(request: ClerksRequest, uuid: UUID, contract: UUID, role: UUID) -> HttpResponse:
    """Call a coming transfer off: the roles that have not begun go, and the former ones go on."""
    customer = the_customer(uuid, request)
    found = the_running_contract(customer, contract, request)
    planned = found.roles.select_related("customer").get(uuid=role, from_on__gt=today())
    begins = planned.from_on
    assert begins is not None
    try:
        with removing(by=request.user):
            # All people of the contract first: the night must not see the one role gone and the other not yet back.
            contracts.lock_contract(found)
            for row in list(found.roles.filter(customer=planned.customer, from_on=begins)):
                _call_off(found, row, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return back_to(customer)
    messages.success(request, _("The transfer of %(day)s was cancelled.") % {"day": day(begins)})
    return back_to(customer)


def _call_off(contract: Contract, row: Role, *, by: User) -> None:
    """Take a role away that has not begun, then let the one before it go on as far as the planned one would have."""
    assert row.from_on is not None
    kind, ended_on, ends_on, instead_of = row.kind, row.from_on - ONE_DAY, row.ends_on, row.customer
    if not contract.roles.filter(kind=kind, ends_on=ended_on).exists():
        raise ValidationError(_("Nobody had this role before: it is no transfer that could be called off."))
    remove_part(row, by=by, on=today())
    contracts.continue_role(contract, by=by, kind=kind, instead_of=instead_of, ended_on=ended_on, ends_on=ends_on)


def _do(form: ChangeForm, customer: Customer, contract: Contract, *, by: User) -> str:
    what = form.cleaned_data["what"]
    if what == TRANSFER:
        return _transfer(form, contract, by=by)
    if what == END:
        given = form.cleaned_data
        contracts.terminate(
            contract, notice_on=given["notice_on"], ends_on=given["ends_on"], by=by, reason=given["end_reason"]
        )
        return _("The notice was saved: the contract ends on %(day)s.") % {"day": day(given["ends_on"])}
    return _move(form, customer, contract, by=by, with_subscriptions=what == MOVE)


@transaction.atomic
def _move(form: ChangeForm, customer: Customer, contract: Contract, *, by: User, with_subscriptions: bool) -> str:
    contracts.lock_contract(contract, also=[customer.pk])
    kinds = list(form.cleaned_data["kinds"])
    if with_subscriptions and contract.starts_on and form.day() < contract.starts_on:
        raise ValidationError({"on": _("The contract starts on %s.") % day(contract.starts_on)})
    if with_subscriptions and form.day() > today():
        # Until that day the connection is where it is: the address to come stands with the customer.
        kinds.append(Address.Kind.INSTALLATION.value)
    customers.move_house(customer, by=by, on=form.day(), kinds=kinds, address=form.address())
    if with_subscriptions and form.day() <= today():
        for subscription in contract.subscriptions.order_by("pk"):
            contracts.move_subscription(subscription, by=by, address=form.address())
    return _saved_words(form.day())


@transaction.atomic
def _transfer(form: ChangeForm, contract: Contract, *, by: User) -> str:
    given = form.cleaned_data
    if form.adds_person():
        new = _add_person(form, contract, by=by)
    else:
        chosen = customer_of(given["new_owner"].token)
        if chosen is None:
            raise Customer.DoesNotExist
        new = chosen
    for kind in given["roles"]:
        contracts.change_role(contract, by=by, kind=kind, customer=new, on=form.day())
    words = (
        _("Passes to customer %(number)s on %(day)s.")
        if form.day() > today()
        else _("Transferred to customer %(number)s from %(day)s.")
    )
    return words % {"number": new.number, "day": day(form.day())}


def _add_person(form: ChangeForm, contract: Contract, *, by: User) -> Customer:
    """Enter the new owner at the address of the subscription; the rest is filled in on their page."""
    given = form.cleaned_data
    # The place of somebody protected is not copied to somebody who is not.
    place = None if is_protected(contract) else contract.subscriptions.order_by("pk").first()
    try:
        ask_before_saving(given["new_identity_code"], by=by)
        return customers.create_customer(
            by=by,
            basic={"kind": "person", "last_name": given["new_last_name"], "first_names": given["new_first_names"]},
            identity_code=given["new_identity_code"],
            address={name: getattr(place, name) for name in PLACE} if place else None,
            phone=given["new_phone"],
        )
    except ValidationError as fault:
        raise _renamed(fault) from None


def _renamed(fault: ValidationError) -> ValidationError:
    if not hasattr(fault, "error_dict"):
        return fault
    return ValidationError({f"new_{name}": errors for name, errors in fault.error_dict.items()})


def _new_form(customer: Customer, contract: Contract, what: str) -> ChangeForm:
    held = customer.roles.filter(contract=contract).current(on=today()).values_list("kind", flat=True)
    initial: dict[str, Any] = {
        "what": what,
        "on_day": today(),
        "kinds": _usual_kinds(customer),
        "roles": sorted({*held, "owner"}),
        "notice_on": contract.terminated_on or today(),
    }
    return ChangeForm(initial=initial, on=today())


def _usual_kinds(customer: Customer) -> list[str]:
    """Post always; invoices when they go somewhere of their own."""
    invoicing = customer.addresses.filter(kind=Address.Kind.INVOICING).current(on=today()).exists()
    return ["postal", "invoicing"] if invoicing else ["postal"]


def _saved_words(on: dt.date) -> str:
    if on > today():
        return _("The move is coming on %(day)s.") % {"day": day(on)}
    return _("The move was saved from %(day)s.") % {"day": day(on)}


def _effect(request: ClerksRequest, form: ChangeForm, customer: Customer, contract: Contract) -> Any:
    if not form.is_bound or not form.is_valid():
        return None
    return effect_of(form, contract, customer, by=request.user, on=today())


def _page(request: ClerksRequest, customer: Customer, contract: Contract, form: ChangeForm) -> HttpResponse:
    connect_pickers(form, by=request.user)
    context = {
        "customer": customer,
        "contract": contract,
        "form": form,
        "effect": _effect(request, form, customer, contract),
    }
    return render(request, "office/customers/change.html", context)
