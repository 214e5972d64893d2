"""Two people edit the same record: what does not collide is merged, the rest is laid side by side (screens.md 3.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from ilonet_register.office.formats import day

WAS = "was_"
"""Before the name of a field: the hidden input with the value that the clerk began from."""


@dataclass(frozen=True)
class Collision:
    """A field that both changed, and differently. Both values as they are posted and as they are read."""

    name: str
    label: str
    theirs: str
    mine: str
    theirs_shown: str
    mine_shown: str


@dataclass(frozen=True)
class Merged:
    """The values with everything merged that can be, as the form posts them."""

    posted: dict[str, str]
    collisions: list[Collision]


def posted_text(value: Any) -> str:
    """Return a value as a form posts it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    return day(value) if isinstance(value, dt.date) else str(value)


def beginnings(form: forms.Form, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the hidden inputs that say from which values a form was begun."""
    return [(f"{WAS}{name}", posted_text(values.get(name))) for name in form.fields]


def merge(form: forms.Form, current: Mapping[str, Any]) -> Merged:
    """Merge a valid form with what a colleague saved meanwhile (`current`)."""
    posted: dict[str, str] = {}
    collisions = []
    for name, field in form.fields.items():
        mine, theirs = posted_text(form.cleaned_data.get(name)), posted_text(current.get(name))
        began = form.data.get(f"{WAS}{name}", "")
        posted[name] = theirs if mine == began else mine
        if theirs not in (began, mine) and mine != began:
            shown = (_shown(field, theirs), _shown(field, mine))
            collisions.append(Collision(name, str(field.label), theirs, mine, *shown))
    return Merged(posted, collisions)


def _shown(field: forms.Field, posted: str) -> str:
    if isinstance(field, forms.BooleanField):
        return "✓" if posted else "–"
    choices = dict(getattr(field, "choices", ()) or ())
    return str(choices.get(posted, posted)) or "–"
