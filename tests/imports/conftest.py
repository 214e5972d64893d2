"""Fixtures of the import: a database and a ledger of the test's own, and the run itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from contracts.imports.run import Report
from ilonet_register.crypto.rings import add_key
from ilonet_register.models import User
from ilonet_register.office.importing import import_files
from tests.conftest import OwnDatabase
from tests.imports.files import write

TODAY = dt.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def own(own_database: OwnDatabase, settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LEDGER_DIRS = [tmp_path / "ledger" / "first", tmp_path / "ledger" / "second"]
    add_key("ledger")


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Report]:
    """Import rows as files: `bring(customers=[…], contracts=[…])`."""

    def run_it(
        *,
        customers: Sequence[Mapping[str, str]] = (),
        contracts: Sequence[Mapping[str, str]] = (),
        on: dt.date = TODAY,
        **options: Any,
    ) -> Report:
        paths = []
        if contracts:
            paths.append(write(tmp_path, "contracts.csv", *contracts))
        if customers:
            paths.append(write(tmp_path, "customers.csv", *customers))
        return import_files(paths, by=User.objects.console(), on=on, **options)

    return run_it
