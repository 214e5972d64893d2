"""The rows of a list of customers: enough in each to tell two of the same name apart (screens.md 3.2, 7.1)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contracts.models import Contract, Role
from customers.models import Address, Customer
from ilonet_register.office.components.shapes import Tone
from ilonet_register.office.customers.services_block import is_protected
from ilonet_register.office.customers.words import State, in_a_list, not_shown, own_state, role_words
from ilonet_register.roles import May

if TYPE_CHECKING:
    from uuid import UUID

    from ilonet_register.models import User


@dataclass(frozen=True)
class CustomerRow:
    """One customer in a list."""

    uuid: UUID
    pk: int
    name: str
    number: str
    kind: str
    roles: str
    product: str
    state: State
    place: str
    is_protected: bool


def customer_rows(ids: Sequence[int], *, by: User, on: dt.date) -> list[CustomerRow]:
    """Return the rows in the order of the ids; who was removed meanwhile is left out."""
    customers = Customer.objects.in_bulk(list(ids))
    roles = _roles(ids) if by.has_perm(May.SEE_CONTRACT) else {}
    contracts = _contracts(roles, on=on)
    addresses = _postal(ids, on=on) if by.has_perm(May.SEE_CONTACT_DETAILS) else {}
    return [
        _row(customers[pk], _by_contract(roles.get(pk, []), contracts), addresses.get(pk), by=by, on=on)
        for pk in ids
        if pk in customers
    ]


Services = list[tuple[Contract, list[Role]]]


def _row(customer: Customer, services: Services, postal: Address | None, *, by: User, on: dt.date) -> CustomerRow:
    chosen = min(services, key=lambda service: _rank(service, on), default=None)
    # In a list nobody sees it: those with the right open it, logged, on the page.
    hidden = customer.non_disclosure
    place = not_shown() if hidden else postal.one_line if postal else ""
    product, roles, state = "", "", State("", Tone.NEUTRAL, is_over=True)
    if by.has_perm(May.SEE_CONTRACT):
        state = State(_("No contracts"), Tone.NEUTRAL, is_over=True)
    if chosen is not None:
        contract, own = chosen
        product, roles, state = (
            _products(contract),
            role_words(own),
            in_a_list(own_state(contract, own, on=on), contract, own),
        )
        if not hidden and not state.is_over and not is_protected(contract):
            place = _place(contract) or place
    return CustomerRow(
        uuid=customer.uuid,
        pk=customer.pk,
        name=customer.display_name,
        number=customer.number,
        kind=str(customer.get_kind_display()),
        roles=roles,
        product=product,
        state=state,
        place=place,
        is_protected=customer.non_disclosure,
    )


def _roles(ids: Sequence[int]) -> dict[int, list[Role]]:
    found: dict[int, list[Role]] = defaultdict(list)
    for role in Role.objects.filter(customer__in=ids).with_end():
        found[role.customer_id].append(role)
    return found


def _contracts(roles: dict[int, list[Role]], *, on: dt.date) -> dict[int, Contract]:
    wanted = {role.contract_id for own in roles.values() for role in own}
    rows = Contract.objects.filter(pk__in=wanted).with_status(on=on)
    return {row.pk: row for row in rows.prefetch_related("subscriptions__product", "roles__customer")}


def _postal(ids: Sequence[int], *, on: dt.date) -> dict[int, Address]:
    rows = Address.objects.filter(customer__in=ids, kind=Address.Kind.POSTAL).current(on=on)
    return {row.customer_id: row for row in rows}


def _by_contract(roles: list[Role], contracts: dict[int, Contract]) -> Services:
    own: dict[int, list[Role]] = defaultdict(list)
    for role in roles:
        own[role.contract_id].append(role)
    return [(contracts[pk], of_it) for pk, of_it in own.items() if pk in contracts]


def _rank(service: tuple[Contract, list[Role]], on: dt.date) -> tuple[bool, int]:
    """What runs before what is over; the newest first."""
    contract, roles = service
    newest = max((role.from_on or contract.starts_on or dt.date.min).toordinal() for role in roles)
    return own_state(contract, roles, on=on).is_over, -newest


def _products(contract: Contract) -> str:
    return ", ".join(dict.fromkeys(s.product.name for s in contract.subscriptions.all()))


def _place(contract: Contract) -> str:
    return next((s.address_line for s in contract.subscriptions.all() if s.address_line), "")
