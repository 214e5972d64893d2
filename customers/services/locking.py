"""Locking one customer, and telling a clerk that a colleague was quicker."""

from __future__ import annotations

from typing import Any

from customers.models import Customer
from ilonet_register.locks import Removed, locked


class ChangedMeanwhile(Exception):
    """A colleague saved the record after the clerk had read it: show both, and let the clerk choose."""


def refuse_stale(row: Any, version: int | None) -> None:
    """Raise ChangedMeanwhile unless the locked row still has the version that the clerk read; None asks nothing."""
    if version is not None and row.version != version:
        raise ChangedMeanwhile


def lock_customer(customer: Customer) -> Customer:
    """Lock one customer and return the row as it stands now. Raises Removed, with the number."""
    try:
        return locked(Customer, [customer.pk])[customer.pk]
    except Removed as gone:
        raise Removed(gone.what, customer.number) from None


def touched(customer: Customer) -> None:
    customer.version += 1
    customer.save()
