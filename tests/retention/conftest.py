"""Fixtures of the purge: a ledger of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from ilonet_register.crypto.rings import add_key
from ilonet_register.models import User
from retention import services
from retention.services import Night


@pytest.fixture(autouse=True)
def ledger_folders(settings: Settings, tmp_path: Path) -> tuple[Path, Path]:
    """Keys and two mirrors of this test alone."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LEDGER_DIRS = [tmp_path / "ledger" / "first", tmp_path / "ledger" / "second"]
    add_key("ledger")
    return settings.LEDGER_DIRS[0], settings.LEDGER_DIRS[1]


@pytest.fixture
def night() -> Callable[..., Night]:
    """Run a night that somebody has looked at first."""

    def run(**options: Any) -> Night:
        return services.purge(by=User.objects.night(), **{"allowed": 1_000_000, **options})

    return run
