"""Whatever a clerk does at whatever moment of a purge is obeyed, or the clerk is told that the record is gone.

Driven with real connections, statement by statement: the clerk acts between any two statements of the purge, and the
purge starts between any two statements of the clerk, who has not committed yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from contracts import services as contracts
from contracts.models import Contract, Product, Role
from customers import services as customers
from customers.models import Customer, Hold
from ilonet_register.locks import Removed
from ilonet_register.models import User
from retention import services
from tests.conftest import OwnDatabase
from tests.retention.builders import make_contract, make_customer
from tests.stepping import Stepped

ON = dt.date(2026, 11, 24)
REVIEW = dt.date(2027, 5, 24)


@dataclass
class Scene:
    """A contract that is due with its owner; the payer has another contract, in which things can be changed."""

    owner: Customer
    due: Contract
    other: Contract


@dataclass(frozen=True)
class Act:
    """What the clerk does, and what must stand afterwards when it was not refused."""

    do: Callable[[Scene], object]
    is_obeyed: Callable[[Scene], bool]
    scene: Callable[[], Scene]


def ended() -> Scene:
    owner, payer = make_customer(), make_customer()
    return Scene(owner, make_contract(owner, payer=payer), make_contract(payer, ends_on=None))


def handed_over() -> Scene:
    """The former owner's roles are due, the contract lives on."""
    former, present = make_customer(), make_customer()
    contract = make_contract(former, ends_on=None)
    for kind in ("owner", "user", "payer"):
        contracts.change_role(contract, by=console(), kind=kind, customer=present, on=dt.date(2018, 3, 1))
    return Scene(former, contract, contract)


def console() -> User:
    return User.objects.console()


def hold_contract(scene: Scene) -> object:
    return contracts.hold_contract(scene.due, by=console(), reason="dispute", review_on=REVIEW)


def hold_person(scene: Scene) -> object:
    return customers.place_hold(scene.owner, by=console(), reason="debt", review_on=REVIEW)


def renew(scene: Scene) -> object:
    return contracts.change_contract(scene.due, by=console(), values={"ends_on": dt.date(2027, 12, 31)})


def new_contract(scene: Scene) -> object:
    return contracts.create_contract(
        by=console(),
        owner=scene.owner,
        values={"starts_on": dt.date(2026, 1, 1), "seller": "Myyjä"},
        subscriptions=[contracts.NewSubscription(Product.objects.get(), "Mallitie 2", "82900", "Ilomantsi")],
        confirm_it=True,
    )


def pay_elsewhere(scene: Scene) -> object:
    return contracts.change_role(scene.other, by=console(), kind="payer", customer=scene.owner, on=dt.date(2026, 1, 1))


def is_renewed(scene: Scene) -> bool:
    return Contract.objects.filter(pk=scene.due.pk, ends_on__year=2027).exists()


def still_there(scene: Scene) -> bool:
    has_roles = scene.due.roles.filter(customer=scene.owner).exists()
    return has_roles and Customer.objects.filter(pk=scene.owner.pk).exists()


ACTS = {
    "hold of the contract": Act(
        hold_contract, lambda s: still_there(s) and Hold.objects.filter(record=s.due.uuid).exists(), ended
    ),
    "hold of the person": Act(
        hold_person, lambda s: still_there(s) and Hold.objects.filter(customer=s.owner).exists(), ended
    ),
    "renewal": Act(
        renew, lambda s: still_there(s) and Contract.objects.filter(pk=s.due.pk, ends_on__year=2027).exists(), ended
    ),
    "new contract": Act(
        new_contract, lambda s: Role.objects.filter(customer=s.owner).exclude(contract=s.due).count() == 3, ended
    ),
    "changed role elsewhere": Act(
        pay_elsewhere, lambda s: Role.objects.filter(customer=s.owner, contract=s.other).exists(), ended
    ),
    "new role in the contract": Act(
        pay_elsewhere, lambda s: s.due.roles.filter(customer=s.owner).count() == 4, handed_over
    ),
    "hold of a former owner": Act(
        hold_person, lambda s: still_there(s) and s.due.roles.filter(customer=s.owner).count() == 3, handed_over
    ),
}


def purge() -> services.Night:
    return services.purge(on=ON, by=User.objects.night(), allowed=1_000_000)


def check(act: Act, scene: Scene, clerk: Stepped, night: Stepped, where: str) -> str:
    """Both ended well; the act stands, or its clerk was told and the record is gone whole."""
    assert night.error is None, (where, night.error)
    if isinstance(clerk.error, Removed):
        assert not still_there(scene), where
        return "told"
    assert clerk.error is None, (where, clerk.error)
    assert act.is_obeyed(scene), where
    return "obeyed"


def moments_of_a_batch(statements: list[str]) -> list[int]:
    """The moments before the first lock, between all statements of the batches, and some of the rest."""
    first = next(n for n, sql in enumerate(statements) if "FOR UPDATE" in sql)
    last = max(n for n, sql in enumerate(statements) if "retention_ledgeroutbox" in sql and sql.startswith("INSERT"))
    return [*range(0, first - 2, 6), *range(max(first - 2, 0), last + 3), *range(last + 3, len(statements) + 1, 6)]


@pytest.mark.parametrize("name", ACTS)
def test_an_act_between_any_two_statements_of_the_purge(name: str, own_database: OwnDatabase) -> None:
    act = ACTS[name]
    act.scene()
    whole = Stepped(purge).start().finish()
    assert whole.error is None
    outcomes = set()
    for moment in moments_of_a_batch(whole.statements):
        scene = act.scene()
        night = Stepped(purge, stop_after=moment).start()
        clerk = Stepped(lambda scene=scene: act.do(scene)).start()
        night.finish()
        clerk.finish()
        outcomes.add(check(act, scene, clerk, night, f"{name}, after statement {moment}"))
    assert outcomes == {"obeyed", "told"}, "the moments must lie before and after"


@pytest.mark.parametrize("name", ACTS)
def test_a_purge_that_starts_between_any_two_statements_of_an_uncommitted_act(
    name: str, own_database: OwnDatabase
) -> None:
    act = ACTS[name]

    def do(scene: Scene) -> None:
        with transaction.atomic():
            act.do(scene)

    first = act.scene()
    whole = Stepped(lambda: do(first)).start().finish()
    assert whole.error is None
    for moment in range(len(whole.statements) + 1):
        scene = act.scene()
        clerk = Stepped(lambda scene=scene: do(scene), stop_after=moment).start()
        night = Stepped(purge).start()
        clerk.finish()
        night.finish()
        check(act, scene, clerk, night, f"{name}, purge after statement {moment} of the clerk")
