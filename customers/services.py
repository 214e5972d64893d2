"""The one door to customers: every write names who does it, locks the people first, and is logged with it.

Numbers, names and contact details are checked here and by the database; nothing here deletes (retention does).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import business_ids, identity_codes
from customers.models import Address, ContactMedium, Customer, Hold, IdentityCodeIndex
from ilonet_register import audit, crypto, numbering
from ilonet_register.locks import Removed, locked
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import require

NUMBERS = "customers_number"
FIRST_NUMBER = 10001
IDENTITY_CODE = "customers.customer.identity_code"

NAMES = ("first_names", "last_name", "organisation_name")
BASIC = ("kind", *NAMES, "business_id", "occupation", "language", "birth_date", "no_code_reason", "non_disclosure")


class IdentityCodeTaken(ValidationError):
    """Another customer has this identity code."""

    def __init__(self) -> None:
        super().__init__({"identity_code": gettext_lazy("Another customer has this identity code.")})


class ChangedMeanwhile(Exception):
    """A colleague saved the record after the clerk had read it: show both, and let the clerk choose."""


def refuse_stale(row: Any, version: int | None) -> None:
    """Raise ChangedMeanwhile unless the locked row still has the version that the clerk read; None asks nothing."""
    if version is not None and row.version != version:
        raise ChangedMeanwhile


def next_number() -> str:
    """Return a customer number above all that were ever in use: also those of customers who were removed."""
    return str(numbering.draw(NUMBERS, above=highest_number()))


def highest_number() -> int:
    """Return the highest plain number in use."""
    numbers = Customer.objects.filter(number__regex=r"^[0-9]{1,18}$")
    return numbers.aggregate(highest=Max(Cast("number", BigIntegerField())))["highest"] or FIRST_NUMBER - 1


@transaction.atomic
def create_customer(
    *,
    by: User,
    basic: Mapping[str, Any],
    identity_code: str = "",
    address: Mapping[str, Any] | None = None,
    phone: str = "",
    email: str = "",
    number: str = "",
    source: str = "subject",
) -> Customer:
    """Enter a customer with what is known. Raises ValidationError beside its field, IdentityCodeTaken."""
    require(by, May.CHANGE_CUSTOMER)
    customer = Customer(number=number.strip() or next_number(), source=source)
    _set_basic(customer, basic)
    with audit.acting(by):
        if identity_code:
            crypto.seal(customer, "identity_code", identity_codes.clean(identity_code))
        _clean(customer)
        customer.save(force_insert=True)
        if identity_code:
            _index_identity_code(customer, identity_codes.clean(identity_code))
            audit.record("customer.identity_code.set", obj=customer, action=1)
        if address and any(address.get(part) for part in ("street_address", "postal_code", "city")):
            _save_new(Address(customer=customer, source=source, **address))
        _set_medium(customer, ContactMedium.Kind.PHONE, phone)
        _set_medium(customer, ContactMedium.Kind.EMAIL, email)
    return customer


@transaction.atomic
def change_basic(
    customer: Customer,
    *,
    by: User,
    values: Mapping[str, Any],
    identity_code: str | None = None,
    version: int | None = None,
) -> Customer:
    """Change who the customer is. `identity_code`: None leaves it, "" removes it, anything else replaces it.

    With `version`, the one the clerk read, raises ChangedMeanwhile when it is no longer that.
    """
    require(by, May.CHANGE_CUSTOMER)
    customer = lock_customer(customer)
    refuse_stale(customer, version)
    _set_basic(customer, values)
    with audit.acting(by):
        if identity_code is not None:
            code = identity_codes.clean(identity_code) if identity_code else None
            crypto.seal(customer, "identity_code", code)
            if code:
                customer.birth_date, customer.no_code_reason = None, ""
        _clean(customer)
        _touched(customer)
        if identity_code is not None:
            _index_identity_code(customer, code)
            audit.record("customer.identity_code.set", obj=customer, action=1)
    return customer


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
        _set_medium(customer, ContactMedium.Kind.PHONE, phone)
        _set_medium(customer, ContactMedium.Kind.EMAIL, email)
        _touched(customer)
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
        _touched(customer)
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
            moved.append(_save_new(Address(customer=customer, kind=kind, from_on=on, **address)))
        _touched(customer)
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
        _touched(customer)
    return customer


@transaction.atomic
def place_hold(
    customer: Customer,
    *,
    by: User,
    reason: str,
    review_on: dt.date,
    why: str = "",
    record: UUID | None = None,
    also_lock: Iterable[int] = (),
) -> Hold:
    """Prevent the removal of a customer, or of one record of theirs (`record`, its UUID). Raises Removed.

    The caller that names a record re-reads it under the lock, and locks with `also_lock` all people it is about.
    """
    require(by, May.PLACE_HOLD)
    people = locked(Customer, {customer.pk, *also_lock})
    with audit.acting(by):
        hold = Hold(
            customer=people[customer.pk],
            record=record,
            reason=reason,
            why=why.strip(),
            review_on=review_on,
            placed_by=by,
            source="controller",
        )
        hold.full_clean()
        hold.save()
    return hold


@transaction.atomic
def lift_hold(hold: Hold, *, by: User) -> Hold:
    """Allow the removal again. What is due meanwhile goes in the next night."""
    require(by, May.PLACE_HOLD)
    lock_customer(hold.customer)
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.lifted_at is None:
        with audit.acting(by):
            hold.lifted_at, hold.lifted_by = timezone.now(), by
            hold.save()
    return hold


def lock_customer(customer: Customer) -> Customer:
    """Lock one customer and return the row as it stands now. Raises Removed, with the number."""
    try:
        return locked(Customer, [customer.pk])[customer.pk]
    except Removed as gone:
        raise Removed(gone.what, customer.number) from None


def find_by_identity_code(text: str) -> Customer | None:
    """Return the customer with exactly this identity code, or None. Raises ValidationError for what is no code."""
    digests = crypto.blind_digests(identity_codes.clean(text), label=IDENTITY_CODE)
    for key_id, digest in digests:
        found = IdentityCodeIndex.objects.filter(key_id=key_id, digest=digest).select_related("customer").first()
        if found is not None:
            return found.customer
    return None


def _set_basic(customer: Customer, values: Mapping[str, Any]) -> None:
    for name in BASIC:
        if name in values:
            setattr(customer, name, values[name])
    for name in NAMES:
        setattr(customer, name, " ".join(getattr(customer, name).split()))
    if customer.business_id:
        customer.business_id = business_ids.clean(customer.business_id)


def _clean(customer: Customer) -> None:
    if customer.kind == Customer.Kind.PERSON and not customer.last_name:
        raise ValidationError({"last_name": _("A private person needs a last name.")})
    if customer.kind == Customer.Kind.ORGANISATION and not customer.organisation_name:
        raise ValidationError({"organisation_name": _("A company needs its name.")})
    if not customer.display_name:
        raise ValidationError({"last_name": _("A customer needs a name.")})
    customer.full_clean(exclude=["identity_code", "name_key"], validate_constraints=False)
    customer.validate_constraints(exclude=["identity_code", "name_key"])


def _touched(customer: Customer) -> None:
    customer.version += 1
    customer.save()


def _index_identity_code(customer: Customer, code: str | None) -> None:
    """Replace the digests of this customer by those of the new code: an index, which follows its value."""
    customer.identity_digests.all().delete()
    if code is None:
        return
    crypto.writing_key("blind_index")
    rows = [
        IdentityCodeIndex(customer=customer, key_id=key, digest=digest)
        for key, digest in crypto.blind_digests(code, label=IDENTITY_CODE)
    ]
    try:
        with transaction.atomic():
            IdentityCodeIndex.objects.bulk_create(rows)
    except IntegrityError:
        raise IdentityCodeTaken from None


def _save_new(address: Address) -> Address:
    address.full_clean(exclude=["customer", "address_key"], validate_constraints=False)
    address.save(force_insert=True)
    return address


def _correct_address(customer: Customer, values: Mapping[str, Any], *, on: dt.date) -> None:
    current = customer.addresses.filter(kind=Address.Kind.POSTAL).current(on=on).first()
    if current is None:
        if any(values.get(part) for part in ("street_address", "postal_code", "city")):
            _save_new(Address(customer=customer, kind=Address.Kind.POSTAL, **values))
        return
    for name, value in values.items():
        setattr(current, name, value)
    if not any((current.street_address, current.postal_code, current.city)):
        raise ValidationError({"street_address": _("An address needs a street, a postal code or a town.")})
    current.full_clean(exclude=["customer", "address_key"], validate_constraints=False)
    current.save()


def _set_medium(customer: Customer, kind: str, value: str) -> None:
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
