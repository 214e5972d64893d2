"""One line of a customer file, checked by itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers import business_ids, identity_codes
from ilonet_register.imports import values
from ilonet_register.imports.reading import Layout
from ilonet_register.imports.values import BadValue

LAYOUT = Layout(
    kind="customers",
    known_by="kind",
    columns=(
        "customer_number", "kind", "first_names", "last_name", "organisation_name", "identity_code", "business_id",
        "occupation", "language", "street_address", "postal_code", "city", "country", "phone", "email", "source",
        "non_disclosure",
    ),
    aliases={
        "asiakasnumero": "customer_number",
        "laji": "kind",
        "asiakaslaji": "kind",
        "etunimet": "first_names",
        "sukunimi": "last_name",
        "yritys": "organisation_name",
        "yrityksen_nimi": "organisation_name",
        "organisaatio": "organisation_name",
        "henkilötunnus": "identity_code",
        "hetu": "identity_code",
        "y-tunnus": "business_id",
        "ammatti": "occupation",
        "asema": "occupation",
        "kieli": "language",
        "katuosoite": "street_address",
        "lähiosoite": "street_address",
        "postinumero": "postal_code",
        "postitoimipaikka": "city",
        "kunta": "city",
        "maa": "country",
        "puhelin": "phone",
        "puhelinnumero": "phone",
        "sähköposti": "email",
        "lähde": "source",
        "turvakielto": "non_disclosure",
    },
)  # fmt: skip

KINDS = {
    "person": "person",
    "sole_trader": "sole_trader",
    "organisation": "organisation",
    "yksityishenkilö": "person",
    "henkilö": "person",
    "toiminimi": "sole_trader",
    "yritys": "organisation",
}
LANGUAGES = {"fi": "fi", "sv": "sv", "en": "en", "suomi": "fi", "ruotsi": "sv", "englanti": "en"}
LONGEST = {"first_names": 200, "last_name": 200, "organisation_name": 200, "occupation": 200, "street_address": 200,
           "postal_code": 20, "city": 100}  # fmt: skip
_TRADER = re.compile(r"\b(tmi|t:mi|toiminimi|f:ma|firma)\b", re.IGNORECASE)
_FORM = re.compile(
    r"\b(oyj?|abp?|ky|kb|ay|ry|rf|rs|osk|andelslag|sr|as oy|koy|oü|ltd|gmbh|säätiö|stiftelse|seurakunta|församling|"
    r"kunta|kaupunki|kommun|stad|kyläyhdistys|yhdistys|seura|koulu|hoitokunta|tiekunta|osakaskunta|kuolinpesä)\b",
    re.IGNORECASE,
)


@dataclass
class CustomerLine:
    """A line of a customer file: what it says, and what is wrong with it as (column, reason)."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    code: str = ""


def read(raw: dict[str, str], *, on: dt.date) -> CustomerLine:
    """Return what the line says. Every fault in it is told, not the first alone."""
    line = CustomerLine()

    def take(column: str, reader: Callable[[str], Any]) -> Any:
        try:
            line.values[column] = reader(raw[column])
        except BadValue as bad:
            line.faults.append((column, str(bad)))
        except ValidationError as bad:
            line.faults.append((column, " ".join(bad.messages)))
        return line.values.get(column)

    take("customer_number", lambda v: _number(v))
    kind = take("kind", lambda v: values.one_of(v, KINDS))
    for column, longest in LONGEST.items():
        take(column, lambda v, longest=longest: " ".join(values.text(v, longest=longest).split()))  # type: ignore[misc]
    take("business_id", lambda v: business_ids.clean(v) if v else "")
    take("language", lambda v: values.one_of(v, LANGUAGES) if v else None)
    take("country", values.country)
    take("phone", values.phone)
    take("email", values.email)
    take("source", lambda v: values.one_of(v, values.SOURCES) if v else None)
    take("non_disclosure", lambda v: values.one_of(v, values.YES_NO) if v else None)
    line.values["source_detail"] = raw["source"][:100] or None
    line.code = take("identity_code", lambda v: identity_codes.clean(v, on=on) if v else "") or ""
    line.values.pop("identity_code", None)
    if kind:
        line.faults += _disagreements(str(kind), line)
    return line


def looks_like_a_sole_trader(kind: str, name: str) -> bool:
    """Tell whether what is called an organisation bears the name of a person: Tmi, toiminimi, or a bare name."""
    if kind != "organisation":
        return False
    return bool(_TRADER.search(name)) or not _FORM.search(name)


def _number(value: str) -> str:
    if not value:
        raise BadValue(_("The number is missing."))
    return values.text(value, longest=20)


def _disagreements(kind: str, line: CustomerLine) -> list[tuple[str, str]]:
    """What cannot be together: the same rules as the database holds."""
    found, said = [], line.values
    if kind == "person" and not said.get("last_name", "?"):
        found.append(("last_name", _("A private person needs a last name.")))
    if kind == "organisation" and not said.get("organisation_name", "?"):
        found.append(("organisation_name", _("A company needs its name.")))
    if kind == "sole_trader" and not (said.get("last_name", "?") or said.get("organisation_name", "?")):
        found.append(("last_name", _("A customer needs a name.")))
    if kind == "organisation" and line.code:
        found.append(("identity_code", _("A company has no identity code: is it a sole trader?")))
    if kind == "person" and said.get("business_id"):
        found.append(("business_id", _("A private person has no business ID: is it a sole trader?")))
    return found
