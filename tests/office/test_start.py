"""The first page after signing in: what waits for whom, what one had open last, and a night that went wrong (3.1)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from customers import services as customers
from customers.models import Customer
from ilonet_register.models import LogEntry, User
from ilonet_register.periods import today
from retention.models import PurgeRun
from tests import people

pytestmark = pytest.mark.django_db


def start_of(*rights: str) -> str:
    client = Client()
    client.force_login(people.clerk(*rights))
    return client.get("/").content.decode()


def test_a_hold_to_review_waits_for_those_who_may_lift_it() -> None:
    aino = people.fibre_customer()
    customers.place_hold(aino, by=User.objects.console(), reason="debt", review_on=today())
    assert "Määttä, Aino Kaarina 10234" in start_of("customer_service")
    assert "hold to be reviewed" in start_of("invoicing")
    for level in ("marketing", "installation", "officer", "main_user", "request_handler"):
        assert "10234" not in start_of(level), level


def test_who_never_had_a_contract_is_listed_after_a_while() -> None:
    people.neighbour()
    assert "10655" not in start_of("customer_service")
    Customer.objects.update(created_at=timezone.now() - dt.timedelta(days=15))
    assert "never had a contract" in start_of("customer_service")


def test_the_names_that_are_listed_are_on_record() -> None:
    aino = people.fibre_customer()
    customers.place_hold(aino, by=User.objects.console(), reason="debt", review_on=today())
    start_of("customer_service")
    assert LogEntry.objects.get(event="customers.listed").subjects == [aino.uuid]


def test_customers_opened_last_come_first() -> None:
    cast = people.cast()
    client = Client()
    client.force_login(people.clerk())
    for uuid in (cast.aino.uuid, cast.saara.uuid, cast.aino.uuid):
        client.get(f"/customers/{uuid}/")
    page = client.get("/").content.decode()
    opened = page[page.index('id="recent"') :]
    assert opened.index("10234") < opened.index("10377")
    assert "10234" not in start_of("marketing")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PurgeRun.State.STOPPED, "waits for approval"),
        (PurgeRun.State.FAILED, "not finished"),
        (PurgeRun.State.DONE, ""),
    ],
)
def test_a_night_that_went_wrong_is_told_to_who_watches_it(state: str, said: str) -> None:
    PurgeRun.objects.create(on=today(), state=state)
    for level in ("main_user", "officer"):
        assert ("The night" in start_of(level)) is bool(said)
        assert said in start_of(level)
    assert "The night" not in start_of("customer_service")


def test_a_night_that_was_missed_is_told() -> None:
    PurgeRun.objects.create(on=today() - dt.timedelta(days=3), state=PurgeRun.State.DONE)
    assert "A night was missed" in start_of("main_user")
