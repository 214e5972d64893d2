"""Telling that someone or something is gone: removed when its period had run (screens.md 3.3)."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract
from customers.models import Customer
from ilonet_register import audit
from ilonet_register.ledger import LedgerError
from ilonet_register.locks import Removed
from ilonet_register.office.access import Refused
from ilonet_register.office.customers.services_block import hides_place
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May
from retention.services import ProofWaits

if TYPE_CHECKING:
    from ilonet_register.office.access import View


def says_gone(view: View) -> View:
    """Answer with the page "gone" when the customer or contract of the address is not there (any more).

    What a service finds removed while the clerk was working is told with its number, on the page of the customer if
    there still is one.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist:
            return render(request, "office/customers/gone.html", status=404)
        except Removed as removed:
            return _removed(request, removed, kwargs.get("uuid"))
        except LedgerError as error:
            return _not_proven(request, error, kwargs.get("uuid"))

    return guarded


def _removed(request: HttpRequest, removed: Removed, uuid: UUID | None) -> HttpResponseBase:
    messages.error(request, removed.message())
    if uuid is not None and Customer.objects.filter(uuid=uuid).exists():
        return HttpResponseRedirect(reverse("office:customer", args=[uuid]))
    return render(request, "office/customers/gone.html", status=404)


def _not_proven(request: HttpRequest, error: LedgerError, uuid: UUID | None) -> HttpResponseBase:
    """Say that the ledger cannot be written, and whether anything was removed without it."""
    if isinstance(error, ProofWaits):
        text = _("It was removed, but the proof could not be written to the ledger yet. Tell the main user.")
    else:
        text = _("Nothing was removed: the ledger cannot be written now. Tell the main user, and try again later.")
    messages.error(request, text)
    return HttpResponseRedirect(reverse("office:customer", args=[uuid]) if uuid else reverse("office:start"))


def the_customer(uuid: UUID, request: ClerksRequest | None = None) -> Customer:
    """Return the customer of an address. Raises what `says_gone` tells.

    With the request, the look is logged first: every page that names a customer shows something of them. A page that
    logs its own look gives none.
    """
    found = Customer.objects.get(uuid=uuid)
    if request is not None:
        page = request.resolver_match.url_name if request.resolver_match else ""
        audit.record_read("customer.opened", by=request.user, obj=found, why=page or "")
    return found


def the_contract(customer: Customer, contract: UUID) -> Contract:
    """Return a contract in which the customer has or had a role. Raises what `says_gone` tells."""
    return Contract.objects.filter(roles__customer=customer).distinct().get(uuid=contract)


def the_open_contract(customer: Customer, contract: UUID) -> Contract:
    """Return a contract in which the customer has a role that has not ended: what came after it is others' time."""
    found = the_contract(customer, contract)
    is_draft = found.state == Contract.State.DRAFT
    if not is_draft and not customer.roles.open(on=today()).filter(contract=found).exists():
        raise Contract.DoesNotExist
    return found


def the_running_contract(customer: Customer, contract: UUID, request: ClerksRequest) -> Contract:
    """Return an open contract whose place this clerk may see. Raises Refused for that of somebody protected."""
    found = the_open_contract(customer, contract)
    prefetch_related_objects([found], "roles__customer")
    if hides_place(found, request.user):
        raise Refused((May.SEE_PROTECTED,))
    return found


def back_to(customer: Customer) -> HttpResponseRedirect:
    """Lead back to the customer's page."""
    return HttpResponseRedirect(reverse("office:customer", args=[customer.uuid]))
