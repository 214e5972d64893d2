"""Editing one block of the customer's page (screens.md 3.4): a small form, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from contracts import services as contracts
from customers import services as customers
from customers.models import Address, ContactMedium, Customer
from customers.services import ChangedMeanwhile
from ilonet_register import audit
from ilonet_register.office.access import Refused, needs
from ilonet_register.office.customers.codes import ask_before_saving
from ilonet_register.office.customers.contacts import may_see
from ilonet_register.office.customers.faults import add_faults
from ilonet_register.office.customers.forms import BASIC, ContactForm, ContractForm, WhoFields
from ilonet_register.office.customers.gone import back_to, says_gone, the_customer, the_open_contract
from ilonet_register.office.customers.merging import beginnings, merge
from ilonet_register.office.forms import OfficeForm
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May

CONTRACT_FIELDS = tuple(ContractForm.base_fields)


@dataclass(frozen=True)
class Block:
    """One block that can be edited: its words, its form, how it is read and how it is saved."""

    customer: Customer
    heading: str
    form: type[OfficeForm]
    read: Callable[[], tuple[dict[str, Any], int]]
    save: Callable[[OfficeForm, int], object]


@needs(May.SEE_CUSTOMER, May.SEE_IDENTITY, May.CHANGE_CUSTOMER)
@says_gone
def edit_basic(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Who the customer is; an empty identity code leaves the one there is."""
    customer = the_customer(uuid, request)

    def read() -> tuple[dict[str, Any], int]:
        row = the_customer(uuid)
        return {name: getattr(row, name) for name in BASIC}, row.version

    def save(form: OfficeForm, version: int) -> object:
        assert isinstance(form, WhoFields)
        code = form.cleaned_data["identity_code"] or None
        ask_before_saving(code or "", by=request.user)
        return customers.change_basic(
            customer, by=request.user, values=form.basic(), identity_code=code, version=version
        )

    return _edit(request, Block(customer, _("Edit basic data"), WhoFields, read, save))


@needs(May.SEE_CUSTOMER, May.SEE_CONTACT_DETAILS, May.CHANGE_CUSTOMER)
@says_gone
def edit_contacts(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """The postal address, phone and e-mail; protected ones by those who may see them."""
    customer = the_customer(uuid, request)
    refuse_hidden(customer, request)

    def read() -> tuple[dict[str, Any], int]:
        row = the_customer(uuid)
        return _contact_values(row), row.version

    def save(form: OfficeForm, version: int) -> object:
        assert isinstance(form, ContactForm)
        return customers.change_contact_details(
            customer,
            by=request.user,
            on=today(),
            address=form.address() if any(form.address().values()) or _postal(customer) else None,
            phone=form.cleaned_data["phone"],
            email=form.cleaned_data["email"],
            version=version,
        )

    return _edit(request, Block(customer, _("Edit contact details"), ContactForm, read, save))


@needs(May.SEE_CUSTOMER, May.SEE_CONTRACT, May.CHANGE_CONTRACT)
@says_gone
def edit_contract(request: ClerksRequest, uuid: UUID, contract: UUID) -> HttpResponse:
    """Dates and seller of a contract: notice, end, renewal."""
    customer = the_customer(uuid, request)
    found = the_open_contract(customer, contract)

    def read() -> tuple[dict[str, Any], int]:
        row = the_open_contract(customer, contract)
        return {name: getattr(row, name) for name in CONTRACT_FIELDS}, row.version

    def save(form: OfficeForm, version: int) -> object:
        return contracts.change_contract(found, by=request.user, values=form.cleaned_data, version=version)

    return _edit(request, Block(customer, _("Edit contract %s") % found.number, ContractForm, read, save))


def refuse_hidden(customer: Customer, request: ClerksRequest) -> None:
    """Refuse a page that would show protected contact details to whom they are not shown. Raises Refused."""
    if not may_see(customer, request.user):
        raise Refused((May.SEE_PROTECTED,))
    if customer.non_disclosure:
        audit.record_read("customer.protected_shown", by=request.user, obj=customer)


def _edit(request: ClerksRequest, block: Block) -> HttpResponse:
    current, version = block.read()
    if request.method != "POST":
        form = _form(block, current)
        return _page(request, block, form, current, version)
    form = _form(block, current, request.POST)
    if not form.is_valid():
        return _page(request, block, form, _began(request.POST), _version(request.POST))
    if _version(request.POST) != version:
        return _merge(request, block, form)
    return _save(request, block, form, version)


def _form(block: Block, current: Mapping[str, Any], data: QueryDict | None = None) -> OfficeForm:
    form = block.form(data, initial=current, on=today())
    if "identity_code" in form.fields and block.customer.identity_code:
        form.fields["identity_code"].help_text = _("Now %(masked)s. Leave it empty to keep it.") % {
            "masked": block.customer.identity_code.masked
        }
    return form


def _merge(request: ClerksRequest, block: Block, form: OfficeForm) -> HttpResponse:
    """Take what a colleague saved meanwhile into the form; ask where both changed the same field."""
    current, version = block.read()
    merged = merge(form, current)
    if merged.collisions:
        names = {collision.name for collision in merged.collisions}
        kept = [(name, value) for name, value in merged.posted.items() if name not in names and value]
        context = {
            "collisions": merged.collisions,
            "kept": [*kept, *beginnings(form, current)],
            "version": version,
            "editing": block,
        }
        return render(request, "office/customers/collisions.html", context)
    data = QueryDict(mutable=True)
    data.update(merged.posted)
    for name in [name for name, value in merged.posted.items() if not value]:
        del data[name]
    both = _form(block, current, data)
    if not both.is_valid():
        return _page(request, block, both, current, version)
    return _save(request, block, both, version, also=_("What a colleague saved meanwhile was kept, too."))


def _save(request: ClerksRequest, block: Block, form: OfficeForm, version: int, also: str = "") -> HttpResponse:
    try:
        block.save(form, version)
    except ChangedMeanwhile:
        return _merge(request, block, form)
    except ValidationError as fault:
        add_faults(form, fault)
        current, _now = block.read()
        return _page(request, block, form, current, version)
    messages.success(request, " ".join(filter(None, [_("Saved."), also])))
    return back_to(block.customer)


def _page(
    request: ClerksRequest, block: Block, form: OfficeForm, began: Mapping[str, Any], version: int
) -> HttpResponse:
    context = {
        "editing": block,
        "customer": block.customer,
        "form": form,
        "fields": [(form[name], began.get(name)) for name in form.fields],
        "beginnings": beginnings(form, began),
        "version": version,
    }
    return render(request, "office/customers/edit.html", context)


def _began(data: QueryDict) -> dict[str, Any]:
    return {name.removeprefix("was_"): value for name, value in data.items() if name.startswith("was_")}


def _version(data: QueryDict) -> int:
    given = data.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _postal(customer: Customer) -> Address | None:
    return customer.addresses.filter(kind=Address.Kind.POSTAL).current(on=today()).first()


def _contact_values(customer: Customer) -> dict[str, Any]:
    postal = _postal(customer)
    main = {row.kind: row.value for row in customer.contact_media.filter(is_main=True)}
    return {
        "street_address": postal.street_address if postal else "",
        "postal_code": postal.postal_code if postal else "",
        "city": postal.city if postal else "",
        "phone": main.get(ContactMedium.Kind.PHONE, ""),
        "email": main.get(ContactMedium.Kind.EMAIL, ""),
    }
