"""Locking a contract: all its people first, in the order of their ids, then the contract itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from contracts.models import Contract, Role
from customers.models import Customer
from ilonet_register.locks import Removed, locked


def lock_contract(contract: Contract, *, also: Iterable[int] = ()) -> Contract:
    """Lock all people of a contract, then the contract itself, and return it as it stands now. Raises Removed.

    Who joined the contract between reading its people and locking them is found by a second look, after which all
    are locked anew in order (the inner transaction gives the locks back), so that no two services ever cross.
    """
    people = set(also)
    while True:
        found = people | people_of(contract)
        try:
            with transaction.atomic():
                locked(Customer, found)
                fresh = Contract.objects.select_for_update().filter(pk=contract.pk).first()
                if fresh is None:
                    raise Removed(Contract._meta.verbose_name, contract.number)
                if not people_of(contract) <= found:
                    raise _SomebodyJoined
                return fresh
        except _SomebodyJoined:
            continue
        except Removed:
            if not Contract.objects.filter(pk=contract.pk).exists():
                raise Removed(Contract._meta.verbose_name, contract.number) from None
            raise


class _SomebodyJoined(Exception):
    """The people of the contract changed while they were being locked."""


def people_of(contract: Contract) -> set[int]:
    return set(Role.objects.filter(contract=contract.pk).values_list("customer_id", flat=True))


def owner_of(contract: Contract, *, on: dt.date) -> Customer:
    """Return who owns the contract on a day, else who owned it last. Raises ValidationError when nobody ever did."""
    owners = contract.roles.filter(kind=Role.Kind.OWNER).select_related("customer")
    then = owners.filter(Q(from_on__isnull=True) | Q(from_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    newest = (F("from_on").desc(nulls_last=True), "-pk")
    role = then.order_by(*newest).first() or owners.order_by(*newest).first()
    if role is None:
        raise ValidationError(_("The contract has no owner. Enter the owner first."))
    return role.customer
