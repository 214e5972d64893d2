"""The one door to every removal of personal data: the night, and single records that a person takes away."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from ilonet_register import audit
from ilonet_register.declarations import registry
from ilonet_register.locks import Removed
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require
from retention import due, evidence
from retention.batch import lock_for_removal
from retention.brake import Stopped
from retention.destroy import Destroyed, allow_erasing, destroy_rows
from retention.purge import Night, dry_run, purge

__all__ = ["Held", "Night", "Stopped", "dry_run", "purge", "remove_part"]


class Held(ValidationError):
    """A person has prevented the removal of the record."""

    def __init__(self) -> None:
        super().__init__(_("The removal is prevented by a hold. Lift the hold first, or leave the record."))


def remove_part(row: Model, *, by: User, on: dt.date) -> None:
    """Take away a single part of a record, such as a wrong phone number, or a move or transfer that was called off.

    It goes by the eraser, with evidence and ledger as everything else. Raises Held, Removed, and what the ledger
    raises when it cannot be written (nothing is removed then).
    """
    require(by, May.CHANGE_CUSTOMER)
    item = registry.of(type(row))
    if item.part_of is None and item.goes_with is None:
        raise TypeError(f"{item.label} is no part of another record")
    evidence.ship()
    with transaction.atomic(), audit.acting(by):
        allow_erasing()
        for model, path in due.person_paths(item):
            people = type(row)._default_manager.filter(pk=row.pk).values_list(path, flat=True)
            lock_for_removal(model, {pk for pk in people if pk is not None}, wait=True)
        if not lock_for_removal(item.model, [row.pk], wait=True):
            raise Removed(item.model._meta.verbose_name)
        if item.model._default_manager.filter(pk=row.pk).filter(due.held(item)).exists():
            raise Held
        audit.record(f"{item.model._meta.model_name}.removed", obj=row, action=2)
        destroyed = Destroyed()
        destroy_rows(item, [row.pk], destroyed)
        evidence.write(run=None, rule=item.rule, on=on, destroyed=destroyed, kind="erased")
    evidence.ship()
