"""What this app holds about people, why, from whom and how long (N4.1, N6.1, N7.1, N13)."""

from __future__ import annotations

from django.db.models import F, Q

from customers.models import PLACE, Address, ContactMedium, Customer, Hold, IdentityCodeIndex
from ilonet_register.declarations import (
    About,
    Binds,
    Mentions,
    NothingLeft,
    Personal,
    Recipient,
    TakenBack,
    With,
    declare,
)
from ilonet_register.purposes import CARE, CLAIMS, COLLECTION, CONTRACTS, DIRECTORIES, INVOICING, SAFETY
from ilonet_register.roles import May

ROW = {"id", "uuid", "source", "source_detail", "created_at", "changed_at"}
DELIVERY = frozenset({Recipient.PROVIDER, Recipient.INSTALLER})
LISTED = frozenset({Recipient.DIRECTORY}) | DELIVERY

declare(
    Customer,
    subjects=[About("self")],
    kept=[NothingLeft(began="first_role_on", purpose=CONTRACTS)],
    source=F("source"),
    numbers=["number"],
    fields={
        "number": Personal("basic", uses=(INVOICING,), to=DELIVERY),
        "kind": Personal("basic", to=DELIVERY),
        "first_names": Personal("basic", uses=(INVOICING, DIRECTORIES), to=LISTED),
        "last_name": Personal("basic", uses=(INVOICING, DIRECTORIES), to=LISTED),
        "organisation_name": Personal("basic", uses=(INVOICING, DIRECTORIES), to=LISTED),
        "identity_code": Personal(
            "identity", uses=(COLLECTION, CLAIMS), to=frozenset({Recipient.COLLECTOR}), masked=True
        ),
        "birth_date": Personal("identity", uses=(COLLECTION,), to=frozenset({Recipient.COLLECTOR}), masked=True),
        "no_code_reason": Personal("identity"),
        "business_id": Personal("identity", uses=(INVOICING,), to=frozenset({Recipient.COLLECTOR})),
        "occupation": Personal("basic", uses=(CARE,)),
        "language": Personal("basic", uses=(CARE, INVOICING)),
        "non_disclosure": Personal("safety", uses=(SAFETY,)),
        "first_role_on": Personal("basic"),
    },
    technical=ROW | {"version", "imported_version"},
    derived={"name_key": ("last_name", "first_names", "organisation_name")},
)
declare(
    IdentityCodeIndex,
    subjects=[About("customer")],
    kept=[With("customer")],
    source=None,
    fields={},
    technical={"id", "key_id", "digest"},
)
declare(
    Address,
    subjects=[About("customer")],
    kept=[With("customer")],
    source=F("source"),
    fields={
        "kind": Personal("contact details"),
        "street_address": Personal("contact details", uses=(INVOICING, DIRECTORIES), to=LISTED),
        "postal_code": Personal("contact details", uses=(INVOICING, DIRECTORIES), to=LISTED),
        "city": Personal("contact details", uses=(INVOICING, DIRECTORIES), to=LISTED),
        "country": Personal("contact details", uses=(INVOICING,), to=LISTED),
        "from_on": Personal("contact details"),
        "until_on": Personal("contact details"),
    },
    technical=ROW,
    taken_back=TakenBack(May.CHANGE_CUSTOMER, before="from_on"),
    derived={"address_key": PLACE},
)
declare(
    ContactMedium,
    subjects=[About("customer")],
    kept=[With("customer")],
    source=F("source"),
    fields={
        "kind": Personal("contact details"),
        "value": Personal("contact details", uses=(INVOICING, CARE, DIRECTORIES), to=LISTED),
        "is_main": Personal("contact details"),
    },
    technical=ROW,
    taken_back=TakenBack(May.CHANGE_CUSTOMER),
    derived={"value_key": ("value",)},
)
declare(
    Hold,
    subjects=[About("customer"), Mentions("placed_by"), Mentions("lifted_by")],
    kept=[With("customer")],
    source=F("source"),
    fields={
        "record": Personal("holds"),
        "reason": Personal("holds", uses=(CLAIMS,)),
        "why": Personal("holds", uses=(CLAIMS,)),
        "review_on": Personal("holds"),
        "placed_at": Personal("holds"),
        "lifted_at": Personal("holds"),
    },
    technical=ROW,
    binds=Binds(person="customer", record="record", when=Q(lifted_at__isnull=True)),
)
