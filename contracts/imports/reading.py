"""One line of a contract file, checked by itself: a subscription, with the contract it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ilonet_register.imports import values
from ilonet_register.imports.reading import Layout
from ilonet_register.imports.values import BadValue

LAYOUT = Layout(
    kind="contracts",
    known_by="contract_number",
    columns=(
        "contract_number", "customer_number", "seller", "product", "signed_on", "starts_on", "terminated_on", "ends_on",
        "subscription_number", "installation_street", "installation_postal_code", "installation_city", "user_number",
        "payer_number", "source",
    ),
    optional=frozenset({"source"}),
    aliases={
        "sopimusnumero": "contract_number",
        "asiakasnumero": "customer_number",
        "omistaja": "customer_number",
        "myyjä": "seller",
        "tuote": "product",
        "allekirjoitettu": "signed_on",
        "allekirjoituspäivä": "signed_on",
        "alkaa": "starts_on",
        "alkupäivä": "starts_on",
        "irtisanottu": "terminated_on",
        "irtisanomispäivä": "terminated_on",
        "päättyy": "ends_on",
        "päättymispäivä": "ends_on",
        "liittymänumero": "subscription_number",
        "liittymä": "subscription_number",
        "asennusosoite": "installation_street",
        "asennuskatuosoite": "installation_street",
        "asennuspostinumero": "installation_postal_code",
        "asennuspostitoimipaikka": "installation_city",
        "asennuskunta": "installation_city",
        "käyttäjänumero": "user_number",
        "käyttäjä": "user_number",
        "maksajanumero": "payer_number",
        "maksaja": "payer_number",
        "lähde": "source",
    },
)  # fmt: skip
DAYS = ("signed_on", "starts_on", "terminated_on", "ends_on")
TEXTS = {
    "seller": 100, "installation_street": 200, "installation_postal_code": 20, "installation_city": 100,
    "user_number": 20, "payer_number": 20,
}  # fmt: skip
NUMBERS = {"contract_number": 30, "customer_number": 20, "subscription_number": 30, "product": 100}


@dataclass
class ContractLine:
    """A line of a contract file: what it says, and what is wrong with it as (column, reason)."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)


def read(raw: dict[str, str]) -> ContractLine:
    """Return what the line says; user and payer are the owner unless named. Every fault in it is told."""
    line = ContractLine()

    def take(column: str, reader: Callable[[str], Any]) -> None:
        try:
            line.values[column] = reader(raw.get(column, ""))
        except BadValue as bad:
            line.faults.append((column, str(bad)))

    for column, longest in NUMBERS.items():
        take(column, lambda v, longest=longest: _needed(v, longest))  # type: ignore[misc]
    for column, longest in TEXTS.items():
        take(column, lambda v, longest=longest: " ".join(values.text(v, longest=longest).split()))  # type: ignore[misc]
    for column in DAYS:
        take(column, values.day)
    take("source", lambda v: values.one_of(v, values.SOURCES) if v else "")
    line.values["source_detail"] = raw.get("source", "")[:100]
    for column in ("user_number", "payer_number"):
        line.values[column] = line.values.get(column) or line.values.get("customer_number", "")
    line.faults += _disagreements(line)
    return line


def _needed(value: str, longest: int) -> str:
    if not value:
        raise BadValue(_("This is missing."))
    return values.text(value, longest=longest)


def _disagreements(line: ContractLine) -> list[tuple[str, str]]:
    said = line.values
    starts, ends = said.get("starts_on"), said.get("ends_on")
    if starts is None and "starts_on" in said:
        return [("starts_on", _("Say when the contract starts."))]
    if starts and ends and ends < starts:
        return [("ends_on", _("The contract cannot end before it starts."))]
    return []
