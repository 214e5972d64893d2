"""What the tests of the ledger share: two mirrors in real folders, and batches to put into them."""

import datetime as dt
from pathlib import Path
from uuid import UUID

from ilonet_register import ledger
from ilonet_register.ledger import Head, Payload

ON = dt.date(2026, 11, 18)
NUMBER = "contracts.contract.number"
BATCHES = [UUID(f"00000000-0000-4000-8000-{number:012}") for number in range(10)]


def payload(*numbers: str, kind: str = "purged", on: dt.date = ON) -> Payload:
    hashes = {NUMBER: ledger.digest_many(NUMBER, numbers)}
    return Payload(kind=kind, on=on, rule="contracts", counts={"contract": len(numbers)}, hashes=hashes)


def ship(number: int, *, writer: str = "main") -> Head:
    return ledger.ship(batch=BATCHES[number], payload=payload(f"S-{number}"), writer=writer)


def objects(mirror: Path, writer: str = "main") -> list[Path]:
    return sorted((mirror / writer).glob("*.json"))


def replace(file: Path, content: bytes) -> None:
    """Do what somebody with the rights of the register's account could do."""
    file.chmod(0o600)
    file.write_bytes(content)
