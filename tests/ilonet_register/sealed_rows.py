"""What the tests of encrypted columns share: customers with an identity code, written as an import writes them."""

from django.db import connection

from customers.models import Customer
from ilonet_register import crypto
from ilonet_register.crypto import Sealed

CODE = "010594Y9032"
OTHER = "020594X903P"


def saved(number: str, code: str | None) -> Customer:
    """A customer as an import writes it, without the log of changes."""
    customer = Customer(number=number, kind="person", last_name="Testinen")
    crypto.seal(customer, "identity_code", code)
    Customer.objects.bulk_create([customer])
    return Customer.objects.get(number=number)


def sealed(customer: Customer) -> Sealed:
    value = customer.identity_code
    assert isinstance(value, Sealed)
    return value


def stored(number: str = "1") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_code FROM customers_customer WHERE number = %s", [number])
        return bytes(cursor.fetchone()[0])
