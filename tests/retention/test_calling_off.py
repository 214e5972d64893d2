"""Calling a transfer off takes the coming role away and lets the former one go on: both, or neither (N6.1).

Between any two statements of it a whole night may run: the coming owner, who has nothing else, stays.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse

from contracts import services as contracts
from contracts.models import Contract
from customers.models import Customer
from ilonet_register.models import User
from ilonet_register.office.customers import changing
from ilonet_register.periods import today
from retention import services
from tests import people
from tests.retention.builders import make_contract, make_customer
from tests.stepping import Stepped

COMING = today() + dt.timedelta(days=30)


@dataclass
class Scene:
    """A contract that passes from one to another in a month."""

    former: Customer
    coming: Customer
    contract: Contract


@pytest.fixture
def scene(own_database: object) -> Scene:
    services.purge(on=today(), by=User.objects.night(), allowed=0)
    return passing_on()


def passing_on() -> Scene:
    former, coming = make_customer("Vanha"), make_customer("Tuleva")
    contract = make_contract(former, ends_on=None)
    contracts.change_role(contract, by=User.objects.console(), kind="owner", customer=coming, on=COMING)
    return Scene(former, coming, contract)


def call_off(scene: Scene) -> None:
    by = User.objects.console()
    with services.removing(by=by):
        contracts.lock_contract(scene.contract)
        for row in scene.contract.roles.filter(customer=scene.coming):
            changing._call_off(scene.contract, row, by=by)


def is_called_off(scene: Scene) -> bool:
    owners = list(scene.contract.roles.filter(kind="owner").values_list("customer", "ends_on"))
    scene.coming.refresh_from_db()
    return owners == [(scene.former.pk, None)] and scene.coming.first_role_on is None


def test_it_is_called_off(scene: Scene) -> None:
    call_off(scene)
    assert is_called_off(scene)


def test_a_night_between_any_two_statements_takes_nobody(scene: Scene) -> None:
    rehearsal = Stepped(lambda: call_off(scene)).start().finish()
    assert len(rehearsal.statements) > 20
    for stop_after in range(1, len(rehearsal.statements), 2):
        another = passing_on()
        clerk = Stepped(lambda: call_off(another), stop_after=stop_after).start()  # noqa: B023 - ends in this round
        night = Stepped(lambda: services.purge(on=today(), by=User.objects.night())).start()
        clerk.finish()
        night.finish()
        assert (clerk.error, night.error) == (None, None), stop_after
        assert is_called_off(another), stop_after
        assert Customer.objects.filter(pk__in=[another.former.pk, another.coming.pk]).count() == 2, stop_after


def test_without_a_ledger_all_stays_as_it_was_and_the_clerk_is_told(
    scene: Scene, ledger_folders: tuple[Path, Path], client: object
) -> None:
    shutil.rmtree(ledger_folders[1])
    client.force_login(people.clerk(language="en"))  # type: ignore[attr-defined]
    row = scene.contract.roles.get(customer=scene.coming)
    address = reverse("office:cancel_transfer", args=[scene.former.uuid, scene.contract.uuid, row.uuid])
    answer = client.post(address, follow=True)  # type: ignore[attr-defined]
    assert "Nothing was removed" in answer.text
    assert scene.contract.roles.filter(customer=scene.coming, from_on=COMING).exists()
