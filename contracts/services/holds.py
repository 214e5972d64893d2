"""Preventing the removal of a contract."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from contracts.models import Contract
from contracts.services.locking import lock_contract, owner_of, people_of
from customers import services as customers
from customers.models import Customer, Hold
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@transaction.atomic
def hold_contract(
    contract: Contract, *, by: User, reason: str, review_on: dt.date, why: str = "", customer: Customer | None = None
) -> Hold:
    """Prevent the removal of a contract with all that belongs to it, for one of its people or who owned it last.

    Raises Removed when it is already gone, ValidationError when the customer never had a role in it.
    """
    require(by, May.PLACE_HOLD)
    contract = lock_contract(contract, also=[customer.pk] if customer else ())
    return customers.place_hold(
        customer or owner_of(contract, on=dt.date.max),
        by=by,
        reason=reason,
        review_on=review_on,
        why=why,
        record=contract.uuid,
        also_lock=people_of(contract),
    )
