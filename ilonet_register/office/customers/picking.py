"""Finding people for the person pickers: the same search as the box, by POST, logged by ids only."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from customers.models import Customer
from ilonet_register import audit
from ilonet_register.office.access import needs
from ilonet_register.office.components.shapes import PersonOption
from ilonet_register.office.customers.matching import exactly, matching, normalised, reason_words, reasons
from ilonet_register.office.customers.rows import CustomerRow, customer_rows
from ilonet_register.office.finding import found_people
from ilonet_register.office.forms import OfficeForm
from ilonet_register.office.pickers import PersonPickerField
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May

if TYPE_CHECKING:
    from ilonet_register.models import User

MOST = 8


@needs(May.SEARCH, May.SEE_CUSTOMER)
@require_POST
def find_people_fragment(request: ClerksRequest) -> HttpResponse:
    """Answer "Find" of any picker with the list alone."""
    return found_people(request, find=lambda words: find_people(words, by=request.user))


def connect_pickers(form: OfficeForm, *, by: User) -> None:
    """Let every picker of the form find whom this clerk may find."""
    for field in form.fields.values():
        if isinstance(field, PersonPickerField):
            field.connect(
                find=lambda words: find_people(words, by=by),
                resolve=lambda token: option_of(token, by=by),
                find_url=reverse("office:find_people"),
            )


def find_people(words: str, *, by: User) -> list[PersonOption]:
    """Return the people whom the words may mean; the first few, current customers first."""
    words = normalised(words)
    try:
        named = exactly(words, by=by)
    except ValidationError:
        return []
    ids = [named.pk] if named else matching(words, by=by, on=today(), limit=MOST)
    matched = {} if named else reasons(ids, words, by=by, on=today())
    rows = customer_rows(ids, by=by, on=today())
    audit.record_read("customers.searched", by=by, subjects=[row.uuid for row in rows])
    return [_option(row, matched.get(row.pk, [])) for row in rows]


def option_of(token: str, *, by: User) -> PersonOption | None:
    """Return the person behind a token; None when there is no such person (any more)."""
    found = customer_of(token)
    if found is None:
        return None
    audit.record_read("customers.searched", by=by, subjects=[found.uuid])
    rows = customer_rows([found.pk], by=by, on=today())
    return _option(rows[0], []) if rows else None


def customer_of(token: str) -> Customer | None:
    """Return the customer that was chosen."""
    try:
        return Customer.objects.filter(uuid=UUID(token)).first()
    except ValueError:
        return None


def _option(row: CustomerRow, matched: list[str]) -> PersonOption:
    said = ", ".join(reason_words(reason) for reason in matched)
    return PersonOption(str(row.uuid), row.name, row.number, row.place, said)
