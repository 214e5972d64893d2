"""Opening a masked value for a minute: the log first, then the value; no log, no value (security.md)."""

from __future__ import annotations

from uuid import UUID

from django.db import Error
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.models import Subscription
from customers.models import Address, ContactMedium, Customer
from ilonet_register import audit
from ilonet_register.office.access import needs
from ilonet_register.office.customers.contacts import sealed_contact, value_of
from ilonet_register.office.customers.gone import says_gone, the_customer
from ilonet_register.office.customers.page import sealed_code
from ilonet_register.office.customers.services_block import sealed_place
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.office.sealing import sealed_answer
from ilonet_register.periods import today
from ilonet_register.roles import May


@needs(May.SEE_CUSTOMER, May.SEE_IDENTITY, May.REVEAL_IDENTITY_CODE)
@require_http_methods(["GET", "POST"])
@says_gone
def show_code(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """POST opens the identity code, GET closes it."""
    customer = the_customer(uuid)
    opened, refusal = "", ""
    if request.method == "POST" and customer.identity_code:
        try:
            opened = customer.identity_code.reveal(by=request.user, why="customer's page")
        except Error:
            refusal = cannot_log()
    sealed = sealed_code(customer, by=request.user, opened=opened, refusal=refusal)
    if sealed is None:
        raise Customer.DoesNotExist
    return sealed_answer(request, sealed, back=reverse("office:customer", args=[uuid]))


@needs(May.SEE_CUSTOMER, May.SEE_CONTACT_DETAILS, May.SEE_PROTECTED)
@require_http_methods(["GET", "POST"])
@says_gone
def show_contact(request: ClerksRequest, uuid: UUID, row: UUID) -> HttpResponse:
    """POST opens one protected phone, e-mail or address, GET closes it."""
    customer = the_customer(uuid)
    found = _row(customer, row)
    opened, refusal = "", ""
    if request.method == "POST":
        try:
            audit.record_read("customer.protected_shown", by=request.user, obj=found)
            opened = _text(found)
        except Error:
            refusal = cannot_log()
    if isinstance(found, Subscription):
        sealed = sealed_place(customer, found, opened=opened, refusal=refusal)
    else:
        sealed = sealed_contact(customer, found, found.get_kind_display(), opened=opened, refusal=refusal)
    return sealed_answer(request, sealed, back=reverse("office:customer", args=[uuid]))


def cannot_log() -> str:
    """Return why nothing is shown."""
    return _("It cannot be shown, because the viewing cannot be recorded.")


def _row(customer: Customer, uuid: UUID) -> Address | ContactMedium | Subscription:
    own = customer.contact_media.filter(uuid=uuid).first() or customer.addresses.filter(uuid=uuid).first()
    if own is not None:
        return own
    # Whose role has ended does not see where the subscription went afterwards.
    mine = customer.roles.open(on=today()).values("contract")
    return Subscription.objects.get(uuid=uuid, contract__in=mine)


def _text(row: Address | ContactMedium | Subscription) -> str:
    if isinstance(row, Subscription):
        return row.address_line
    return row.one_line if isinstance(row, Address) else value_of(row)
