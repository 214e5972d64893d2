"""The one way to lock people: every service that changes a row or date that a clock reads calls it first.

The purge locks the same people before it looks a last time at what is due. Whoever comes first, the other waits, and
then either sees the change or is told that the record is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import Model

M = TypeVar("M", bound="Model")


class Removed(Exception):
    """What was to be changed is no longer in the register: it was removed when its period had run.

    `what` names the kind of record, `number` its own number; both may be shown.
    """

    def __init__(self, what: Any, number: str = "") -> None:
        super().__init__(str(what))
        self.what = what
        self.number = number

    def message(self) -> str:
        """Return the sentence that tells the clerk what happened and what to do."""
        return _("%(what)s %(number)s was removed while you were working, because its period had run.") % {
            "what": self.what,
            "number": self.number,
        }


def locked(model: type[M], ids: Iterable[int]) -> dict[int, M]:
    """Lock these people, in the order of their ids, and return them as they stand now, by id.

    Call it first in a transaction, before any other row is locked or changed. Raises Removed when one is gone.
    """
    wanted = sorted(set(ids))
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("people are locked inside a transaction only")
    rows = model._default_manager.filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",))}
    if len(found) < len(wanted):
        raise Removed(model._meta.verbose_name)
    return found
