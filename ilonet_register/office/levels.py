"""Levels in words: what a change of levels changes, and the table of all levels, both read from `roles.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ilonet_register.office.components.shapes import Words
from ilonet_register.roles import ACTS, LEVELS, RIGHTS, SINGLE_RIGHTS, Act, May, Right, permissions_of


@dataclass(frozen=True)
class Change:
    """What a person may do after a change and could not before, and what no longer."""

    gained: tuple[Act, ...]
    lost: tuple[Act, ...]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def change(before: Iterable[str], after: Iterable[str]) -> Change:
    """Return what changes when these levels and single rights become those; in the order of the table."""
    had, has = permissions_of(frozenset(before)), permissions_of(frozenset(after))
    return Change(gained=_acts(has - had), lost=_acts(had - has))


def _acts(permissions: frozenset[May]) -> tuple[Act, ...]:
    return tuple(act for may, act in ACTS.items() if may in permissions)


@dataclass(frozen=True)
class MatrixRow:
    """A row of the table: an act, and a cell in words for each level and single right; empty: not."""

    label: Words
    cells: tuple[tuple[Right, Words], ...]


def columns() -> tuple[Right, ...]:
    """Return the columns of the table: the levels, then the single rights."""
    return (*LEVELS.values(), *SINGLE_RIGHTS.values())


def matrix() -> list[MatrixRow]:
    """Return the table of levels."""
    return [
        MatrixRow(act.label, tuple((right, act.cell if may in right.permissions else "") for right in columns()))
        for may, act in ACTS.items()
    ]


def labels(names: Iterable[str]) -> list[Right]:
    """Return the rights of these names in the order of the table; unknown names are left out."""
    held = set(names)
    return [right for name, right in RIGHTS.items() if name in held]
