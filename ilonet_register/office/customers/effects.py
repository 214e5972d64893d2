""" "After this": what a move, transfer or notice will change, before it is saved (screens.md 3.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contracts.models import Contract, Role
from customers.models import Address, Customer
from ilonet_register.office.components.shapes import Difference
from ilonet_register.office.customers.change_forms import END, MOVE, POST, TRANSFER, ChangeForm
from ilonet_register.office.customers.services_block import hides_place
from ilonet_register.office.customers.words import contract_state, not_shown
from ilonet_register.office.formats import day
from ilonet_register.periods import ONE_DAY
from ilonet_register.purposes import CONTRACTS

if TYPE_CHECKING:
    from ilonet_register.models import User


@dataclass(frozen=True)
class Effect:
    """The rows before and after, and what follows in words."""

    rows: list[Difference]
    sentences: list[str]
    button: str


def effect_of(form: ChangeForm, contract: Contract, customer: Customer, *, by: User, on: dt.date) -> Effect:
    """Return what the valid form will do."""
    what = form.cleaned_data["what"]
    if what == TRANSFER:
        return _transfer(form, contract, customer)
    if what == END:
        return _end(form, contract, on=on)
    rows = (
        [*_places(form, contract, by), *_addresses(form, customer)]
        if what == MOVE
        else list(_addresses(form, customer))
    )
    words = {MOVE: _("Save move %(day)s"), POST: _("Save new address %(day)s")}[what]
    return Effect(rows, [], words % {"day": day(form.day())})


def _places(form: ChangeForm, contract: Contract, by: User) -> Iterator[Difference]:
    new = _one_line(form)
    for subscription in contract.subscriptions.all():
        now = not_shown() if hides_place(contract, by) else subscription.address_line
        yield Difference(_("Subscription %s") % subscription.number, now, new)


def _addresses(form: ChangeForm, customer: Customer) -> Iterator[Difference]:
    for kind in form.cleaned_data["kinds"]:
        row = customer.addresses.filter(kind=kind).current(on=form.day() - ONE_DAY).first()
        yield Difference(Address.Kind(kind).label.capitalize(), row.one_line if row else "", _one_line(form))


def _transfer(form: ChangeForm, contract: Contract, customer: Customer) -> Effect:
    chosen = form.cleaned_data["new_owner"]
    new = f"{chosen.name} {chosen.number}" if chosen else form.cleaned_data["new_last_name"]
    rows = []
    last = form.day() - ONE_DAY
    for kind in form.cleaned_data["roles"]:
        role = contract.roles.filter(kind=kind).current(on=last).select_related("customer").first()
        now = f"{role.customer.display_name} {role.customer.number}" if role else ""
        rows.append(Difference(Role.Kind(kind).label.capitalize(), now, new))
    sentences = [
        _("The former roles end on %(day)s.") % {"day": day(last)},
        *_kept_words(contract, customer, form.cleaned_data["roles"], last),
    ]
    number = next((s.number for s in contract.subscriptions.all()), contract.number)
    return Effect(rows, sentences, _("Transfer %(number)s %(day)s") % {"number": number, "day": day(form.day())})


def _kept_words(contract: Contract, customer: Customer, kinds: list[str], last: dt.date) -> Iterator[str]:
    """Say how long the one who leaves stays in the register, when nothing else of theirs runs."""
    others = customer.roles.counted().with_end().exclude(contract=contract, kind__in=kinds)
    ends: list[dt.date | None] = [role.end for role in others]  # type: ignore[attr-defined]
    if None in ends:
        return
    latest = max([last, *(end for end in ends if end)])
    kept = CONTRACTS.period(last).kept_through(latest)
    yield _("%(number)s: the data is kept through %(day)s.") % {"number": customer.number, "day": day(kept)}


def _end(form: ChangeForm, contract: Contract, *, on: dt.date) -> Effect:
    now = contract_state(Contract.objects.with_status(on=on).get(pk=contract.pk))
    ends = form.cleaned_data["ends_on"]
    kept = CONTRACTS.period(ends).kept_through(ends)
    rows = [Difference(_("State"), now.word, _("Notice given, ends %(day)s") % {"day": day(ends)})]
    sentences = [_("The contract is kept through %(day)s.") % {"day": day(kept)}]
    return Effect(rows, sentences, _("Save notice, ends %(day)s") % {"day": day(ends)})


def _one_line(form: ChangeForm) -> str:
    given = form.address()
    town = " ".join(filter(None, [given["postal_code"], given["city"]]))
    return ", ".join(filter(None, [given["street_address"], town]))
