"""The print of a customer's page: a PDF, logged before it is made (screens.md 3.3)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from ilonet_register import audit
from ilonet_register.office.access import needs
from ilonet_register.office.customers.gone import says_gone, the_customer
from ilonet_register.office.customers.page import page_context
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.pdf import pdf
from ilonet_register.periods import today
from ilonet_register.roles import May


@needs(May.SEE_CUSTOMER)
@require_POST
@says_gone
def print_customer(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Answer with what the page shows this person, as a PDF; the identity code stays masked."""
    customer = the_customer(uuid)
    audit.record_read("customer.printed", by=request.user, obj=customer)
    context = page_context(customer, by=request.user, on=today())
    context |= {"printed_at": timezone.now(), "printed_by": request.user.name, "language": get_language()}
    content = pdf(render_to_string("office/customers/print.html", context), title=customer.number)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{customer.number}.pdf"'
    return response
