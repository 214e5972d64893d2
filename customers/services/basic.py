"""Who a customer is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers import business_ids, identity_codes
from customers.models import PLACE, Address, ContactMedium, Customer
from customers.services.contacts import save_new, set_medium
from customers.services.identity import index_identity_code
from customers.services.locking import lock_customer, refuse_stale, touched
from customers.services.numbers import next_number
from ilonet_register import audit, crypto
from ilonet_register.models import User
from ilonet_register.roles import May
from ilonet_register.services import NotAllowed, require

NAMES = ("first_names", "last_name", "organisation_name")


BASIC = ("kind", *NAMES, "business_id", "occupation", "language", "birth_date", "no_code_reason", "non_disclosure")


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
            index_identity_code(customer, identity_codes.clean(identity_code))
            audit.record("customer.identity_code.set", obj=customer, action=1)
        if address and any(address.get(part) for part in PLACE):
            save_new(Address(customer=customer, source=source, **address))
        set_medium(customer, ContactMedium.Kind.PHONE, phone)
        set_medium(customer, ContactMedium.Kind.EMAIL, email)
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
    if customer.non_disclosure and values.get("non_disclosure") is False:
        _require_to_lift_protection(by)
    _set_basic(customer, values)
    with audit.acting(by):
        if identity_code is not None:
            code = identity_codes.clean(identity_code) if identity_code else None
            crypto.seal(customer, "identity_code", code)
            if code:
                customer.birth_date, customer.no_code_reason = None, ""
        _clean(customer)
        touched(customer)
        if identity_code is not None:
            index_identity_code(customer, code)
            audit.record("customer.identity_code.set", obj=customer, action=1)
    return customer


def _require_to_lift_protection(by: User) -> None:
    """It never opens by itself, nor by whoever wants to see what it hides."""
    try:
        require(by, May.SEE_PROTECTED)
    except NotAllowed:
        text = _("Only who holds the right Protected addresses lifts a non-disclosure.")
        raise ValidationError({"non_disclosure": text}) from None


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
    if customer.birth_date and not customer.no_code_reason:
        raise ValidationError({"no_code_reason": _("A birth date needs the reason why there is no identity code.")})
    customer.full_clean(exclude=["identity_code", "name_key"], validate_constraints=False)
    customer.validate_constraints(exclude=["identity_code", "name_key"])
