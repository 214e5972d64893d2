"""Whoever writes a row about a customer holds the customer from that statement on, not from the commit (fact 5b)."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from customers.models import Address, Customer
from tests.conftest import OwnDatabase


def lock_from_elsewhere(customer: Customer) -> None:
    """Lock the customer over the other connection, as a purge does, without waiting."""
    with transaction.atomic(using="log"):
        Customer.objects.using("log").select_for_update(nowait=True).get(pk=customer.pk)


def test_an_address_that_is_not_committed_yet_keeps_a_purge_from_its_customer(own_database: OwnDatabase) -> None:
    Customer.objects.bulk_create([Customer(number="1", kind="person", last_name="Testinen")])
    customer = Customer.objects.get()
    lock_from_elsewhere(customer)
    with transaction.atomic():
        Address.objects.bulk_create([Address(customer=customer, kind="postal", city="Eno")])
        with pytest.raises(OperationalError) as caught:
            lock_from_elsewhere(customer)
    assert isinstance(caught.value.__cause__, LockNotAvailable)
    lock_from_elsewhere(customer)
