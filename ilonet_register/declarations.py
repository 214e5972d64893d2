"""The vocabulary in which each model declares its personal data once, and the registry of what was declared.

Access, portability, erasure, retention, masking, letters and the notice are derived from here; there is no second
list. Declarations live in `personal_data.py` of each app and are loaded like `admin.py`. `declaration_checks.py`
refuses to start the register when anything is left unsaid (Art. 5(1), 5(2), 25; N4.1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

    from ilonet_register.purposes import Purpose
    from ilonet_register.roles import May


class Source(StrEnum):
    """From whom a record came, by kind (N7.1): the closed list that Art. 14(2)(f) is answered from."""

    SUBJECT = "subject"
    OBSERVED = "observed"
    PROVIDER = "provider"
    INSTALLER = "installer"
    COMPANY = "company"
    REGISTER = "register"
    CONTROLLER = "controller"


SOURCE_LABELS: dict[Source, _StrPromise] = {
    Source.SUBJECT: _("the person"),
    Source.OBSERVED: _("use of the services"),
    Source.PROVIDER: _("the service provider (Kaisanet)"),
    Source.INSTALLER: _("an installer"),
    Source.COMPANY: _("an associated or subsidiary company"),
    Source.REGISTER: _("another register"),
    Source.CONTROLLER: _("the controller"),
}


class Recipient(StrEnum):
    """The kinds of recipient that a field may be given to (N11); what is not named is denied."""

    DIRECTORY = "directory"
    PROVIDER = "provider"
    INSTALLER = "installer"
    PARTNER = "partner"
    COLLECTOR = "collector"
    AUTHORITY = "authority"


# Whom a row is about -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """The row is one person's and goes with them. `path` leads to the person; "self" is the row itself."""

    path: str


@dataclass(frozen=True)
class Shared:
    """The row holds for several people; it goes when it holds for none."""

    path: str


@dataclass(frozen=True)
class Mentions:
    """The row names a person in passing (a key): blanked when that person's row goes."""

    path: str


Subject = About | Shared | Mentions


# How long it is kept -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Last:
    """A clock that lies in other rows: the latest `ends` of the rows of this model that agree in `same`.

    Compiled to NOT EXISTS of a row that still runs, never to a max.
    """

    ends: Combinable
    same: tuple[str, ...]


@dataclass(frozen=True)
class RelationshipEnd:
    """A clock that stops with the last role of the person at `path`, by the declared `relationship`."""

    path: str


Clock = F | Last | RelationshipEnd


@dataclass(frozen=True)
class Keep:
    """A ground that keeps the row: `purpose`, counted from `clock`. No date: it still runs.

    `when` limits the ground to rows to which it applies at all; a row to which no ground applies is never due.
    """

    purpose: Purpose
    clock: Clock
    when: Q | None = None


@dataclass(frozen=True)
class With:
    """The row is part of the row at `path` and inherits its periods, its basis and its root in the log."""

    path: str


@dataclass(frozen=True)
class NothingLeft:
    """The person's own row goes when no row about them with a period of its own is left.

    `began` is the column that tells "has nothing left" from "never had anything".
    """

    began: str
    purpose: Purpose


@dataclass(frozen=True)
class InSegments:
    """The row goes in whole sealed segments with others of its time, never singly (the log)."""

    purpose: Purpose
    clock: F


@dataclass(frozen=True)
class Expires:
    """A passing row (a session) that the owner of the table clears after `clock`; the purge sees to it each night."""

    purpose: Purpose
    clock: F


Kept = Keep | With | NothingLeft | InSegments | Expires


# What it says --------------------------------------------------------------------------------------------------------

NOT_BLANKABLE: Any = object()


@dataclass(frozen=True)
class Personal:
    """A field about a person: its category, and where it differs from its row.

    `purpose`: the field leaves when this purpose has ended, earlier than the row, by being set to `blank`; its clock
    is `clock`. `uses`: further purposes, which do not prolong. `to`: kinds of recipient that may receive it.
    `masked`: the change log says that it changed, not to what. `unlogged`: not even that; another event tells it.
    """

    category: str
    purpose: Purpose | None = None
    clock: Clock | None = None
    blank: Any = NOT_BLANKABLE
    uses: tuple[Purpose, ...] = ()
    to: frozenset[Recipient] = frozenset()
    masked: bool = False
    unlogged: bool = False


@dataclass(frozen=True)
class Holds:
    """While a row of the declared model matches `when`, the row at `path` is not due."""

    path: str
    when: Q


@dataclass(frozen=True)
class Binds:
    """Rows that a person places to stop the purge: of one record (by UUID) or, without record, of the whole person."""

    person: str
    record: str
    when: Q


@dataclass(frozen=True)
class TakenBack:
    """Single rows that a person may take away again: a wrong number, or a change that was called off.

    `may` is the permission that it needs; with `before`, a date column, only while that day has not come.
    """

    may: May
    before: str = ""

    def when(self, on: dt.date) -> Q:
        """The condition that a row may be taken away on that day."""
        return Q(**{f"{self.before}__gt": on}) if self.before else Q()


@dataclass(frozen=True)
class Declaration:
    """All that is said of one model."""

    model: type[Model]
    subjects: tuple[Subject, ...]
    kept: tuple[Kept, ...]
    source: F | Source | None
    fields: Mapping[str, Personal]
    technical: frozenset[str]
    derived: Mapping[str, tuple[str, ...]]
    holds: tuple[Holds, ...] = ()
    binds: Binds | None = None
    goes_with: str | None = None
    taken_back: TakenBack | None = None
    numbers: tuple[str, ...] = ()
    rule: str = ""
    third_party: bool = False

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def has_uuid(self) -> bool:
        """Whether a row can be named by a UUID of its own."""
        return bool(self.fields) and not self.third_party

    @property
    def keeps(self) -> tuple[Keep, ...]:
        """The grounds with a period of their own."""
        return tuple(ground for ground in self.kept if isinstance(ground, Keep))

    @property
    def part_of(self) -> str | None:
        """The path to the row that this row is part of, if it is."""
        return next((ground.path for ground in self.kept if isinstance(ground, With)), None)

    @property
    def goes_by(self) -> str | None:
        """The path to the row that takes this one along: that it is part of, or that it goes with."""
        return self.part_of or self.goes_with

    @property
    def nothing_left(self) -> NothingLeft | None:
        return next((ground for ground in self.kept if isinstance(ground, NothingLeft)), None)

    @property
    def shared(self) -> tuple[Shared, ...]:
        """The subjects among whom the row is shared: when it holds for none of them it goes."""
        return tuple(subject for subject in self.subjects if isinstance(subject, Shared))

    @property
    def people(self) -> tuple[About | Shared, ...]:
        """The subjects the row is about, without those it only mentions."""
        return tuple(subject for subject in self.subjects if not isinstance(subject, Mentions))


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
