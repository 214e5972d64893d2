"""Identity codes: sealed, unique, found by the whole code only (Act 1050/2018 §29)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from customers import identity_codes
from customers.models import Customer, IdentityCodeIndex
from ilonet_register import crypto

IDENTITY_CODE = "customers.customer.identity_code"


class IdentityCodeTaken(ValidationError):
    """Another customer has this identity code."""

    def __init__(self) -> None:
        super().__init__({"identity_code": gettext_lazy("Another customer has this identity code.")})


def find_by_identity_code(text: str) -> Customer | None:
    """Return the customer with exactly this identity code, or None. Raises ValidationError for what is no code."""
    digests = crypto.blind_digests(identity_codes.clean(text), label=IDENTITY_CODE)
    for key_id, digest in digests:
        found = IdentityCodeIndex.objects.filter(key_id=key_id, digest=digest).select_related("customer").first()
        if found is not None:
            return found.customer
    return None


def index_identity_code(customer: Customer, code: str | None) -> None:
    """Replace the digests of this customer by those of the new code: an index, which follows its value."""
    customer.identity_digests.all().delete()
    if code is None:
        return
    crypto.writing_key("blind_index")
    rows = [
        IdentityCodeIndex(customer=customer, key_id=key, digest=digest)
        for key, digest in crypto.blind_digests(code, label=IDENTITY_CODE)
    ]
    try:
        with transaction.atomic():
            IdentityCodeIndex.objects.bulk_create(rows)
    except IntegrityError:
        raise IdentityCodeTaken from None
