"""Where and how a customer is reached, now and later (N6.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import PLACE, Address, ContactMedium, Customer
from customers.services.locking import lock_customer, refuse_stale, touched
from ilonet_register import audit
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require


@transaction.atomic
def change_contact_details(
    customer: Customer,
    *,
    by: User,
    on: dt.date,
    address: Mapping[str, Any] | None,
    phone: str,
    email: str,
    version: int | None = None,
) -> Customer:
    """Correct the postal address in force, the phone and the e-mail used first. A move is `move_house`.

    With `version`, the one the clerk read, raises ChangedMeanwhile when it is no longer that.
    """
    require(by, May.CHANGE_CUSTOMER)
    customer = lock_customer(customer)
    refuse_stale(customer, version)
    with audit.acting(by):
        if address is not None:
            _correct_address(customer, address, on=on)
        set_medium(customer, ContactMedium.Kind.PHONE, phone)
        set_medium(customer, ContactMedium.Kind.EMAIL, email)
        touched(customer)
    return customer


@transaction.atomic
def add_medium(customer: Customer, *, by: User, kind: str, value: str, use_first: bool = False) -> ContactMedium:
    """Add a phone or an e-mail beside those there are; the first of its kind is the one used first.

    Raises ValidationError when the customer has it already.
    """
    require(by, May.CHANGE_CUSTOMER)
    customer = lock_customer(customer)
    former = customer.contact_media.filter(kind=kind, is_main=True).first()
    medium = ContactMedium(customer=customer, kind=kind, value=value.strip(), is_main=use_first or former is None)
    with audit.acting(by):
        if former is not None and use_first:
            former.is_main = False
            former.save()
        medium.full_clean(exclude=["customer", "value_key"], validate_constraints=False)
        try:
            with transaction.atomic():
                medium.save(force_insert=True)
        except IntegrityError:
            raise ValidationError({"value": _("The customer has this number or e-mail already.")}) from None
        touched(customer)
    return medium


@transaction.atomic
def move_house(
    customer: Customer, *, by: User, on: dt.date, kinds: Iterable[str], address: Mapping[str, Any]
) -> list[Address]:
    """Let the addresses of these kinds change on a day, past, today or future: the old ones end the day before.

    Raises ValidationError that names the other period when a move on or after that day is already entered.
    """
    require(by, May.CHANGE_CUSTOMER)
    customer = lock_customer(customer)
    moved = []
    with audit.acting(by):
        for kind in kinds:
            later = customer.addresses.filter(kind=kind, from_on__gte=on).order_by("from_on").first()
            if later is not None:
                raise ValidationError(
                    {
                        "on": _("There is already a move on %(day)s. Cancel it first.")
                        % {"day": f"{later.from_on:%-d.%-m.%Y}"}
                    }
                )
            for old in customer.addresses.filter(kind=kind).current(on=on):
                old.until_on = on - dt.timedelta(days=1)
                old.save()
            moved.append(save_new(Address(customer=customer, kind=kind, from_on=on, **address)))
        touched(customer)
    return moved


@transaction.atomic
def continue_address(
    customer: Customer, *, by: User, kind: str, ended_on: dt.date, until_on: dt.date | None
) -> Customer:
    """Let the address that would have ended on a day go on until another, after the move was called off."""
    require(by, May.CHANGE_CUSTOMER)
    customer = lock_customer(customer)
    with audit.acting(by):
        for address in customer.addresses.filter(kind=kind, until_on=ended_on):
            address.until_on = until_on
            address.save()
        touched(customer)
    return customer


def save_new(address: Address) -> Address:
    address.full_clean(exclude=["customer", "address_key"], validate_constraints=False)
    address.save(force_insert=True)
    return address


def _correct_address(customer: Customer, values: Mapping[str, Any], *, on: dt.date) -> None:
    current = customer.addresses.filter(kind=Address.Kind.POSTAL).current(on=on).first()
    if current is None:
        if any(values.get(part) for part in PLACE):
            save_new(Address(customer=customer, kind=Address.Kind.POSTAL, **values))
        return
    for name, value in values.items():
        setattr(current, name, value)
    if not any((current.street_address, current.postal_code, current.city)):
        raise ValidationError({"street_address": _("An address needs a street, a postal code or a town.")})
    current.full_clean(exclude=["customer", "address_key"], validate_constraints=False)
    current.save()


def set_medium(customer: Customer, kind: str, value: str) -> None:
    """Let this be the number or e-mail used first; the former one stays, no longer first."""
    value = value.strip()
    main = customer.contact_media.filter(kind=kind, is_main=True).first()
    if main is not None and main.value == value:
        return
    if not value:
        if main is not None:
            raise ValidationError(
                {
                    str(kind): _(
                        "A number or e-mail is replaced by another one; leave the old one until there is a new one."
                    )
                }
            )
        return
    if main is not None:
        main.value = value
        main.full_clean(exclude=["customer", "value_key"], validate_constraints=False)
        main.save()
        return
    medium = ContactMedium(customer=customer, kind=kind, value=value)
    medium.full_clean(exclude=["customer", "value_key"], validate_constraints=False)
    medium.save()
