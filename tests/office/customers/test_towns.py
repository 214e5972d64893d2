"""A town is told by its postal code, but never from the address of one person alone."""

from __future__ import annotations

import pytest

from ilonet_register.office.customers.towns import town_of
from tests import people

pytestmark = pytest.mark.django_db


def test_the_town_is_told_when_several_live_there() -> None:
    people.fibre_customer()
    assert town_of("82900") == ""
    people.neighbour()
    assert town_of(" 82900 ") == "Ilomantsi"
    assert town_of("00100") == town_of("") == ""


def test_the_protected_are_not_counted() -> None:
    people.fibre_customer()
    people.protected_customer()
    assert town_of("82900") == ""
