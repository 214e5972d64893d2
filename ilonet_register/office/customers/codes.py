"""Asking who has an identity code: each question is on record, found or not, and nobody asks for many at once.

The mask shows a birth date, so that few codes are left to be tried: who may not see a whole code must not find it so.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import identity_codes
from customers import services as customers
from ilonet_register import audit
from ilonet_register.models import LogEntry

if TYPE_CHECKING:
    from customers.models import Customer
    from ilonet_register.models import User

ASKED = "identity_code.asked"
MOST, WITHIN = 30, dt.timedelta(minutes=15)


def customer_with_code(text: str, *, by: User) -> Customer | None:
    """Return the customer with exactly this identity code, or None.

    Raises ValidationError for what is no code, and when this person has asked for too many. No log, no answer.
    """
    code = identity_codes.clean(text)
    asked = LogEntry.objects.filter(actor=by, event=ASKED, timestamp__gte=timezone.now() - WITHIN)
    if asked.order_by().count() >= MOST:
        raise ValidationError(
            _("You have asked for many identity codes. Wait fifteen minutes, or search by name or number.")
        )
    found = customers.find_by_identity_code(code)
    audit.record_read(ASKED, by=by, subjects=[found.uuid] if found else [])
    return found


def ask_before_saving(code: str, *, by: User) -> None:
    """Count a code that is to be saved as a question: the answer "taken" would be one. Raises ValidationError."""
    if not code:
        return
    try:
        customer_with_code(code, by=by)
    except ValidationError as fault:
        raise ValidationError({"identity_code": fault.messages}) from None
