"""The state of an account in one word, and the rows of the list of users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from ilonet_register.models import Grant, User
from ilonet_register.office.components.shapes import Tone
from ilonet_register.office.formats import day
from ilonet_register.office.levels import labels
from ilonet_register.roles import Right


@dataclass(frozen=True)
class AccountState:
    """Invited, valid or closed, with the date where there is one."""

    word: str
    tone: Tone


@dataclass(frozen=True)
class Row:
    """A row of the list."""

    user: User
    state: AccountState
    rights: list[Right]


def state_of(user: User, *, on: date) -> AccountState:
    """Return the word for the state of an account on a day."""
    if not user.is_active:
        return AccountState(_("Closed %(day)s") % {"day": day(user.closed_on)}, Tone.STOP)
    if user.valid_until and user.valid_until < on:
        return AccountState(_("Ran out %(day)s") % {"day": day(user.valid_until)}, Tone.STOP)
    if not user.has_usable_password():
        return AccountState(_("Invited"), Tone.ATTENTION)
    return AccountState(_("Valid"), Tone.GOOD)


def people(*, on: date) -> list[Row]:
    """Return the accounts of people by name, each with its levels: two queries for any number of them."""
    held = Prefetch("grants", queryset=Grant.objects.in_force(), to_attr="held")
    accounts = User.objects.people().prefetch_related(held).order_by("name", "pk")
    return [Row(user, state_of(user, on=on), labels(grant.right for grant in user.held)) for user in accounts]
