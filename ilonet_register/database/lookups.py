"""Lookups for set-wise work: one array parameter instead of thousands, with its type said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Lookup
from django.db.models.fields.related import ForeignKey


def array_of(values: Iterable[int | str | UUID]) -> str:
    """Return numbers or UUIDs as PostgreSQL writes an array: one plain text, a tenth of the time of a list."""
    return "{" + ",".join(map(str, values)) + "}"


@dataclass(frozen=True)
class Ids:
    """Numbers or UUIDs for a lookup, as one array. No text: Django would look at each of its letters."""

    array: str

    @classmethod
    def of(cls, values: Iterable[int | str | UUID]) -> Ids:
        return cls(array_of(values))


class AnyOf(Lookup):
    """`pk__any_of=Ids.of(ids)`: `column = ANY(ids)`.

    The cast matters: psycopg sends small integers as int4, and comparing them with a bigint column costs the index.
    """

    lookup_name = "any_of"
    comparison = "= ANY"
    prepare_rhs = False
    casts: ClassVar[dict[str, str]] = {"UUIDField": "uuid[]"}

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        target = getattr(self.lhs, "target", self.lhs.output_field)
        while isinstance(target, ForeignKey):
            target = target.target_field
        cast = self.casts.get(target.get_internal_type(), "bigint[]")
        return f"{column} {self.comparison}(%s::{cast})", [*params, self.rhs.array]


class NoneOf(AnyOf):
    """`pk__none_of=Ids.of(ids)`: `column <> ALL(ids)`."""

    lookup_name = "none_of"
    comparison = "<> ALL"


for lookup in (AnyOf, NoneOf):
    for field in (models.BigAutoField, models.BigIntegerField, models.UUIDField, ForeignKey):
        field.register_lookup(lookup)
