"""What this app holds about people, why, from whom and how long (N6.3, N13.2)."""

from __future__ import annotations

from django.db.models import F

from contracts.models import Contract, Product, Role, Subscription
from contracts.queries import role_end
from customers.models import PLACE, Customer
from ilonet_register.declarations import (
    About,
    Keep,
    Last,
    Personal,
    Recipient,
    Shared,
    TakenBack,
    With,
    declare,
    nothing_personal,
    relationship,
)
from ilonet_register.purposes import CARE, CONTRACTS, INVOICING
from ilonet_register.roles import May

ROW = {"id", "uuid", "source", "source_detail", "created_at", "changed_at"}
DELIVERY = frozenset({Recipient.PROVIDER, Recipient.INSTALLER})

nothing_personal(Product, because="a product is sold to anybody")

declare(
    Contract,
    subjects=[Shared("roles__customer")],
    kept=[Keep(CONTRACTS, clock=F("ends_on"))],
    source=F("source"),
    numbers=["number"],
    fields={
        "number": Personal("contract", uses=(INVOICING,), to=DELIVERY),
        "seller": Personal("contract"),
        "state": Personal("contract"),
        "signed_on": Personal("contract"),
        "starts_on": Personal("contract", uses=(INVOICING,), to=DELIVERY),
        "terminated_on": Personal("contract", uses=(INVOICING,)),
        "ends_on": Personal("contract", uses=(INVOICING,), to=DELIVERY),
        "end_reason": Personal("contract", uses=(CARE,)),
    },
    technical=ROW | {"version", "imported_version"},
)
declare(
    Subscription,
    subjects=[Shared("contract__roles__customer")],
    kept=[With("contract")],
    source=F("source"),
    numbers=["number"],
    fields={
        "number": Personal("contract", uses=(INVOICING,), to=DELIVERY),
        "product": Personal("contract", uses=(INVOICING,), to=DELIVERY),
        "street_address": Personal("contract", to=DELIVERY),
        "postal_code": Personal("contract", to=DELIVERY),
        "city": Personal("contract", to=DELIVERY),
    },
    technical=ROW,
    derived={"address_key": PLACE},
)
# A person's six years count from the end of their own last role in the contract; with the contract go all its roles.
declare(
    Role,
    subjects=[About("customer")],
    kept=[Keep(CONTRACTS, clock=Last(ends=role_end(), same=("contract", "customer")))],
    source=F("source"),
    goes_with="contract",
    taken_back=TakenBack(May.CHANGE_CONTRACT, before="from_on"),
    fields={
        "kind": Personal("contract", uses=(INVOICING,), to=DELIVERY),
        "subscription": Personal("contract", to=DELIVERY),
        "from_on": Personal("contract"),
        "ends_on": Personal("contract"),
    },
    technical=ROW,
)
relationship(Customer, through=Role, path="customer", ends=role_end())
