"""Nothing is destroyed while the ledger is lost, cut short, altered or not to be written (security.md, fail closed)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.models import Contract
from customers.models import Customer
from ilonet_register import ledger
from ilonet_register.models import User
from retention import purge as purge_module
from retention import services
from retention.models import Evidence
from tests.retention.builders import make_contract, make_customer

ON = dt.date(2026, 11, 24)
Damage = Callable[[tuple[Path, Path]], None]


def purge() -> services.Night:
    return services.purge(on=ON, by=User.objects.night(), allowed=1000)


def objects(mirror: Path) -> list[Path]:
    return sorted((mirror / "main").glob("*.json"))


def lose_both(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder)


def lose_one(folders: tuple[Path, Path]) -> None:
    shutil.rmtree(folders[1])


def empty_both(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder / "main")


def cut_the_end(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        objects(folder)[-1].unlink()


def alter(position: int) -> Damage:
    def one_byte(folders: tuple[Path, Path]) -> None:
        found = objects(folders[1])[position]
        found.chmod(0o600)
        found.write_bytes(found.read_bytes().replace(b'"kind":"purged"', b'"kind":"purgee"'))

    return one_byte


DAMAGES: dict[str, Damage] = {
    "both mirrors lost": lose_both,
    "one mirror lost": lose_one,
    "both emptied": empty_both,
    "the end cut off in both": cut_the_end,
    "the first object altered": alter(0),
    "the last object altered": alter(-1),
}


@pytest.mark.django_db
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_night_begins_with_a_damaged_ledger(ledger_folders: tuple[Path, Path], damage: str) -> None:
    for _night in range(3):
        make_contract(make_customer())
        purge()
    DAMAGES[damage](ledger_folders)
    make_contract(make_customer())
    with pytest.raises(ledger.LedgerError):
        purge()
    assert (Contract.objects.count(), Evidence.objects.count()) == (1, 3)


def test_a_mirror_lost_during_the_night_stops_it_before_the_last_statement(
    own_database: object, ledger_folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    purge()
    make_customer()
    Customer.objects.update(first_role_on=dt.date(2010, 1, 1))
    run_rule = purge_module._Run._rule

    def rule(self: purge_module._Run, rule: purge_module.Rule) -> int:
        gone = run_rule(self, rule)
        if rule.name == "users":
            shutil.rmtree(ledger_folders[1])
        return gone

    monkeypatch.setattr(purge_module._Run, "_rule", rule)
    with pytest.raises(ledger.LedgerUnavailable):
        purge()
    assert Customer.objects.count() == 1


def test_no_part_is_taken_away_without_a_ledger(own_database: object, ledger_folders: tuple[Path, Path]) -> None:
    purge()
    make_contract(make_customer())
    purge()
    customer = make_customer()
    shutil.rmtree(ledger_folders[1])
    by = User.objects.console()
    with pytest.raises(ledger.LedgerUnavailable), services.removing(by=by):
        services.remove_part(customer.contact_media.get(), by=by, on=ON)
    assert customer.contact_media.count() == 1


@pytest.mark.django_db
def test_the_evidence_of_a_batch_is_the_digest_of_what_the_ledger_holds(ledger_folders: tuple[Path, Path]) -> None:
    make_contract(make_customer())
    purge()
    (entry,) = ledger.entries()
    assert bytes(Evidence.objects.get().digest) == entry.payload.digest()
