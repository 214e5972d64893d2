"""Who owns, uses and pays, from one day to another (N6.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from contracts.models import Contract, Role, Subscription
from contracts.services.locking import lock_contract
from contracts.services.writing import State, touched
from customers.models import Customer
from ilonet_register import audit
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@transaction.atomic
def change_role(
    contract: Contract,
    *,
    by: User,
    kind: str,
    customer: Customer,
    on: dt.date,
    subscription: Subscription | None = None,
    source: str = "subject",
) -> Role:
    """Let someone else own, use or pay from a day: the former role ends the day before, the new one opens (N6.1).

    Raises ValidationError naming the other period when a change on or after that day is already entered.
    """
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract, also=[customer.pk])
    if contract.ends_on is not None and on > contract.ends_on:
        raise ValidationError({"on": _("The contract ends on %s.") % f"{contract.ends_on:%-d.%-m.%Y}"})
    former = contract.roles.filter(kind=kind, subscription=subscription)
    later = former.filter(from_on__gte=on, from_on__isnull=False).exclude(from_on=contract.starts_on).first()
    if later is not None and later.from_on:
        raise ValidationError({"on": _("The role already changes on %s.") % f"{later.from_on:%-d.%-m.%Y}"})
    with audit.acting(by):
        for role in former.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)):
            if role.from_on is not None and role.from_on >= on:
                raise ValidationError({"on": _("The former role begins on %s.") % f"{role.from_on:%-d.%-m.%Y}"})
            role.ends_on = on - dt.timedelta(days=1)
            role.save()
        opened = open_role(contract, customer, kind, from_on=on, subscription=subscription, source=source)
        touched(contract)
        if contract.state != State.DRAFT:
            mark_first_roles(Role.objects.filter(pk=opened.pk))
    return opened


@transaction.atomic
def continue_role(
    contract: Contract, *, by: User, kind: str, instead_of: Customer, ended_on: dt.date, ends_on: dt.date | None
) -> Contract:
    """Let the role that would have ended on a day go on, after the change to somebody else was called off.

    Who would have come instead, and has no other role, has never had one: nothing makes them due.
    """
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract, also=[instead_of.pk])
    with audit.acting(by):
        for role in contract.roles.filter(kind=kind, ends_on=ended_on):
            role.ends_on = ends_on
            role.save()
        if not instead_of.roles.counted().exists():
            Customer.objects.filter(pk=instead_of.pk, first_role_on__gt=ended_on).update(first_role_on=None)
        touched(contract)
    return contract


def mark_first_roles(roles: Any) -> None:
    """Note on each customer the day of the first role, which tells "nothing left" from "never had anything"."""
    first = (
        roles.exclude(from_on__isnull=True, contract__starts_on__isnull=True)
        .annotate(day=Greatest(F("from_on"), F("contract__starts_on")))
        .values_list("customer_id", "day")
    )
    for customer_id, day in first:
        Customer.objects.filter(pk=customer_id).filter(Q(first_role_on__isnull=True) | Q(first_role_on__gt=day)).update(
            first_role_on=day
        )


def open_role(
    contract: Contract,
    customer: Customer,
    kind: str,
    *,
    from_on: dt.date | None,
    source: str,
    subscription: Subscription | None = None,
) -> Role:
    role = Role(
        contract=contract, customer=customer, kind=kind, from_on=from_on, source=source, subscription=subscription
    )
    role.full_clean(exclude=["contract", "customer", "subscription"], validate_constraints=False)
    role.save(force_insert=True)
    return role
