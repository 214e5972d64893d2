"""Lookups for set-wise work: one array parameter instead of thousands, with its type said."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Lookup
from django.db.models.fields.related import ForeignKey


class AnyOf(Lookup):  # type: ignore[type-arg]
    """`pk__any_of=ids`: `column = ANY(ids)`.

    The cast matters: psycopg sends small integers as int4, and comparing them with a bigint column costs the index.
    """

    lookup_name = "any_of"
    prepare_rhs = False
    casts: ClassVar[dict[str, str]] = {"UUIDField": "uuid[]", "CharField": "text[]"}

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        target = getattr(self.lhs, "target", self.lhs.output_field)
        while isinstance(target, ForeignKey):
            target = target.target_field
        cast = self.casts.get(target.get_internal_type(), "bigint[]")
        return f"{column} = ANY(%s::{cast})", [*params, list(self.rhs)]


for field in (models.BigAutoField, models.BigIntegerField, models.UUIDField, models.CharField, ForeignKey):
    field.register_lookup(AnyOf)
