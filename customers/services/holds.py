"""Preventing a removal, and allowing it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, Hold
from customers.services.locking import lock_customer
from ilonet_register import audit
from ilonet_register.declarations import path_target, registry
from ilonet_register.locks import Removed, locked
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@transaction.atomic
def place_hold(
    customer: Customer,
    *,
    by: User,
    reason: str,
    review_on: dt.date,
    why: str = "",
    record: UUID | None = None,
    also_lock: Iterable[int] = (),
) -> Hold:
    """Prevent the removal of a customer, or of one record of theirs (`record`, its UUID). Raises Removed.

    The caller that names a record re-reads it under the lock, and locks with `also_lock` all people it is about.
    """
    require(by, May.PLACE_HOLD)
    people = locked(Customer, {customer.pk, *also_lock})
    if record is not None and not _is_about(record, customer):
        raise ValidationError(_("This record is not about the customer."))
    with audit.acting(by):
        hold = Hold(
            customer=people[customer.pk],
            record=record,
            reason=reason,
            why=why.strip(),
            review_on=review_on,
            placed_by=by,
            source="controller",
        )
        hold.full_clean()
        hold.save()
    return hold


@transaction.atomic
def lift_hold(hold: Hold, *, by: User) -> Hold:
    """Allow the removal again. What is due meanwhile goes in the next night."""
    require(by, May.PLACE_HOLD)
    lock_customer(hold.customer)
    found = Hold.objects.select_for_update().filter(pk=hold.pk).first()
    if found is None:
        raise Removed(Hold._meta.verbose_name)
    hold = found
    if hold.lifted_at is None:
        with audit.acting(by):
            hold.lifted_at, hold.lifted_by = timezone.now(), by
            hold.save()
    return hold


def _is_about(record: UUID, customer: Customer) -> bool:
    """Tell whether some declared row with this UUID is about the customer."""
    return any(
        item.model._default_manager.filter(**{"uuid": record, path: customer.pk}).exists()
        for item in registry
        if item.has_uuid
        for path in (subject.path for subject in item.people)
        if path_target(item.model, path) is Customer
        for path in ["pk" if path == "self" else path]
    )
