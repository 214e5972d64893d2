"""The block "Services" of the customer's page: each contract as this person has it, and nobody else's time in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, Role, Subscription
from customers.models import Customer
from ilonet_register.office.components.shapes import Sealed
from ilonet_register.office.customers.contacts import MASK
from ilonet_register.office.customers.words import State, not_shown, own_state, role_words
from ilonet_register.office.formats import span
from ilonet_register.roles import May

if TYPE_CHECKING:
    from uuid import UUID

    from ilonet_register.models import User


@dataclass(frozen=True)
class Line:
    """A subscription of a contract; its place may be hidden."""

    number: str
    product: str
    place: str
    sealed: Sealed | None = None


@dataclass(frozen=True)
class Other:
    """Somebody else in the contract, as far as this person's time touches theirs."""

    customer: Customer
    roles: str
    coming_on: dt.date | None = None
    role: UUID | None = None


@dataclass(frozen=True)
class Service:
    """One contract as this person has it."""

    contract: Contract
    state: State
    roles: str
    span: str
    lines: list[Line]
    others: list[Other] = field(default_factory=list)
    coming: list[Other] = field(default_factory=list)
    is_held: bool = False

    @property
    def title(self) -> str:
        return ", ".join(dict.fromkeys(line.product for line in self.lines)) or self.contract.number

    @property
    def is_draft(self) -> bool:
        return self.contract.state == Contract.State.DRAFT

    @property
    def is_open(self) -> bool:
        return not self.state.is_over


def services_of(customer: Customer, *, by: User, on: dt.date) -> tuple[list[Service], list[Service]]:
    """Return the services that run or will, and those that have ended for this person; the newest first."""
    mine: dict[int, list[Role]] = defaultdict(list)
    for role in customer.roles.with_end():
        mine[role.contract_id].append(role)
    rows = Contract.objects.filter(pk__in=mine).with_status(on=on)
    contracts = rows.prefetch_related("subscriptions__product", "roles__customer").order_by("-starts_on", "-pk")
    held = set(customer.holds.open().values_list("record", flat=True))
    found = [_service(contract, mine[contract.pk], customer, held, by=by, on=on) for contract in contracts]
    return [s for s in found if s.is_open], [s for s in found if not s.is_open]


def hides_place(contract: Contract, by: User) -> bool:
    """Tell whether the address of a contract is that of somebody under non-disclosure, whom `by` may not see."""
    return is_protected(contract) and not by.has_perm(May.SEE_PROTECTED)


def is_protected(contract: Contract) -> bool:
    """Tell whether anybody in the contract is under non-disclosure: where it is delivered is where they live."""
    return any(role.customer.non_disclosure for role in contract.roles.all())


def _service(
    contract: Contract, roles: list[Role], customer: Customer, held: set[UUID | None], *, by: User, on: dt.date
) -> Service:
    state = own_state(contract, roles, on=on)
    counted = [role for role in roles if role.end is None or role.end >= on] or roles  # type: ignore[attr-defined]
    begins = min((role.from_on or contract.starts_on or dt.date.max for role in roles), default=None)
    ends = [role.end for role in roles]  # type: ignore[attr-defined]
    last = None if None in ends else max(ends)
    own_place = _is_own_place(contract, last, on=on)
    others, coming = ([], []) if state.is_over else _others(contract, customer, on=on)
    return Service(
        contract=contract,
        state=state,
        roles=role_words(counted),
        span=span(None if begins == dt.date.max else begins, last),
        lines=[_line(s, customer, contract, own_place, by) for s in contract.subscriptions.all()],
        others=others,
        coming=coming,
        is_held=contract.uuid in held or None in held,
    )


def _is_own_place(contract: Contract, last: dt.date | None, *, on: dt.date) -> bool:
    """Whose time ended before the contract's does not see where the subscription went afterwards."""
    return last is None or last >= on or contract.ends_on == last


def _line(subscription: Subscription, customer: Customer, contract: Contract, own_place: bool, by: User) -> Line:
    number, product = subscription.number, subscription.product.name
    if not (own_place and subscription.address_line and by.has_perm(May.SEE_CONTACT_DETAILS)):
        return Line(number, product, "")
    if hides_place(contract, by):
        return Line(number, product, not_shown())
    if is_protected(contract):
        return Line(number, product, "", sealed_place(customer, subscription))
    return Line(number, product, subscription.address_line)


def sealed_place(customer: Customer, subscription: Subscription, *, opened: str = "", refusal: str = "") -> Sealed:
    """Return the protected place of a subscription behind "Show"."""
    url = reverse("office:show_contact", args=[customer.uuid, subscription.uuid])
    return Sealed(f"place-{subscription.uuid}", _("Installation address"), MASK, url, opened, refusal)


def _others(contract: Contract, customer: Customer, *, on: dt.date) -> tuple[list[Other], list[Other]]:
    """Return who else has a role now, and who will."""
    now: dict[Customer, list[Role]] = defaultdict(list)
    later: list[Other] = []
    for role in contract.roles.all():
        if role.from_on is not None and role.from_on > on:
            if role.from_on != contract.starts_on:
                later.append(Other(role.customer, role_words([role]), role.from_on, role.uuid))
        elif (role.ends_on is None or role.ends_on >= on) and role.customer_id != customer.pk:
            now[role.customer].append(role)
    return [Other(person, role_words(roles)) for person, roles in now.items()], _merged(later)


def _merged(coming: list[Other]) -> list[Other]:
    """Say the roles that pass to one person on one day together."""
    together: dict[tuple[Customer, dt.date | None], list[Other]] = defaultdict(list)
    for other in coming:
        together[other.customer, other.coming_on].append(other)
    return [
        Other(person, ", ".join(other.roles for other in others), day, others[0].role)
        for (person, day), others in together.items()
    ]
