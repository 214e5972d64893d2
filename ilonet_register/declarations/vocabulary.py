"""The words in which a model says whom its rows are about, what keeps them, from whom they came, and what they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
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
