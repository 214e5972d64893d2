"""Fixtures of the ledger and of encrypted columns."""

from pathlib import Path

import pytest
from pytest_django import Settings

from customers.models import Customer
from ilonet_register import ledger
from ilonet_register.crypto.rings import add_key
from ilonet_register.models import EncryptionKey, User
from tests.ilonet_register.ledgers import ship
from tests.ilonet_register.sealed_rows import CODE, saved


@pytest.fixture
def mirrors(settings: Settings, tmp_path: Path) -> tuple[Path, Path]:
    """Two empty mirrors and a key to seal with, in real folders."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LEDGER_DIRS = [tmp_path / "ledger" / "first", tmp_path / "ledger" / "second"]
    add_key("ledger")
    ledger.begin()
    return settings.LEDGER_DIRS[0], settings.LEDGER_DIRS[1]


@pytest.fixture
def three(mirrors: tuple[Path, Path]) -> tuple[Path, Path]:
    """A ledger of three objects."""
    for number in (1, 2, 3):
        ship(number)
    return mirrors


@pytest.fixture
def own_keys(settings: Settings, tmp_path: Path, db: None) -> Path:
    """Keys of this test alone, and none chosen yet."""
    settings.KEYS_DIR = tmp_path / "keys"
    EncryptionKey.objects.all().delete()
    return settings.KEYS_DIR


@pytest.fixture
def clerk(db: None) -> User:
    """Somebody who may look."""
    user = User(email="clerk@example.fi", name="Clerk")
    User.objects.bulk_create([user])
    return user


@pytest.fixture
def customer(own_keys: Path) -> Customer:
    """A customer with an identity code."""
    return saved("1", CODE)
