"""The eraser's hand: deletes rows of declared models with all that goes with them, set-wise, inside a transaction.

Nothing else in the register deletes personal data. It is called with the people and the rows already locked and looked
at once more (`batch.py`); it decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from django.db import connection
from django.db.models import Model

from ilonet_register import ledger
from ilonet_register.declarations import Declaration, Mentions, registry
from ilonet_register.models import LogContent, LogEntry

CONTENT = LogContent._meta.db_table
ENTRY = LogEntry._meta.db_table


@dataclass
class Destroyed:
    """What a batch took away: counts by kind, the keyed hashes for the ledger, the roots whose log content went."""

    counts: Counter[str] = field(default_factory=Counter)
    hashes: dict[str, list[str]] = field(default_factory=dict)

    def note(self, item: Declaration, values: Iterable[object], column: str) -> None:
        """Keep the keyed hashes of UUIDs or numbers: of what model and column, never the value."""
        label = f"{item.label}.{column}"
        self.hashes.setdefault(label, []).extend(ledger.digest(label, str(value)) for value in values)


def allow_erasing() -> None:
    """Let this transaction delete log content; every other is refused by the table's trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ilonet.erasing', 'on', true)")


def destroy_rows(item: Declaration, ids: Sequence[int], into: Destroyed) -> None:
    """Delete these rows of a declared model by key, with their parts, the content of their log entries, and the keys
    to them in other rows."""
    if not ids:
        return
    _forget_mentions(item, ids)
    roots: list[UUID] = []
    for part, path in _children_first(item.model):
        roots += _delete(part, f"{_within(part.model, path)}", ids, into)
    roots += _delete(item, f"{_quoted(_pk(item.model))} = ANY(%s::bigint[])", ids, into, noted=True)
    _delete_decisions_about(roots, into)
    into.counts["log content"] += _delete_content(roots)


def blank_field(item: Declaration, name: str, ids: Sequence[int], into: Destroyed) -> None:
    """Set one field of these rows to what stands for nothing, with what the log says of it."""
    if not ids:
        return
    table, column = _quoted(item.model._meta.db_table), _quoted(_column(item.model, name))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {_quoted(_pk(item.model))} = ANY(%s::bigint[]) RETURNING uuid",
            [item.fields[name].blank, list(ids)],
        )
        uuids = [row[0] for row in cursor.fetchall()]
    into.counts[f"{item.model._meta.model_name}.{name}"] += len(uuids)
    into.note(item, uuids, f"uuid:{name}")
    rows = item.model._default_manager.filter(pk__any_of=list(ids))
    roots = list(rows.values_list(f"{item.part_of}__uuid", flat=True)) if item.part_of else uuids
    into.counts["log content"] += delete_content_of(uuids, roots=roots, field_name=name)


def _delete(
    item: Declaration, where: str, ids: Sequence[int], into: Destroyed, *, noted: bool = False
) -> list[UUID]:
    """Delete and return the UUIDs under which the log knows these rows."""
    stands_alone = noted or bool(item.goes_with)
    columns = ["uuid", *item.numbers] if stands_alone and _has_uuid(item.model) else [*item.numbers]
    table = _quoted(item.model._meta.db_table)
    returning = f" RETURNING {', '.join(_quoted(_column(item.model, c)) for c in columns)}" if columns else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {where}{returning}", [list(ids)])
        into.counts[str(item.model._meta.model_name)] += cursor.rowcount
        rows = cursor.fetchall() if columns else []
    for index, column in enumerate(columns):
        into.note(item, (row[index] for row in rows), column)
    return [row[0] for row in rows] if "uuid" in columns else []


def _delete_content(roots: Sequence[UUID]) -> int:
    """Delete what the log says of these rows, with its salt; who did what when stays."""
    if not roots:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {CONTENT} USING {ENTRY} entry WHERE entry_id = entry.id AND entry.root = ANY(%s::uuid[])",
            [list(roots)],
        )
        return cursor.rowcount


def delete_content_of(objects: Sequence[UUID], *, roots: Sequence[UUID], field_name: str = "") -> int:
    """Delete what the log says of single parts or of one field, found by the root they belong to."""
    named = " AND content->'changes' ? %s" if field_name else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {CONTENT} USING {ENTRY} entry WHERE entry_id = entry.id AND entry.root = ANY(%s::uuid[])"
            f" AND entry.object_uuid = ANY(%s::uuid[]){named}",
            [list(roots), list(objects), *([field_name] if field_name else [])],
        )
        return cursor.rowcount


def _delete_decisions_about(roots: Sequence[UUID], into: Destroyed) -> None:
    """A lifted hold that named a removed record goes with it: its reasons would speak of what is gone."""
    for item in registry:
        if item.binds is None or not roots:
            continue
        manager = item.model._default_manager
        found = manager.filter(**{f"{item.binds.record}__any_of": roots})
        rows = list(found.values_list("pk", "uuid", f"{item.binds.person}__uuid"))
        if rows:
            delete_content_of([row[1] for row in rows], roots=[row[2] for row in rows])
            _delete(item, f"{_quoted(_pk(item.model))} = ANY(%s::bigint[])", [row[0] for row in rows], into)


def _forget_mentions(item: Declaration, ids: Sequence[int]) -> None:
    """Blank the keys by which other rows only mention what goes."""
    for other in registry:
        for subject in other.subjects:
            key = next((f for f in other.model._meta.fields if f.name == subject.path), None)
            is_mention = isinstance(subject, Mentions) and key is not None and key.related_model is item.model
            if is_mention and key is not None and key.db_constraint:  # type: ignore[attr-defined]
                table, column = _quoted(other.model._meta.db_table), _quoted(key.column)
                with connection.cursor() as cursor:
                    cursor.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s::bigint[])", [list(ids)])


@cache
def _children_first(model: type[Model]) -> list[tuple[Declaration, str]]:
    """Return the parts of a row so that no row goes before those that hold a key to it."""
    waiting = registry.parts_of(model)
    ordered: list[tuple[Declaration, str]] = []
    while waiting:
        keyed = {f.related_model for part, _path in waiting for f in part.model._meta.fields if f.is_relation}
        free = [pair for pair in waiting if pair[0].model not in keyed] or waiting[:1]
        ordered += free
        waiting = [pair for pair in waiting if pair not in free]
    return ordered


def _within(model: type[Model], path: str) -> str:
    """Return the condition that a part belongs to the rows with these ids, as nested keys."""
    first, _dot, rest = path.partition("__")
    key = model._meta.get_field(first)
    column = _quoted(key.column)  # type: ignore[union-attr]
    if not rest:
        return f"{column} = ANY(%s::bigint[])"
    target = key.related_model
    assert isinstance(target, type)
    inner = f"SELECT {_quoted(_pk(target))} FROM {_quoted(target._meta.db_table)} WHERE {_within(target, rest)}"
    return f"{column} IN ({inner})"


def _has_uuid(model: type[Model]) -> bool:
    return any(f.name == "uuid" for f in model._meta.fields)


def _pk(model: type[Model]) -> str:
    assert model._meta.pk is not None
    return model._meta.pk.column


def _column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
