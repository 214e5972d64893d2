"""The numbers that the register gives to customers; none is given twice."""

from __future__ import annotations

from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast

from customers.models import Customer
from ilonet_register import numbering

NUMBERS = "customers_number"


FIRST_NUMBER = 10001


def next_number() -> str:
    """Return a customer number above all that were ever in use: also those of customers who were removed."""
    return str(numbering.draw(NUMBERS, above=highest_number()))


def highest_number() -> int:
    """Return the highest plain number in use."""
    numbers = Customer.objects.filter(number__regex=r"^[0-9]{1,18}$")
    return numbers.aggregate(highest=Max(Cast("number", BigIntegerField())))["highest"] or FIRST_NUMBER - 1
