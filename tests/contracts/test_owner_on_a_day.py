"""Whose data a confirmation asks for: who owns the contract on the day it starts, not who was entered first (N7.2)."""

from __future__ import annotations

import datetime as dt

import pytest

from contracts import services as contracts
from contracts.models import Product
from customers import services as customers
from ilonet_register.models import User
from tests import people

pytestmark = pytest.mark.django_db
START = dt.date(2026, 1, 1)


def test_a_draft_that_was_handed_on_is_not_confirmed_on_the_former_owners_data() -> None:
    by = User.objects.console()
    known = people.fibre_customer()
    unknown = customers.create_customer(by=by, basic={"kind": "person", "last_name": "Puute", "language": "fi"})
    product = Product.objects.create(name="Kuitu")
    draft = contracts.create_contract(
        by=by,
        owner=known,
        values={"seller": "Maija"},
        subscriptions=[contracts.NewSubscription(product, "Tie 1", "82900", "Ilomantsi")],
    )
    for kind in ("owner", "user", "payer"):
        contracts.change_role(draft, by=by, kind=kind, customer=unknown, on=START)
    draft = contracts.change_contract(draft, by=by, values={"starts_on": START})
    with pytest.raises(contracts.MandatoryDataMissing):
        contracts.confirm(draft, by=by)
