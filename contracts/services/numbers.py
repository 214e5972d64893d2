"""The numbers that the register gives to contracts and subscriptions; none is given twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr

from contracts.models import Contract, Subscription
from ilonet_register import numbering


@dataclass(frozen=True)
class Numbers:
    """How the register numbers a kind of record: a letter, and the sequence that is never drawn from twice."""

    prefix: str
    sequence: str
    first: int


NUMBERS: dict[type[Contract | Subscription], Numbers] = {
    Contract: Numbers("S", "contracts_number", 2000001),
    Subscription: Numbers("L", "subscriptions_number", 500001),
}


def next_number(model: type[Contract | Subscription] = Contract) -> str:
    """Return a number of a contract or subscription above all that were ever in use, removed ones included."""
    numbers = NUMBERS[model]
    return f"{numbers.prefix}{numbering.draw(numbers.sequence, above=highest_number(model))}"


def highest_number(model: type[Contract | Subscription]) -> int:
    """Return the highest number in use of the form that the register gives."""
    numbers = NUMBERS[model]
    own = model._default_manager.filter(number__regex=rf"^{numbers.prefix}[0-9]{{1,18}}$")
    highest = own.aggregate(highest=Max(Cast(Substr("number", 2), BigIntegerField())))["highest"]
    return highest or numbers.first - 1
