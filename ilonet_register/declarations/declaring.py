"""The registry of what was declared, and the functions that `personal_data.py` of each app calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

    from ilonet_register.purposes import Purpose


from ilonet_register.declarations.vocabulary import (
    About,
    Binds,
    Declaration,
    Holds,
    Kept,
    Personal,
    Source,
    Subject,
    TakenBack,
)


@dataclass(frozen=True)
class Relationship:
    """What makes a person a customer still: rows of `through` that have not ended."""

    person: type[Model]
    through: type[Model]
    path: str
    ends: Combinable


@dataclass
class Registry:
    """What was declared: the models with personal data, those without, the relationships, stores outside."""

    declarations: dict[type[Model], Declaration] = field(default_factory=dict)
    not_personal: dict[type[Model], str] = field(default_factory=dict)
    relationships: dict[type[Model], Relationship] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self.declarations.values())

    def of(self, model: type[Model]) -> Declaration:
        return self.declarations[model]

    def root_path(self, item: Declaration) -> str:
        """Return the path to the row under which the log knows this one; empty for a row that stands alone."""
        steps = []
        while item.goes_by:
            steps.append(item.goes_by)
            target = path_target(item.model, item.goes_by)
            assert target is not None
            item = self.of(target)
        return "__".join(steps)

    def subject_models(self) -> list[type[Model]]:
        """Return the models whose rows are people, in the order in which they are always locked."""
        return [item.model for item in self if any(s == About("self") for s in item.subjects)]

    def parts_of(self, model: type[Model]) -> list[tuple[Declaration, str]]:
        """Return what goes with a row of `model`, each with its path to it, children of children included."""
        found = []
        for item in self:
            path = item.goes_by
            if path and path_target(item.model, path) is model:
                found.append((item, path))
                found += [(part, f"{below}__{path}") for part, below in self.parts_of(item.model)]
        return found


@dataclass(frozen=True)
class Store:
    """Something held outside the database, such as the ledger, for the notice and the Article 30 record."""

    name: str
    label: _StrPromise
    purpose: Purpose
    period: _StrPromise


registry = Registry()


def declare(
    model: type[Model],
    *,
    subjects: Sequence[Subject],
    kept: Sequence[Kept],
    source: F | Source | None,
    fields: Mapping[str, Personal],
    technical: Iterable[str] = (),
    derived: Mapping[str, tuple[str, ...]] | None = None,
    holds: Sequence[Holds] = (),
    binds: Binds | None = None,
    goes_with: str | None = None,
    taken_back: TakenBack | None = None,
    numbers: Sequence[str] = (),
    rule: str = "",
    third_party: bool = False,
) -> None:
    """Declare the personal data of a model; what is wrong with it is said by the system checks.

    `goes_with` names the key to a row that takes this one along although it has a period of its own. `taken_back`:
    whether a person may remove single rows (else only their period or their person's rights do). `numbers` are
    the columns by which outsiders name the row: the ledger keeps their keyed hashes. `rule` names its purge rule.
    """
    registry.declarations[model] = Declaration(
        model=model,
        subjects=tuple(subjects),
        kept=tuple(kept),
        source=source,
        fields=dict(fields),
        technical=frozenset(technical),
        derived=dict(derived or {}),
        holds=tuple(holds),
        binds=binds,
        goes_with=goes_with,
        taken_back=taken_back,
        numbers=tuple(numbers),
        rule=rule or f"{model._meta.model_name}s",
        third_party=third_party,
    )


def nothing_personal(model: type[Model], *, because: str) -> None:
    """Declare that a model holds nothing about anybody, and why: silence is an error, exclusion is a value."""
    registry.not_personal[model] = because


def relationship(person: type[Model], *, through: type[Model], path: str, ends: Combinable) -> None:
    """Declare which rows make a person a customer still; said by the app that owns those rows."""
    registry.relationships[person] = Relationship(person, through, path, ends)


def declare_store(name: str, *, label: _StrPromise, purpose: Purpose, period: _StrPromise) -> None:
    """Declare something held outside the database."""
    registry.stores[name] = Store(name, label, purpose, period)


@contextmanager
def declared_otherwise(model: type[Model], **changes: Any) -> Iterator[None]:
    """Run with the declaration of one model changed: for trying out a declaration before it is written."""
    before = registry.declarations[model]
    registry.declarations[model] = replace(before, **changes)
    try:
        yield
    finally:
        registry.declarations[model] = before


def path_target(model: type[Model], path: str) -> type[Model] | None:
    """Return the model that a path of lookups leads to from `model`; None where it leads nowhere."""
    target: type[Model] | None = model
    for step in () if path == "self" else path.split("__"):
        if target is None:
            return None
        by_name = {f.name: f for f in target._meta.get_fields()}
        related = by_name.get(step)
        target = related.related_model if related is not None and related.is_relation else None
    return target
