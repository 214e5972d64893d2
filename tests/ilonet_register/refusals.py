"""What the database itself refuses: which constraint or trigger it was, and that nothing else refuses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

Act = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """Raw writes to a model, each of which one constraint or trigger refuses.

    `alone`: nothing else would refuse them; not so where a second rule needs the first to work at all.
    """

    model: type[models.Model]
    acts: tuple[Act, ...]
    alone: bool = True


def case(model: type[models.Model], *acts: Act, alone: bool = True) -> Case:
    return Case(model, acts, alone)


def sql(statement: str) -> Act:
    """Return an act that runs this statement."""

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def assert_refused(name: str, tried: Case) -> None:
    """See that this constraint or trigger refuses each act, and that without it each would be done."""
    for act in tried.acts:
        assert name_of_refusal(act) == name
    if not tried.alone:
        return
    for act in tried.acts:
        with transaction.atomic():
            drop(name, tried.model)
            act()
            transaction.set_rollback(True)


def name_of_refusal(act: Act) -> str:
    """Return which constraint or trigger refuses an act."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        act()
    diagnosis: Any = caught.value.__cause__.diag  # type: ignore[union-attr]
    if diagnosis.constraint_name:
        return str(diagnosis.constraint_name)
    triggers = [t.name for m in apps.get_models() for t in getattr(m._meta, "triggers", ())]
    raised_in = diagnosis.context or ""
    return next((name for name in triggers if f"pgtrigger_{name}_" in raised_in), str(caught.value))


def drop(name: str, model: type[models.Model]) -> None:
    """Drop a constraint, an index or a trigger."""
    table = model._meta.db_table
    trigger = next((t for t in getattr(model._meta, "triggers", ()) if t.name == name), None)
    with connection.cursor() as cursor:
        if trigger is not None:
            cursor.execute(f"DROP TRIGGER {trigger.get_pgid(model)} ON {table}")
            return
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if cursor.fetchone() else f"DROP INDEX {name}")


def names_of(app: str) -> set[str]:
    """Return the names of all constraints and triggers that an app declares, or that its migrations write by hand."""
    declared = {
        item.name
        for model in apps.get_app_config(app).get_models()
        for item in (*model._meta.constraints, *getattr(model._meta, "triggers", ()))
    }
    tables = [model._meta.db_table for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        # Names that Django makes for keys and single columns begin with the app's.
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s)"
            " AND contype IN ('c', 'u', 'x', 'f') AND NOT starts_with(conname, %s)",
            [tables, f"{app}_"],
        )
        by_hand = {name for (name,) in cursor.fetchall()}
    return declared | by_hand
