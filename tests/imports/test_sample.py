"""The sample of the company as it is: imported, foretold for several days, purged, imported again."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Contract, Subscription
from customers.models import Customer

DATA = Path(__file__).parents[1] / "data"
EXPECTED = json.loads((DATA / "expected.json").read_text())


def command(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def bring(*options: str) -> Any:
    return command("import_register", str(DATA / "customers.csv"), str(DATA / "contracts.csv"), *options)


def test_the_sample_from_file_to_purge_and_back() -> None:
    done = bring()
    everything = {name: EXPECTED[name] for name in ("customers", "contracts", "subscriptions")}
    nothing = dict.fromkeys(everything, 0)
    assert done["created"] == everything
    assert (done["updated"], done["unchanged"], done["rejected"]) == (nothing, nothing, [])
    assert (Customer.objects.count(), Contract.objects.count(), Subscription.objects.count()) == (600, 820, 960)

    again = bring()
    assert again["unchanged"] == everything
    assert (again["created"], again["updated"]) == (nothing, nothing)

    for night in EXPECTED["purge"]:
        seen = command("purge", "--dry-run", "--on", night["on"])
        assert (seen["rules"][0]["due"], seen["customers_removed"]) == (night["due"], night["customers_removed"])

    night = EXPECTED["purge"][0]
    with pytest.raises(CommandError):
        command("purge", "--on", night["on"])
    assert Contract.objects.count() == 820
    command("purge", "--on", night["on"], "--allow-large", str(night["due"]))
    assert (Contract.objects.count(), Customer.objects.count()) == (night["contracts_left"], night["customers_left"])

    after = bring()
    assert after["created"] == nothing
    assert after["rejected"] == []
    assert after["removed"] == night["due"] + night["customers_removed"]
    assert (Contract.objects.count(), Customer.objects.count()) == (night["contracts_left"], night["customers_left"])


def test_a_dry_run_counts_the_same_and_writes_nothing() -> None:
    assert bring("--dry-run")["created"] == {
        name: EXPECTED[name] for name in ("customers", "contracts", "subscriptions")
    }
    assert not Customer.objects.exists()
