"""The one door to contracts, subscriptions and roles (N6.3, N7.2).

Every service that changes a date which a clock reads locks all people of the contract first, in the order of their
ids, and only then the contract: so does the purge, and neither can overlook the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, F, Max, Q
from django.db.models.functions import Cast, Greatest, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.mandatory import missing_for_activation
from contracts.models import Contract, Product, Role, Subscription
from customers import services as customers
from customers.models import Customer, Hold
from ilonet_register import audit, numbering
from ilonet_register.locks import Removed, locked
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require

State = Contract.State

# What may follow what: everything else is refused. The end by dates is no state and needs no transition.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.PAUSED, State.CANCELLED, State.WITHDRAWN}),
    State.PAUSED: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CANCELLED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
WITHDRAWAL_DAYS = 14


@dataclass(frozen=True)
class Numbers:
    """How the register numbers a kind of record: a letter, and the sequence that is never drawn from twice."""

    prefix: str
    sequence: str
    first: int


NUMBERS: dict[type[Contract | Subscription], Numbers] = {
    Contract: Numbers("S", "contracts_number", 2000001),
    Subscription: Numbers("L", "subscriptions_number", 500001),
}


class NotAllowedNow(ValidationError):
    """The contract stands where this cannot follow."""


class MandatoryDataMissing(ValidationError):
    """The owner's data without which no connection can be sold (N7.2); `missing` names it."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(
            gettext_lazy("The contract cannot be confirmed yet. Missing of the owner: %(what)s."),
            params={"what": ", ".join(missing)},
        )


@dataclass(frozen=True)
class NewSubscription:
    """What is entered of a subscription: product and installation address; the number is given when empty."""

    product: Product
    street_address: str
    postal_code: str
    city: str
    number: str = ""


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
    _set(contract, values, ("seller", "signed_on", "starts_on", "ends_on"))
    with audit.acting(by):
        _clean(contract)
        contract.save(force_insert=True)
        for item in subscriptions:
            _add_subscription(contract, item)
        for kind, person in people.items():
            _open_role(contract, person, kind, from_on=contract.starts_on, source=contract.source)
    return confirm(contract, by=by) if confirm_it else contract


@transaction.atomic
def confirm(contract: Contract, *, by: User) -> Contract:
    """Make a draft binding: from now on its roles count. Raises MandatoryDataMissing, NotAllowedNow."""
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract)
    if contract.starts_on is None:
        raise ValidationError({"starts_on": _("Say when the contract starts.")})
    if missing := missing_for_activation(_owner(contract), on=contract.starts_on):
        raise MandatoryDataMissing(missing)
    with audit.acting(by):
        _move(contract, State.CONFIRMED)
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
    _set(contract, values, ("seller", "signed_on", "starts_on", "terminated_on", "ends_on", "end_reason"))
    with audit.acting(by):
        _touched(contract)
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
        _move(contract, State.WITHDRAWN if within_14_days else State.CANCELLED)
    return contract


@transaction.atomic
def change_role(
    contract: Contract,
    *,
    by: User,
    kind: str,
    customer: Customer,
    on: dt.date,
    subscription: Subscription | None = None,
    source: str = "subject",
) -> Role:
    """Let someone else own, use or pay from a day: the former role ends the day before, the new one opens (N6.1).

    Raises ValidationError naming the other period when a change on or after that day is already entered.
    """
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract, also=[customer.pk])
    if contract.ends_on is not None and on > contract.ends_on:
        raise ValidationError({"on": _("The contract ended on %s.") % f"{contract.ends_on:%-d.%-m.%Y}"})
    former = contract.roles.filter(kind=kind, subscription=subscription)
    later = former.filter(from_on__gte=on, from_on__isnull=False).exclude(from_on=contract.starts_on).first()
    if later is not None and later.from_on:
        raise ValidationError({"on": _("The role already changes on %s.") % f"{later.from_on:%-d.%-m.%Y}"})
    with audit.acting(by):
        for role in former.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)):
            if role.from_on is not None and role.from_on >= on:
                raise ValidationError({"on": _("The former role begins on %s.") % f"{role.from_on:%-d.%-m.%Y}"})
            role.ends_on = on - dt.timedelta(days=1)
            role.save()
        opened = _open_role(contract, customer, kind, from_on=on, subscription=subscription, source=source)
        _touched(contract)
        if contract.state != State.DRAFT:
            mark_first_roles(Role.objects.filter(pk=opened.pk))
    return opened


@transaction.atomic
def continue_role(
    contract: Contract, *, by: User, kind: str, instead_of: Customer, ended_on: dt.date, ends_on: dt.date | None
) -> Contract:
    """Let the role that would have ended on a day go on, after the change to somebody else was called off.

    Who would have come instead, and has no other role, has never had one: nothing makes them due.
    """
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract, also=[instead_of.pk])
    with audit.acting(by):
        for role in contract.roles.filter(kind=kind, ends_on=ended_on):
            role.ends_on = ends_on
            role.save()
        if not instead_of.roles.counted().exists():
            Customer.objects.filter(pk=instead_of.pk, first_role_on__gt=ended_on).update(first_role_on=None)
        _touched(contract)
    return contract


