"""What must never be of a contract is refused by the database itself, each by its own constraint."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from contracts.models import Contract, Product, Role, Subscription
from customers.models import Customer
from tests.ilonet_register.refusals import Act, Case, assert_refused, case, name_of_refusal, names_of, sql

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 18)
BEFORE, AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _two_contracts_of_two_customers() -> None:
    Customer.objects.bulk_create([Customer(number=n, kind="person", last_name="Testinen") for n in ("1", "2")])
    Contract.objects.bulk_create([Contract(number="S1"), Contract(number="S2")])
    product = Product.objects.create(name="Kuitu")
    own, other = Contract.objects.order_by("number")
    Subscription.objects.bulk_create(
        Subscription(number=number, contract=contract, product=product)
        for number, contract in (("L1", own), ("L2", own), ("M1", other))
    )


def line(number: str) -> Subscription:
    return Subscription.objects.get(number=number)


def product(name: str) -> Act:
    return lambda: Product.objects.bulk_create([Product(name=name)])


def contract(**values: Any) -> Act:
    return lambda: Contract.objects.bulk_create([Contract(**{"number": "S3", **values})])


def subscription(**values: Any) -> Act:
    def write() -> None:
        given = {"number": "L3", "contract": Contract.objects.get(number="S1"), "product": Product.objects.get()}
        Subscription.objects.bulk_create([Subscription(**{**given, **values})])

    return write


def roles(*rows: dict[str, Any]) -> Act:
    """Write roles of the first customer in the first contract: owner, without limit, unless told otherwise."""

    def write() -> None:
        given = {
            "customer": Customer.objects.get(number="1"),
            "contract": Contract.objects.get(number="S1"),
            "kind": "owner",
        }
        Role.objects.bulk_create(
            Role(**{**given, **row, **({"subscription": line(row["subscription"])} if "subscription" in row else {})})
            for row in rows
        )

    return write


ENDS_FIRST = {"starts_on": DAY, "ends_on": BEFORE}

CASES: dict[str, Case] = {
    "product_name_unique_whatever_case": case(Product, product("Kuitu"), product("KUITU")),
    "product_has_name": case(Product, product("")),
    "contract_has_number": case(Contract, contract(number="")),
    "contract_state_is_known": case(Contract, contract(state=""), contract(state="active"), contract(state="Draft")),
    "contract_ends_after_it_starts": case(
        Contract, *(contract(state=state, **ENDS_FIRST) for state in ("draft", "confirmed", "paused"))
    ),
    "contract_called_off_has_end": case(
        Contract, *(contract(state=state, starts_on=DAY) for state in ("cancelled", "withdrawn"))
    ),
    "contract_confirmed_has_start": case(
        Contract, *(contract(state=state, ends_on=DAY) for state in ("confirmed", "paused"))
    ),
    "subscription_has_number": case(Subscription, subscription(number="")),
    # It is the target of a key; alone it refuses nothing that the primary key does not.
    "subscription_and_its_contract": case(Subscription, lambda: None),
    "role_subscription_of_its_contract": case(Role, roles({"subscription": "M1"})),
    "role_kind_is_known": case(Role, roles({"kind": ""}), roles({"kind": "heir"})),
    "role_ends_after_it_begins": case(Role, roles({"kind": "payer", "from_on": DAY, "ends_on": BEFORE})),
    "role_one_owner_at_a_time": case(
        Role,
        roles({}, {}),
        roles({}, {"from_on": DAY, "ends_on": DAY}),
        roles({"ends_on": DAY}, {"from_on": DAY}),
        roles({"from_on": BEFORE}, {"from_on": AFTER}),
        roles({"subscription": "L1"}, {"subscription": "L1"}),
    ),
}

ALLOWED: dict[str, Act] = {
    "a contract for a day": contract(state="confirmed", starts_on=DAY, ends_on=DAY),
    "a draft without any date": contract(),
    "a contract called off before it began": contract(state="cancelled", **ENDS_FIRST),
    "a contract withdrawn from before it began": contract(state="withdrawn", **ENDS_FIRST),
    "an owner after another": roles({"ends_on": BEFORE}, {"from_on": DAY}),
    "an owner of the contract and one of a subscription": roles({}, {"subscription": "L1"}, {"subscription": "L2"}),
    "two payers at a time": roles({"kind": "payer"}, {"kind": "payer"}),
    "an owner who uses and pays": roles({}, {"kind": "user"}, {"kind": "payer"}),
    "a role for a day": roles({"from_on": DAY, "ends_on": DAY}),
}


def test_every_constraint_is_tried_here() -> None:
    assert set(CASES) == names_of("contracts")


@pytest.mark.parametrize("name", sorted(set(CASES) - {"subscription_and_its_contract"}))
def test_the_database_refuses_it(name: str) -> None:
    assert_refused(name, CASES[name])


@pytest.mark.parametrize("what", ALLOWED)
def test_the_database_takes_it(what: str) -> None:
    ALLOWED[what]()


def test_a_subscription_is_named_with_its_contract_once() -> None:
    twice = sql(
        "INSERT INTO contracts_subscription (id, number, contract_id, product_id)"
        " SELECT id, 'L4', contract_id, product_id FROM contracts_subscription WHERE number = 'L1'"
    )
    assert name_of_refusal(twice) == "contracts_subscription_pkey"
    sql("ALTER TABLE contracts_subscription DROP CONSTRAINT contracts_subscription_pkey")()
    assert name_of_refusal(twice) == "subscription_and_its_contract"


def test_a_role_in_the_contract_may_be_narrowed_to_one_of_its_subscriptions_only() -> None:
    roles({"kind": "user"})()
    elsewhere = line("M1").pk
    assert (
        name_of_refusal(lambda: Role.objects.update(subscription_id=elsewhere)) == "role_subscription_of_its_contract"
    )
    Role.objects.update(subscription_id=line("L2").pk)
