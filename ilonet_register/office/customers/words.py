"""One word for each state, with its date (screens.md 4): read by clerks all day, so the same everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contracts.models import Contract, Role
from contracts.queries import Status
from ilonet_register.office.components.shapes import Tone
from ilonet_register.office.formats import day

if TYPE_CHECKING:
    from customers.models import Customer
    from ilonet_register.office.components.shapes import Words


@dataclass(frozen=True)
class State:
    """A state as a badge shows it."""

    word: Words
    tone: Tone
    is_over: bool = False


def contract_state(contract: Contract) -> State:
    """Return the word for a contract annotated by `with_status`."""
    status = Status(contract.status)  # type: ignore[attr-defined]
    ends, starts = day(contract.ends_on), day(contract.starts_on)
    return {
        Status.DRAFT: lambda: State(_("Draft"), Tone.ATTENTION),
        Status.COMING: lambda: State(_("Confirmed, starts %(day)s") % {"day": starts}, Tone.NEUTRAL),
        Status.ACTIVE: lambda: State(_("In force"), Tone.GOOD),
        Status.FIXED: lambda: State(_("In force, fixed term until %(day)s") % {"day": ends}, Tone.GOOD),
        Status.PAUSED: lambda: State(_("Paused"), Tone.ATTENTION),
        Status.TERMINATED: lambda: _terminated(contract),
        Status.ENDED: lambda: State(_("Ended %(day)s") % {"day": ends}, Tone.NEUTRAL, is_over=True),
        Status.CANCELLED: lambda: State(_("Cancelled"), Tone.NEUTRAL, is_over=True),
        Status.WITHDRAWN: lambda: State(_("Withdrawn within 14 days"), Tone.NEUTRAL, is_over=True),
    }[status]()


def _terminated(contract: Contract) -> State:
    if contract.ends_on is None:
        return State(_("Notice given, no end date"), Tone.STOP)
    return State(_("Notice given, ends %(day)s") % {"day": day(contract.ends_on)}, Tone.ATTENTION)


def own_state(contract: Contract, roles: Iterable[Role], *, on: dt.date) -> State:
    """Return the state as one person has it: whose roles (`with_end`) are over has nothing in force here."""
    roles = list(roles)
    ends = [role.end for role in roles]  # type: ignore[attr-defined]
    begins = [
        role.from_on for role in roles if role.from_on and role.from_on > on and role.from_on != contract.starts_on
    ]
    if begins and len(begins) == len(roles):
        return State(_("Coming %(day)s") % {"day": day(min(begins))}, Tone.NEUTRAL)
    if contract.state != Contract.State.DRAFT and ends and all(end is not None and end < on for end in ends):
        state = contract_state(contract)
        last = max(ends)
        return state if state.is_over else State(_("Ended %(day)s") % {"day": day(last)}, Tone.NEUTRAL, is_over=True)
    return contract_state(contract)


def in_a_list(state: State, contract: Contract, roles: Iterable[Role]) -> State:
    """Return the state as the rows of a search say it: of what has ended, only the year."""
    ends = [role.end for role in roles if role.end is not None]  # type: ignore[attr-defined]
    called_off = contract.state in (Contract.State.CANCELLED, Contract.State.WITHDRAWN)
    if not state.is_over or called_off or not ends:
        return state
    return State(_("Ended %(year)s") % {"year": max(ends).year}, state.tone, is_over=True)


def role_words(roles: Iterable[Role]) -> str:
    """Return `owner, user, payer`: each once, in this order."""
    kinds = {role.kind for role in roles}
    return ", ".join(str(label) for kind, label in Role.Kind.choices if kind in kinds)


def not_shown() -> str:
    """Return what stands where a protected address or number would be."""
    return _("Not shown (non-disclosure)")


def language_words(customer: Customer) -> str:
    """Return the language of the customer in running text."""
    return str(customer.get_language_display())
