"""The same files twice change nothing, whatever stands in them; and a file speaks only of what is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from contracts import services as contracts_services
from contracts.imports.run import Report
from contracts.models import Contract, Role
from customers import services as customers_services
from customers.models import Customer
from ilonet_register.models import LogEntry, User
from retention import services as retention
from tests.imports.conftest import TODAY
from tests.imports.files import CODES, contract, customer

THREE = [
    customer(identity_code=CODES[0]),
    customer(customer_number="20002", identity_code=CODES[1], phone="050 211 5939", email="b@example.fi"),
    customer(customer_number="20003", identity_code=CODES[2], phone="050 211 5940", email="c@example.fi"),
]
Bring = Callable[..., Report]
NOTHING = {"customers": 0, "contracts": 0, "subscriptions": 0}


def roles() -> list[tuple[object, ...]]:
    rows = Role.objects.order_by("kind", "subscription__number", "from_on", "pk")
    return list(rows.values_list("kind", "subscription__number", "customer__number", "from_on", "ends_on"))


def console() -> User:
    return User.objects.console()


def test_a_later_end_rewrites_no_history(bring: Bring) -> None:
    mine = contract(starts_on="1.1.2020", signed_on="")
    passed_on = mine | {"customer_number": "20002", "user_number": "20002", "payer_number": "20002"}
    bring(customers=THREE, contracts=[mine])
    bring(contracts=[passed_on])
    before = roles()
    ended = passed_on | {"ends_on": "1.10.2026"}
    assert bring(contracts=[ended]).counts["updated"]["contracts"] == 1
    assert bring(contracts=[ended]).counts["updated"] == NOTHING
    assert roles() == before
    retention.purge(on=TODAY, by=User.objects.night(), allowed=100)
    assert Customer.objects.filter(number="20001").exists()


def test_a_file_of_some_subscriptions_leaves_the_people_of_the_others(bring: Bring) -> None:
    first = contract(user_number="20002")
    second = contract(subscription_number="L900002", user_number="20003")
    bring(customers=THREE, contracts=[first, second])
    before = roles()
    assert bring(contracts=[second]).counts["updated"] == NOTHING
    assert bring(contracts=[first]).counts["updated"] == NOTHING
    assert roles() == before


def test_people_who_come_together_and_part_on_one_day_leave_nothing_that_changes_again(bring: Bring) -> None:
    first = contract(user_number="20002")
    second = contract(subscription_number="L900002", user_number="20003")
    bring(customers=THREE, contracts=[first, second], on=TODAY - dt.timedelta(days=30))
    together = [first | {"user_number": "20003"}, second]
    bring(contracts=together)
    assert bring(contracts=together).counts["updated"] == NOTHING
    bring(contracts=[first, second])
    assert bring(contracts=[first, second]).counts["updated"] == NOTHING
    users = [row[1:] for row in roles() if row[0] == "user" and row[4] is None]
    assert sorted(users, key=str) == [("L900001", "20002", TODAY, None), ("L900002", "20003", TODAY, None)]


def test_two_spellings_of_a_product_are_one(bring: Bring) -> None:
    lines = [contract(product="Kuitu 100"), contract(product="KUITU 100", subscription_number="L900002")]
    bring(customers=THREE, contracts=lines)
    assert bring(contracts=lines).counts["updated"] == NOTHING


def test_a_blank_leaves_language_source_country_and_protection(bring: Bring) -> None:
    said = {"language": "sv", "source": "Kaisanet", "country": "SE", "non_disclosure": "yes", "postal_code": "11122"}
    bring(customers=[customer(**said)])
    report = bring(customers=[customer(**said) | dict.fromkeys(("language", "source", "country"), "")])
    assert report.counts["updated"] == NOTHING
    report = bring(customers=[customer(**said) | {"non_disclosure": ""}])
    assert report.counts["updated"] == NOTHING
    found = Customer.objects.get()
    assert (found.language, found.source, found.non_disclosure) == ("sv", "provider", True)
    assert found.addresses.get().country == "SE"


def test_no_file_lifts_a_protection_and_that_is_said(bring: Bring) -> None:
    bring(customers=[customer(non_disclosure="yes")])
    report = bring(customers=[customer(non_disclosure="no")])
    assert report.stays_protected == ["20001"]
    assert report.counts["updated"] == NOTHING
    assert Customer.objects.get().non_disclosure


def test_a_new_customer_has_the_usual_where_the_file_says_nothing(bring: Bring) -> None:
    bring(customers=[customer(language="", source="", country="", non_disclosure="")])
    found = Customer.objects.get()
    assert (found.language, found.source, found.non_disclosure) == ("fi", "subject", False)
    assert found.addresses.get().country == "FI"


def test_a_code_passes_on_within_one_file(bring: Bring) -> None:
    bring(customers=THREE[:2])
    corrected = [THREE[0] | {"identity_code": CODES[2]}, THREE[1] | {"identity_code": CODES[0]}]
    assert bring(customers=corrected).counts["updated"]["customers"] == 2
    assert customers_services.find_by_identity_code(CODES[0]) == Customer.objects.get(number="20002")
    assert bring(customers=corrected).counts["updated"] == NOTHING


def test_a_code_stays_where_the_change_of_who_has_it_is_not_taken(bring: Bring) -> None:
    bring(customers=THREE[:2])
    customers_services.change_basic(Customer.objects.get(number="20001"), by=console(), values={"occupation": "x"})
    corrected = [THREE[0] | {"identity_code": CODES[2]}, THREE[1] | {"identity_code": CODES[0]}]
    assert sorted(bring(customers=corrected).kept_ours) == ["20001", "20002"]


def test_a_move_and_a_change_of_owner_that_are_entered_here_stand_beside_the_file(bring: Bring) -> None:
    bring(
        customers=[THREE[0] | {"street_address": "", "postal_code": "", "city": ""}, *THREE[1:]], contracts=[contract()]
    )
    coming = TODAY + dt.timedelta(days=40)
    address = {"street_address": "Uusi tie 2", "postal_code": "82900", "city": "Ilomantsi"}
    customers_services.move_house(
        Customer.objects.get(number="20001"), by=console(), on=coming, kinds=["postal"], address=address
    )
    contracts_services.change_role(
        Contract.objects.get(), by=console(), kind="owner", customer=Customer.objects.get(number="20002"), on=coming
    )
    bring(customers=THREE, contracts=[contract(customer_number="20003")], overwrite=True)
    postal = Customer.objects.get(number="20001").addresses.order_by("from_on")
    assert [row.until_on for row in postal.filter(street_address="Pogostantie 1")] == [coming - dt.timedelta(days=1)]
    owners = [row[2:] for row in roles() if row[0] == "owner"]
    assert ("20003", TODAY, coming - dt.timedelta(days=1)) in owners
    assert ("20002", coming, None) in owners


def test_a_contract_that_was_called_off_here_keeps_its_end(bring: Bring) -> None:
    bring(customers=THREE, contracts=[contract()])
    contracts_services.call_off(Contract.objects.get(), on=TODAY, by=console())
    bring(contracts=[contract()], overwrite=True)
    assert Contract.objects.get().ends_on == TODAY


def test_what_changed_of_a_known_customer_is_on_record(bring: Bring) -> None:
    bare = customer(street_address="", postal_code="", city="", phone="", email="")
    bring(customers=[bare, *THREE[1:]], contracts=[contract(customer_number="20002")])
    last = LogEntry.objects.latest("pk").pk
    bring(customers=[THREE[0], *THREE[1:]], contracts=[contract(customer_number="20003")])
    found = LogEntry.objects.filter(pk__gt=last)
    events = sorted(found.values_list("event", flat=True))
    assert events.count("contactmedium.created") == 2
    assert {"address.created", "customer.identity_code.set", "role.changed", "role.created"} <= set(events)
    second, third = (Customer.objects.get(number=number).uuid for number in ("20002", "20003"))
    assert set(found.filter(event="role.changed").first().subjects) == {second, third}  # type: ignore[union-attr]


def test_a_dry_run_draws_no_number(bring: Bring) -> None:
    bring(customers=[customer(customer_number="99999999")], dry_run=True)
    assert int(customers_services.next_number()) < 99999999