@transaction.atomic
def move_subscription(subscription: Subscription, *, by: User, address: Mapping[str, str]) -> Subscription:
    """Change where a subscription is delivered."""
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(subscription.contract)
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    _set(subscription, address, ("street_address", "postal_code", "city"))
    with audit.acting(by):
        subscription.full_clean(exclude=["address_key", "contract", "product"], validate_constraints=False)
        subscription.save()
        _touched(contract)
    return subscription


@transaction.atomic
def hold_contract(contract: Contract, *, by: User, reason: str, review_on: dt.date, why: str = "") -> Hold:
    """Prevent the removal of a contract with all that belongs to it. Raises Removed when it is already gone."""
    require(by, May.PLACE_HOLD)
    contract = lock_contract(contract)
    owner = _owner(contract)
    others = _people_of(contract)
    return customers.place_hold(
        owner, by=by, reason=reason, review_on=review_on, why=why, record=contract.uuid, also_lock=others
    )


def lock_contract(contract: Contract, *, also: Iterable[int] = ()) -> Contract:
    """Lock all people of a contract, then the contract itself, and return it as it stands now. Raises Removed.

    Who joined the contract between reading its people and locking them is found by a second look, after which all
    are locked anew in order (the inner transaction gives the locks back), so that no two services ever cross.
    """
    people = set(also)
    while True:
        found = people | _people_of(contract)
        try:
            with transaction.atomic():
                locked(Customer, found)
                fresh = Contract.objects.select_for_update().filter(pk=contract.pk).first()
                if fresh is None:
                    raise Removed(Contract._meta.verbose_name, contract.number)
                if not _people_of(contract) <= found:
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


def _people_of(contract: Contract) -> set[int]:
    return set(Role.objects.filter(contract=contract.pk).values_list("customer_id", flat=True))


def mark_first_roles(roles: Any) -> None:
    """Note on each customer the day of the first role, which tells "nothing left" from "never had anything"."""
    first = (
        roles.exclude(from_on__isnull=True, contract__starts_on__isnull=True)
        .annotate(day=Greatest(F("from_on"), F("contract__starts_on")))
        .values_list("customer_id", "day")
    )
    for customer_id, day in first:
        Customer.objects.filter(pk=customer_id).filter(Q(first_role_on__isnull=True) | Q(first_role_on__gt=day)).update(
            first_role_on=day
        )


def next_number(model: type[Contract | Subscription] = Contract) -> str:
    """Return a number of a contract or subscription above all that were ever in use, removed ones included."""
    numbers = NUMBERS[model]
    return f"{numbers.prefix}{numbering.draw(numbers.sequence, above=highest_number(model))}"


def highest_number(model: type[Contract | Subscription]) -> int:
    """Return the highest number in use of the form that the register gives."""
    numbers = NUMBERS[model]
    own = model._default_manager.filter(number__regex=rf"^{numbers.prefix}[0-9]{{1,18}}$")
    highest = own.aggregate(highest=Max(Cast(Substr("number", 2), BigIntegerField())))["highest"]
    return highest or numbers.first - 1


def _owner(contract: Contract) -> Customer:
    role = contract.roles.filter(kind=Role.Kind.OWNER).order_by("-from_on", "-pk").select_related("customer").first()
    if role is None:
        raise ValidationError(_("The contract has no owner. Enter the owner first."))
    return role.customer


def _set(row: Any, values: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name in values:
            setattr(row, name, values[name])


def _clean(contract: Contract) -> None:
    begins, ends = contract.starts_on, contract.ends_on
    called_off = contract.state in {State.CANCELLED, State.WITHDRAWN}
    if begins and ends and ends < begins and not called_off:
        raise ValidationError({"ends_on": _("The contract cannot end before it starts.")})
    contract.full_clean(validate_constraints=False)


def _touched(contract: Contract) -> None:
    contract.version += 1
    _clean(contract)
    contract.save()


def _move(contract: Contract, to: str) -> None:
    if to not in TRANSITIONS[contract.state]:
        states = {"from": contract.get_state_display(), "to": str(State(to).label)}
        raise NotAllowedNow(_("A contract that is “%(from)s” cannot become “%(to)s”.") % states)
    contract.state = to
    _touched(contract)


def _simple_move(contract: Contract, to: str, *, by: User) -> Contract:
    require(by, May.CHANGE_CONTRACT)
    contract = lock_contract(contract)
    with audit.acting(by):
        _move(contract, to)
    return contract


def _add_subscription(contract: Contract, item: NewSubscription) -> Subscription:
    subscription = Subscription(
        contract=contract,
        number=item.number or next_number(Subscription),
        product=item.product,
        street_address=item.street_address,
        postal_code=item.postal_code,
        city=item.city,
        source=contract.source,
    )
    subscription.full_clean(exclude=["address_key", "contract", "product"], validate_constraints=False)
    subscription.save(force_insert=True)
    return subscription


def _open_role(
    contract: Contract,
    customer: Customer,
    kind: str,
    *,
    from_on: dt.date | None,
    source: str,
    subscription: Subscription | None = None,
) -> Role:
    role = Role(
        contract=contract, customer=customer, kind=kind, from_on=from_on, source=source, subscription=subscription
    )
    role.full_clean(exclude=["contract", "customer", "subscription"], validate_constraints=False)
    role.save(force_insert=True)
    return role
