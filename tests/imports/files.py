"""Files as offices send them, for the tests of the import."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

CUSTOMER = {
    "customer_number": "20001", "kind": "person", "first_names": "Aino Kaarina", "last_name": "Määttä",
    "organisation_name": "", "identity_code": "", "business_id": "", "occupation": "opettaja", "language": "fi",
    "street_address": "Pogostantie 1", "postal_code": "82900", "city": "Ilomantsi", "country": "FI",
    "phone": "050 211 5938", "email": "aino@example.fi", "source": "registration", "non_disclosure": "no",
}  # fmt: skip
CONTRACT = {
    "contract_number": "S900001", "customer_number": "20001", "seller": "Myyjä 1", "product": "Kuitu 200/200",
    "signed_on": "5.1.2021", "starts_on": "2021-01-15", "terminated_on": "", "ends_on": "",
    "subscription_number": "L900001", "installation_street": "Pogostantie 1", "installation_postal_code": "82900",
    "installation_city": "Ilomantsi", "user_number": "", "payer_number": "",
}  # fmt: skip
CODES = ("131052-900W", "070685-901B", "240390-9027")


def customer(**values: str) -> dict[str, str]:
    return {**CUSTOMER, **values}


def contract(**values: str) -> dict[str, str]:
    return {**CONTRACT, **values}


def text_of(rows: Sequence[Mapping[str, str]], *, delimiter: str = ";") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(folder: Path, name: str, *rows: Mapping[str, str], encoding: str = "utf-8-sig", delimiter: str = ";") -> Path:
    path = folder / name
    path.write_bytes(text_of(rows, delimiter=delimiter).encode(encoding))
    return path
