"""A contract from its draft to its end (N6.3, N7.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.mandatory import missing_for_activation
from contracts.models import Contract, Role
from contracts.services.locking import lock_contract, owner_of
from contracts.services.numbers import next_number
from contracts.services.roles import mark_first_roles, open_role
from contracts.services.subscriptions import NewSubscription, add_subscription
from contracts.services.writing import State, clean, move, set_fields, touched
from customers import services as customers
from customers.models import Customer
from ilonet_register import audit
from ilonet_register.locks import locked
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require

WITHDRAWAL_DAYS = 14


class MandatoryDataMissing(ValidationError):
    """The owner's data without which no connection can be sold (N7.2); `missing` names it."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            gettext_lazy("The contract cannot be confirmed yet. Missing of the owner: %(what)s."),
            params={"what": ", ".join(missing)},
        )


@transaction.atomic
def create_contract(
    *,
    by: User,
    owner: Customer,
    values: Mapping[str, Any],
    subscriptions: Iterable[NewSubscription],
    user: Customer | None = None,
    payer: Customer | None = None,
    confirm_it: bool = False,
) -> Contract:
    """Enter a contract as a draft, with the owner's, user's and payer's roles, and confirm it if wished.

    Raises ValidationError, MandatoryDataMissing, Removed.
    """
    require(by, May.CHANGE_CONTRACT)
    people = {Role.Kind.OWNER: owner, Role.Kind.USER: user or owner, Role.Kind.PAYER: payer or owner}
    locked(Customer, {person.pk for person in people.values()})
    contract = Contract(number=values.get("number") or next_number(), source=values.get("source", "subject"))
    set_fields(contract, values, ("seller", "signed_on", "starts_on", "ends_on"))
    with audit.acting(by):
        clean(contract)
        contract.save(force_insert=True)
        for item in subscriptions:
            add_subscription(contract, item)
        for kind, person in people.items():
            open_role(contract, person, kind, from_on=contract.starts_on, source=contract.source)
    return confirm(contract, by=by) if confirm_it else contract


@transaction.atomic
def confirm(contract: Contract, *, by: User) -> Contract:
    """Make a draft binding: from now on its roles count. Raises MandatoryDataMissing, NotAllowedNow."""
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract)
    if contract.starts_on is None:
        raise ValidationError({"starts_on": _("Say when the contract starts.")})
    if missing := missing_for_activation(owner_of(contract, on=contract.starts_on), on=contract.starts_on):
        raise MandatoryDataMissing(missing)
    with audit.acting(by):
        move(contract, State.CONFIRMED)
        mark_first_roles(Role.objects.filter(contract=contract))
    return contract


@transaction.atomic
def terminate(
    contract: Contract, *, notice_on: dt.date, ends_on: dt.date | None, by: User, reason: str = ""
) -> Contract:
    """Record the day on which notice was given, and the day on which the contract ends by it."""
    return change_contract(
        contract, by=by, values={"terminated_on": notice_on, "ends_on": ends_on, "end_reason": reason}
    )


@transaction.atomic
def change_contract(contract: Contract, *, by: User, values: Mapping[str, Any], version: int | None = None) -> Contract:
    """Change seller and dates; a later `ends_on` renews the contract. Raises Removed when it is gone.

    With `version`, the one the clerk read, raises ChangedMeanwhile when it is no longer that.
    """
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract)
    customers.refuse_stale(contract, version)
    set_fields(contract, values, ("seller", "signed_on", "starts_on", "terminated_on", "ends_on", "end_reason"))
    with audit.acting(by):
        touched(contract)
    return contract


@transaction.atomic
def pause(contract: Contract, *, by: User) -> Contract:
    """Pause a contract in force."""
    return _simple_move(contract, State.PAUSED, by=by)


@transaction.atomic
def resume(contract: Contract, *, by: User) -> Contract:
    """Let a paused contract go on."""
    return _simple_move(contract, State.CONFIRMED, by=by)


@transaction.atomic
def call_off(contract: Contract, *, on: dt.date, by: User, within_14_days: bool = False) -> Contract:
    """Cancel a contract, or record that the customer withdrew within 14 days of signing; it ends that day."""
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract)
    late = contract.signed_on is not None and on > contract.signed_on + dt.timedelta(days=WITHDRAWAL_DAYS)
    if within_14_days and late:
        raise ValidationError({"on": _("The 14 days have passed. Give notice instead.")})
    contract.ends_on = on
    with audit.acting(by):
        move(contract, State.WITHDRAWN if within_14_days else State.CANCELLED)
    return contract


def _simple_move(contract: Contract, to: str, *, by: User) -> Contract:
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract)
    with audit.acting(by):
        move(contract, to)
    return contract
