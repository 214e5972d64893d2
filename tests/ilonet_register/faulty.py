"""Code that fails while it holds an identity code and a name, and what is then looked for in every report."""

from __future__ import annotations

from typing import NoReturn

from customers.models import Customer
from tests.people import FIBRE_CODE

CODE, NAME = FIBRE_CODE, "Salamyhkäinen"
PARTS = (CODE, CODE[:6], CODE[7:], NAME, "Salamyhk")


def assert_nothing_personal(text: str) -> None:
    found = [part for part in PARTS if part in text]
    assert not found, text


def fail_over(code: str) -> NoReturn:
    """Fail with the code in the local variables, in the text, and in that of the error before."""
    held = {"code": code, "name": NAME}
    try:
        int(code)
    except ValueError:
        fail_with(f"{held} cannot be read")
    raise AssertionError("a number is no identity code")


def fail_with(text: str) -> NoReturn:
    raise ValueError(text)


def write_the_same_number_twice() -> None:
    """Violate a unique constraint, of which PostgreSQL quotes the value."""
    Customer.objects.bulk_create([Customer(number=CODE, kind="person", last_name=NAME) for _ in range(2)])
