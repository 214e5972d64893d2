"""A customer who held a role and then holds none goes too (N13.1); who never had one is listed for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from contracts import services as contracts
from contracts.models import Product
from customers import services as customers
from customers.models import Address, ContactMedium, Customer
from ilonet_register.models import LogContent, LogEntry, User
from retention.services import Night
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


def test_owner_user_and_payer_go_with_their_last_contract(night: Callable[..., Night]) -> None:
    make_contract(make_customer(), user=make_customer(), payer=make_customer())
    assert night(on=ON).people == 3
    for model in (Customer, Address, ContactMedium):
        assert not model.objects.exists()


def test_who_has_another_contract_stays(night: Callable[..., Night]) -> None:
    owner = make_customer()
    make_contract(owner), make_contract(owner, ends_on=dt.date(2025, 1, 1))
    assert night(on=ON).people == 0
    assert Customer.objects.get() == owner


def test_who_is_only_a_payer_elsewhere_stays(night: Callable[..., Night]) -> None:
    payer = make_customer()
    make_contract(payer), make_contract(make_customer(), payer=payer, ends_on=None)
    night(on=ON)
    assert Customer.objects.filter(pk=payer.pk).exists()


def test_who_never_had_a_contract_is_listed_and_stays(night: Callable[..., Night]) -> None:
    prospect = make_customer()
    assert night(on=ON).people == 0
    assert list(Customer.objects.never_a_customer()) == [prospect]


def test_a_draft_keeps_its_customer_and_counts_for_nothing_else(night: Callable[..., Night]) -> None:
    prospect = make_customer()
    product = Product.objects.create(name="Kuitu 100/100")
    contracts.create_contract(
        by=User.objects.console(),
        owner=prospect,
        values={"seller": "Myyjä", "starts_on": dt.date(2016, 1, 1)},
        subscriptions=[contracts.NewSubscription(product, "Mallitie 1", "82900", "Ilomantsi")],
    )
    assert night(on=ON).people == 0
    assert list(Customer.objects.never_a_customer()) == [prospect]


def test_the_content_of_the_log_goes_and_who_did_what_when_stays(night: Callable[..., Night]) -> None:
    owner = make_customer()
    contract = make_contract(owner)
    customers.change_basic(owner, by=User.objects.console(), values={"occupation": "kalastaja"})
    entries = LogEntry.objects.filter(subjects__contains=[owner.uuid])
    count = entries.count()
    assert LogContent.objects.filter(entry__root__in=[owner.uuid, contract.uuid]).exists()
    night(on=ON)
    assert not LogContent.objects.exists()
    assert entries.count() == count
