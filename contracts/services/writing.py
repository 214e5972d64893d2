"""What all services of contracts share: setting fields, checking them, moving from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contracts.models import Contract

State = Contract.State


# What may follow what: everything else is refused. The end by dates is no state and needs no transition.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.PAUSED, State.CANCELLED, State.WITHDRAWN}),
    State.PAUSED: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CANCELLED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


class NotAllowedNow(ValidationError):
    """The contract stands where this cannot follow."""


def set_fields(row: Any, values: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name in values:
            setattr(row, name, values[name])


def clean(contract: Contract) -> None:
    begins, ends = contract.starts_on, contract.ends_on
    called_off = contract.state in {State.CANCELLED, State.WITHDRAWN}
    if begins and ends and ends < begins and not called_off:
        raise ValidationError({"ends_on": _("The contract cannot end before it starts.")})
    contract.full_clean(validate_constraints=False)


def touched(contract: Contract) -> None:
    contract.version += 1
    clean(contract)
    contract.save()


def move(contract: Contract, to: str) -> None:
    if to not in TRANSITIONS[contract.state]:
        states = {"from": contract.get_state_display(), "to": str(State(to).label)}
        raise NotAllowedNow(_("A contract that is “%(from)s” cannot become “%(to)s”.") % states)
    contract.state = to
    touched(contract)
