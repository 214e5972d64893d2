"""Preventing the removal of a contract."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from contracts.models import Contract
from contracts.services.locking import lock_contract, owner_of, people_of
from customers import services as customers
from customers.models import Hold
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@transaction.atomic
def hold_contract(contract: Contract, *, by: User, reason: str, review_on: dt.date, why: str = "") -> Hold:
    """Prevent the removal of a contract with all that belongs to it. Raises Removed when it is already gone."""
    require(by, May.PLACE_HOLD)
    contract = lock_contract(contract)
    owner = owner_of(contract)
    others = people_of(contract)
    return customers.place_hold(
        owner, by=by, reason=reason, review_on=review_on, why=why, record=contract.uuid, also_lock=others
    )
