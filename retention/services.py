"""The one door to every removal of personal data: the night, and single records that a person takes away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from ilonet_register import audit
from ilonet_register.declarations import registry
from ilonet_register.ledger import LedgerError
from ilonet_register.locks import Removed
from ilonet_register.models import User
from ilonet_register.services import require
from retention import due, evidence
from retention.batch import lock_for_removal
from retention.brake import Stopped
from retention.destroy import Destroyed, allow_erasing, destroy_rows
from retention.purge import Night, dry_run, purge

__all__ = ["Held", "Night", "NotTakenBack", "ProofWaits", "Stopped", "dry_run", "purge", "remove_part", "removing"]


class Held(ValidationError):
    """A person has prevented the removal of the record."""

    def __init__(self) -> None:
        super().__init__(_("The removal is prevented by a hold. Lift the hold first, or leave the record."))


class NotTakenBack(ValidationError):
    """The change has come into force: it can be changed again, not taken back."""

    def __init__(self) -> None:
        super().__init__(_("This has begun already and cannot be taken back. Enter another change instead."))


class ProofWaits(LedgerError):
    """What was removed is gone, but its proof could not be written to the ledger: it waits in the outbox."""


@contextmanager
def removing(*, by: User) -> Iterator[None]:
    """One act that takes parts of records away and changes what stays: all of it or nothing, with its proof.

    Raises what the ledger raises when it cannot be written (nothing was removed then), and ProofWaits.
    """
    evidence.ready()
    # Durable: what is shipped after it must have been committed.
    with transaction.atomic(durable=True), audit.acting(by):
        allow_erasing()
        yield
    try:
        evidence.ship()
    except LedgerError as error:
        raise ProofWaits(str(error)) from error


def remove_part(row: Model, *, by: User, on: dt.date) -> None:
    """Take away a single part of a record, such as a wrong phone number, or a change that was called off.

    Inside `removing`. It goes by the eraser, with evidence and ledger as everything else. Raises NotAllowed, TypeError
    for what nobody takes back, NotTakenBack when its day has come, Held, Removed.
    """
    item = registry.of(type(row))
    if item.taken_back is None:
        raise TypeError(f"{item.label} is nothing that is taken back")
    require(by, item.taken_back.may)
    found = item.model._default_manager.filter(pk=row.pk)
    for model, path in due.person_paths(item):
        lock_for_removal(model, {pk for pk in found.values_list(path, flat=True) if pk is not None}, wait=True)
    if not lock_for_removal(item.model, [row.pk], wait=True):
        raise Removed(item.model._meta.verbose_name)
    if not found.filter(item.taken_back.when(on)).exists():
        raise NotTakenBack
    if found.filter(due.held(item)).exists():
        raise Held
    audit.record(f"{item.model._meta.model_name}.removed", obj=row, action=2)
    destroyed = Destroyed()
    destroy_rows(item, [row.pk], destroyed)
    evidence.write(run=None, rule=item.rule, on=on, destroyed=destroyed, kind="erased")
