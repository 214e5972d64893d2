"""`manage.py purge` as a timer and a person use it."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Contract
from ilonet_register.periods import today
from retention.models import PurgeRun
from tests.retention.builders import make_contract, make_customer

pytestmark = pytest.mark.django_db


def purge(*arguments: str) -> Any:
    out = StringIO()
    call_command("purge", *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_json_has_the_promised_shape() -> None:
    make_contract(make_customer())
    assert purge("--dry-run", "--on", "2026-11-24") == {
        "run": None,
        "on": "2026-11-24",
        "dry_run": True,
        "rules": [
            {"rule": "contracts", "due": 1, "purged": 1, "held": 0},
            {"rule": "roles", "due": 0, "purged": 0, "held": 0},
            {"rule": "users", "due": 0, "purged": 0, "held": 0},
        ],
        "customers_removed": 1,
    }


def test_the_brake_ends_the_command_with_an_error_that_says_what_to_do() -> None:
    make_contract(make_customer())
    with pytest.raises(CommandError, match="--allow-large 1"):
        purge()
    assert Contract.objects.count() == 1


def test_allowing_it_lets_it_go_and_the_run_is_noted() -> None:
    make_contract(make_customer())
    done = purge("--allow-large", "1")
    assert done["run"] == PurgeRun.objects.get().pk
    assert PurgeRun.objects.get().state == PurgeRun.State.DONE
    assert not Contract.objects.exists()


def test_a_future_day_can_only_be_looked_at() -> None:
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    with pytest.raises(CommandError):
        purge("--on", tomorrow, "--allow-large", "1")
    assert purge("--on", tomorrow, "--dry-run")["on"] == tomorrow


@pytest.mark.parametrize("wrong", [["--rule", "nothing"], ["--on", "31.2.2026"], ["--allow-large", "-1"]])
def test_wrong_options_are_refused(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        purge(*wrong)


def test_it_also_speaks_in_words() -> None:
    make_contract(make_customer())
    out = StringIO()
    call_command("purge", "--dry-run", "--on", "2026-11-24", stdout=out)
    assert "24.11.2026" in out.getvalue()
    assert "contracts: 1" in out.getvalue()
