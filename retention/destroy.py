"""The eraser's hand: deletes rows of declared models with all that goes with them, set-wise, inside a transaction.

Nothing else in the register deletes personal data. It is called with the people and the rows already locked and looked
at once more (`batch.py`); it decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Model, Q

from ilonet_register import ledger
from ilonet_register.database.lookups import Ids, array_of
from ilonet_register.declarations import Declaration, Mentions, registry
from ilonet_register.models import LogContent, LogEntry

CONTENT = LogContent._meta.db_table
ENTRY = LogEntry._meta.db_table


@dataclass
class Destroyed:
    """What a batch took away: counts by kind, and the keyed hashes for the ledger, by model and column."""

    counts: Counter[str] = field(default_factory=Counter)
    hashes: dict[str, list[str]] = field(default_factory=dict)

    def note(self, item: Declaration, values: Iterable[str], column: str) -> None:
        """Keep the keyed hashes of UUIDs or numbers: of what model and column, never the value."""
        label = f"{item.label}.{column}"
        self.hashes.setdefault(label, []).extend(ledger.digest_many(label, values))


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
    roots = _roots(item, ids)
    decisions = _decisions_about(item, ids)
    for part, path in _children_first(item.model):
        _delete(part, _within(part.model, path), ids, into, columns=part.numbers)
    uuids = _delete(item, _by_key(item), ids, into, columns=["uuid", *item.numbers])
    if roots:
        into.counts["log content"] += delete_content_of(uuids, roots=roots)
    else:
        into.counts["log content"] += _delete_content_under(uuids)
    for binding, named in decisions:
        destroy_rows(binding, named, into)


def blank_field(item: Declaration, name: str, ids: Sequence[int], into: Destroyed) -> None:
    """Set one field of these rows to what stands for nothing, with what the log says of it."""
    if not ids:
        return
    table, column = _quoted(item.model._meta.db_table), _quoted(_column(item.model, name))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {_by_key(item)} RETURNING uuid::text",
            [item.fields[name].blank, array_of(ids)],
        )
        uuids = [row[0] for row in cursor.fetchall()]
    into.counts[f"{item.model._meta.model_name}.{name}"] += len(uuids)
    into.note(item, uuids, f"uuid:{name}")
    roots = _roots(item, ids) or uuids
    into.counts["log content"] += delete_content_of(uuids, roots=roots, field_name=name)


def delete_content_of(objects: Sequence[str], *, roots: Sequence[str], field_name: str = "") -> int:
    """Delete what the log says of single rows, or of one field of them; found by the roots they stand under."""
    named = " AND content->'changes' ? %s" if field_name else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {CONTENT} USING {ENTRY} entry WHERE entry_id = entry.id AND entry.root = ANY(%s::uuid[])"
            f" AND entry.object_uuid = ANY(%s::uuid[]){named}",
            [array_of(roots), array_of(objects), *([field_name] if field_name else [])],
        )
        return cursor.rowcount


def _delete_content_under(roots: Sequence[str]) -> int:
    """Delete what the log says of these rows and their parts, with its salt; who did what when stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {CONTENT} USING {ENTRY} entry WHERE entry_id = entry.id AND entry.root = ANY(%s::uuid[])",
            [array_of(roots)],
        )
        return cursor.rowcount


def _delete(item: Declaration, where: str, ids: Sequence[int], into: Destroyed, *, columns: Sequence[str]) -> list[str]:
    """Delete rows, note the hashes of these columns, and return what the first of them held."""
    table = _quoted(item.model._meta.db_table)
    sql = f"DELETE FROM {table} WHERE {where}"
    if columns:
        sql += " RETURNING " + ", ".join(f"{_quoted(_column(item.model, name))}::text" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(sql, [array_of(ids)])
        into.counts[str(item.model._meta.model_name)] += cursor.rowcount
        by_column = list(zip(*cursor.fetchall(), strict=True)) if columns else []
    for name, values in zip(columns, by_column, strict=False):
        into.note(item, values, name)
    return list(by_column[0]) if by_column else []


def _decisions_about(item: Declaration, ids: Sequence[int]) -> list[tuple[Declaration, list[int]]]:
    """Return the decisions that name these rows or parts of them; they go too, for their reasons speak of what is gone.

    Only lifted ones are left to find: what somebody still holds is not removed.
    """
    if item.binds is not None:
        return []
    named = [(item, "pk"), *((part, path) for part, path in registry.parts_of(item.model) if part.has_uuid)]
    found = []
    for binding in (d for d in registry if d.binds is not None and d.model is not item.model):
        assert binding.binds is not None
        about = Q(pk__in=[])
        for part, path in named if item.has_uuid else named[1:]:
            rows = part.model._default_manager.order_by().filter(**{f"{path}__any_of": Ids.of(ids)})
            about |= Q(**{f"{binding.binds.record}__in": rows.values("uuid")})
        decisions = binding.model._default_manager.filter(about, **{f"{binding.binds.record}__isnull": False})
        if keys := list(decisions.order_by("pk").values_list("pk", flat=True)):
            found.append((binding, keys))
    return found


def _forget_mentions(item: Declaration, ids: Sequence[int]) -> None:
    """Blank the keys by which other rows only mention what goes."""
    for other in registry:
        for subject in other.subjects:
            key = next((f for f in other.model._meta.fields if f.name == subject.path), None)
            is_mention = isinstance(subject, Mentions) and key is not None and key.related_model is item.model
            if is_mention and key is not None and key.db_constraint:  # type: ignore[attr-defined]
                table, column = _quoted(other.model._meta.db_table), _quoted(str(key.column))
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s::bigint[])", [array_of(ids)]
                    )


def _roots(item: Declaration, ids: Sequence[int]) -> list[str]:
    """Return the UUIDs under which the log knows these rows, when they stand under others; else nothing."""
    path = registry.root_path(item)
    if not path:
        return []
    rows = item.model._default_manager.filter(pk__any_of=Ids.of(ids)).order_by()
    return [str(root) for root in rows.values_list(f"{path}__uuid", flat=True).distinct()]


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


def _by_key(item: Declaration) -> str:
    return f"{_quoted(_pk(item.model))} = ANY(%s::bigint[])"


def _within(model: type[Model], path: str) -> str:
    """Return the condition that a part belongs to the rows with these ids, as nested keys."""
    first, _dot, rest = path.partition("__")
    key = model._meta.get_field(first)
    column = _quoted(str(key.column))  # type: ignore[union-attr]
    if not rest:
        return f"{column} = ANY(%s::bigint[])"
    target = key.related_model
    assert isinstance(target, type)
    inner = f"SELECT {_quoted(_pk(target))} FROM {_quoted(target._meta.db_table)} WHERE {_within(target, rest)}"
    return f"{column} IN ({inner})"


def _pk(model: type[Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


def _column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
