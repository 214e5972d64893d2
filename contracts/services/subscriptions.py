"""Subscriptions: what is delivered, and where (N6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from contracts.models import Contract, Product, Subscription
from contracts.services.locking import lock_contract
from contracts.services.numbers import next_number
from contracts.services.writing import set_fields, touched
from customers.models import PLACE
from ilonet_register import audit
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@dataclass(frozen=True)
class NewSubscription:
    """What is entered of a subscription: product and installation address; the number is given when empty."""

    product: Product
    street_address: str
    postal_code: str
    city: str
    number: str = ""


@transaction.atomic
def move_subscription(subscription: Subscription, *, by: User, address: Mapping[str, str]) -> Subscription:
    """Change where a subscription is delivered."""
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(subscription.contract)
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    set_fields(subscription, address, PLACE)
    with audit.acting(by):
        subscription.full_clean(exclude=["address_key", "contract", "product"], validate_constraints=False)
        subscription.save()
        touched(contract)
    return subscription


def add_subscription(contract: Contract, item: NewSubscription) -> Subscription:
    subscription = Subscription(
        contract=contract,
        number=item.number or next_number(Subscription),
        product=item.product,
        street_address=item.street_address,
        postal_code=item.postal_code,
        city=item.city,
        source=contract.source,
    )
    subscription.full_clean(exclude=["address_key", "contract", "product"], validate_constraints=False)
    subscription.save(force_insert=True)
    return subscription
