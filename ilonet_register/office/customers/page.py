"""The customer's page (screens.md 3.3): what the caller asks is answered without scrolling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contracts.models import Subscription
from customers.models import Address, Customer, Hold
from ilonet_register import audit
from ilonet_register.office.access import needs
from ilonet_register.office.components.shapes import Link, Notice, Sealed, Tone
from ilonet_register.office.customers.contacts import contacts_of, main_phone, may_see
from ilonet_register.office.customers.goes_block import goes_lines
from ilonet_register.office.customers.gone import says_gone, the_customer
from ilonet_register.office.customers.holds_words import HoldLine, hold_lines
from ilonet_register.office.customers.services_block import services_of
from ilonet_register.office.customers.words import language_words
from ilonet_register.office.formats import day
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May

if TYPE_CHECKING:
    from ilonet_register.models import User

SEEN = "customer.seen"


@needs(May.SEE_CUSTOMER)
@require_GET
@says_gone
def customer(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Show one customer; which blocks, the levels of the person decide. Being looked at is logged first."""
    found = the_customer(uuid)
    audit.record_read(SEEN, by=request.user, obj=found)
    return render(request, "office/customers/page.html", page_context(found, by=request.user, on=today()))


def page_context(customer: Customer, *, by: User, on: dt.date) -> dict[str, Any]:
    """Return what the page of a customer shows to this person on a day."""
    context: dict[str, Any] = {
        "customer": customer,
        "facts": facts(customer),
        "identity": identity(customer, by=by),
        "notices": notices(customer, by=by, on=on),
        "may": {
            "change": by.has_perm(May.CHANGE_CUSTOMER),
            "change_contract": by.has_perm(May.CHANGE_CONTRACT),
            "change_contacts": by.has_perm(May.CHANGE_CUSTOMER) and may_see(customer, by),
            "hold": by.has_perm(May.PLACE_HOLD),
            "history": by.has_perm(May.SEE_HISTORY),
            "contracts": by.has_perm(May.SEE_CONTRACT),
            "contacts": by.has_perm(May.SEE_CONTACT_DETAILS),
        },
    }
    if by.has_perm(May.CHANGE_CONTRACT):
        context["new_contract"] = Link(reverse("office:new_contract", args=[customer.uuid]), _("New contract"))
    if by.has_perm(May.PLACE_HOLD):
        context["new_hold"] = Link(reverse("office:hold_customer", args=[customer.uuid]), _("Prevent removal"))
    if context["may"]["change_contacts"]:
        context["edit_contacts"] = Link(reverse("office:edit_contacts", args=[customer.uuid]), _("Edit"))
    if by.has_perm(May.SEE_CONTRACT):
        context["services"], context["ended"] = services_of(customer, by=by, on=on)
        context["goes"] = goes_lines(customer, on=on)
        context["goes_answer"] = context["goes"][-1].when
        context["holds"] = holds(customer)
    if by.has_perm(May.SEE_CONTACT_DETAILS):
        context["contacts"] = contacts_of(customer, by=by, on=on)
        context["call"] = main_phone(customer, by=by)
    return context


def facts(customer: Customer) -> list[str]:
    """Return the short facts beside the name."""
    return [str(customer.get_kind_display()), language_words(customer)]


def identity(customer: Customer, *, by: User) -> dict[str, Any]:
    """Return how the customer is identified, as far as `by` may see it."""
    if not by.has_perm(May.SEE_IDENTITY):
        return {}
    return {
        "code": sealed_code(customer, by=by),
        "birth_date": customer.birth_date,
        "no_code_reason": customer.no_code_reason,
        "business_id": customer.business_id,
    }


def sealed_code(customer: Customer, *, by: User, opened: str = "", refusal: str = "") -> Sealed | None:
    """Return the identity code behind its mask; with "Show" for those who hold the single right."""
    if not customer.identity_code:
        return None
    url = reverse("office:show_code", args=[customer.uuid]) if by.has_perm(May.REVEAL_IDENTITY_CODE) else ""
    return Sealed("identity-code", _("Identity code"), customer.identity_code.masked, url, opened, refusal)


def notices(customer: Customer, *, by: User, on: dt.date) -> list[Notice]:
    """Return the banners: what changes how this page may be used."""
    return [*_non_disclosure(customer, on=on), *_move_to_carry_out(customer, by=by, on=on)]


def _move_to_carry_out(customer: Customer, *, by: User, on: dt.date) -> Iterator[Notice]:
    """A move that was planned has come, and no subscription of the customer is at the new address yet."""
    if customer.non_disclosure or not (may_see(customer, by) and by.has_perm(May.SEE_CONTRACT)):
        return
    planned = customer.addresses.filter(kind=Address.Kind.INSTALLATION, from_on__isnull=False).current(on=on).first()
    if planned is None:
        return
    contracts = customer.roles.open(on=on).values("contract")
    if not Subscription.objects.filter(contract__in=contracts, address_key=planned.address_key).exists():
        text = _("since %(day)s the installation address is %(address)s, but no subscription is there yet.")
        words = text % {"day": day(planned.from_on), "address": planned.one_line}
        yield Notice(Tone.ATTENTION, _("A move to carry out:"), words)


def _non_disclosure(customer: Customer, *, on: dt.date) -> list[Notice]:
    if not customer.non_disclosure:
        return []
    text = _("contact details are not given out.")
    contact = customer.addresses.filter(kind=Address.Kind.CONTACT).current(on=on).first()
    if contact is not None:
        text += " " + _("Contact address: %(address)s.") % {"address": contact.one_line}
    return [Notice(Tone.SECRET, _("Non-disclosure:"), text)]


def holds(customer: Customer) -> list[HoldLine]:
    """Return the open holds, the newest first."""
    rows = Hold.objects.open().filter(customer=customer).select_related("placed_by").order_by("-placed_at")
    return hold_lines(rows)
