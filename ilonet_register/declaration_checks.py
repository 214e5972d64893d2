"""System checks that refuse to start a register in which anything about a person is left unsaid.

Each finding has an id, names the model and field, and its hint tells what to write where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.models import F, Field, Model

from ilonet_register.declarations import (
    NOT_BLANKABLE,
    About,
    Declaration,
    Expires,
    Keep,
    Last,
    NothingLeft,
    Personal,
    Registry,
    RelationshipEnd,
    With,
    path_target,
    registry,
)
from ilonet_register.purposes import Purpose

OURS = ("ilonet_register", "customers", "contracts", "retention", "office", "privacy")


def _error(number: int, model: type[Model] | None, message: str, hint: str) -> Error:
    return Error(message, hint=hint, obj=model, id=f"declarations.E{number:03}")


@register(Tags.models)
def check_declarations(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Check every installed model against the registry."""
    return list(find_faults(apps.get_models(include_auto_created=True), registry))


def find_faults(models: Iterable[type[Model]], declared: Registry) -> Iterator[CheckMessage]:
    """Yield what is wrong or missing in the declarations of these models."""
    checked = 0
    for model in models:
        if model._meta.proxy or not model._meta.managed:
            continue
        checked += 1
        if model in declared.declarations:
            yield from _check_model(declared.declarations[model], declared)
        elif model not in declared.not_personal:
            yield _undeclared(model)
    if not checked or not declared.declarations:
        yield _error(
            1,
            None,
            "No model was checked, or none is declared.",
            "A check that checks nothing passes: see that INSTALLED_APPS holds the apps and that their "
            "personal_data.py is loaded (apps.py, ready).",
        )


def _undeclared(model: type[Model]) -> Error:
    name = model._meta.label
    if model._meta.app_label in OURS:
        return _error(
            2,
            model,
            f"{name} has not declared its personal data.",
            f"Write declare({model.__name__}, subjects=…, kept=…, source=…, fields=…) in {model._meta.app_label}/"
            f"personal_data.py, or nothing_personal({model.__name__}, because=…) if it holds nothing about anybody.",
        )
    return _error(
        9,
        model,
        f"The third-party table {name} has not been declared.",
        f"Look what {name} stores about people and write declare(…, third_party=True) or nothing_personal(…, "
        "because=…) in ilonet_register/personal_data.py.",
    )


def _check_model(item: Declaration, declared: Registry) -> Iterator[Error]:
    yield from _check_identity(item)
    yield from _check_fields(item)
    yield from _check_subjects(item, declared)
    yield from _check_kept(item)
    for name, personal in item.fields.items():
        yield from _check_personal(item, name, personal)


def _concrete(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {f.name: f for f in model._meta.get_fields() if isinstance(f, Field) and f.concrete}


def _check_identity(item: Declaration) -> Iterator[Error]:
    columns = _concrete(item.model)
    says_something = bool(item.fields) and not item.third_party
    if says_something and not ("uuid" in columns and columns["uuid"].unique):
        yield _error(
            10,
            item.model,
            f"{item.model._meta.label} has no unique uuid.",
            "Add uuid = UUIDField(default=uuid4, db_default=RandomUUID(), unique=True): the ledger knows rows by it.",
        )
    if item.source is None and item.part_of is None:
        yield _error(
            11,
            item.model,
            f"{item.model._meta.label} does not say where its records come from (N7.1).",
            'Write source=F("…") with a column, or a constant such as source=Source.CONTROLLER.',
        )
    elif isinstance(item.source, F) and _named(item.source) not in columns:
        yield _error(
            11,
            item.model,
            f"{item.model._meta.label} names a source column {_named(item.source)} that does not exist.",
            'Write source=F("…") with a column of the model.',
        )


def _named(column: F) -> str:
    return str(column.name)  # type: ignore[attr-defined]  # the stubs forget it


def _check_fields(item: Declaration) -> Iterator[Error]:
    label = item.model._meta.label
    columns = set(_concrete(item.model))
    said = set(item.fields) | item.technical | set(item.derived)
    followed = {path.split("__")[0] for path in (*(s.path for s in item.subjects), item.goes_by) if path}
    for name in sorted(columns - said - followed):
        yield _error(
            3,
            item.model,
            f"{label}.{name} is declared neither personal, derived nor technical.",
            f'Add "{name}": Personal("…") to fields, or "{name}" to technical if it says nothing about anybody, or '
            f'"{name}": ("source column",) to derived.',
        )
    used = {source for sources in item.derived.values() for source in sources}
    for name in sorted((said | used) - columns):
        yield _error(
            4,
            item.model,
            f"{label} declares {name}, which is no column of it.",
            f'Remove or rename "{name}" in the declaration.',
        )


def _check_subjects(item: Declaration, declared: Registry) -> Iterator[Error]:
    people = {model for model, d in declared.declarations.items() if About("self") in d.subjects}
    passing = any(isinstance(ground, Expires) for ground in item.kept)
    if not item.subjects and item.part_of is None and not passing:
        yield _error(
            6,
            item.model,
            f"{item.model._meta.label} does not say whom it is about.",
            'Write subjects=[About("customer")] or Shared(…) or Mentions(…), or declare it With a row that does.',
        )
    paths = [s.path for s in item.subjects if s.path != "self"]
    for path in paths:
        if path_target(item.model, path) not in people:
            yield _error(
                6,
                item.model,
                f"The path {path} of {item.model._meta.label} reaches no subject.",
                "Let the path end at a model whose rows are people: " + ", ".join(sorted(m.__name__ for m in people)),
            )
    for path in filter(None, (item.part_of, item.goes_with)):
        if path_target(item.model, path) not in declared.declarations:
            yield _error(
                6,
                item.model,
                f"The path {path} of {item.model._meta.label} reaches no declared row.",
                "Let With(…) or goes_with= name a key to a declared model.",
            )


def _check_kept(item: Declaration) -> Iterator[Error]:
    label = item.model._meta.label
    if not item.kept:
        yield _error(
            5,
            item.model,
            f"{label} has no period: nothing says when it goes.",
            'Write kept=[Keep(PURPOSE, clock=F("…"))], With("…"), NothingLeft(…), InSegments(…) or Expires(…).',
        )
    for ground in item.kept:
        if isinstance(ground, With):
            continue
        yield from _check_purpose(item, ground.purpose, needs_period=not isinstance(ground, NothingLeft))
        yield from _check_clock(item, ground)


def _check_purpose(item: Declaration, purpose: Purpose, *, needs_period: bool) -> Iterator[Error]:
    if purpose.basis is None or (needs_period and purpose.keep is None):
        yield _error(
            8,
            item.model,
            f"The purpose {purpose.name} of {item.model._meta.label} has no basis or no period.",
            "Give it basis=Basis.… and keep=Years(…) in ilonet_register/purposes.py.",
        )


def _clock_paths(ground: Any) -> list[str]:
    clock = getattr(ground, "clock", None)
    if isinstance(clock, Last):
        return list(clock.same)
    if isinstance(clock, RelationshipEnd):
        return [clock.path]
    if isinstance(clock, F):
        return [_named(clock)]
    return [ground.began] if isinstance(ground, NothingLeft) else []


def _check_clock(item: Declaration, ground: Any) -> Iterator[Error]:
    names = {f.name for f in item.model._meta.get_fields()} | {"self"}
    for path in _clock_paths(ground):
        if path.split("__")[0] not in names:
            yield _error(
                4,
                item.model,
                f"The clock of {item.model._meta.label} reads {path}, which does not exist.",
                "Let the clock name a column, or a path that begins at this model.",
            )
    if isinstance(ground, Keep) and getattr(ground, "clock", None) is None:
        yield _error(
            5, item.model, f"A ground of {item.model._meta.label} has no clock.", 'Write clock=F("…") of a date column.'
        )


def _check_personal(item: Declaration, name: str, personal: Personal) -> Iterator[Error]:
    for purpose in (*personal.uses, *filter(None, [personal.purpose])):
        yield from _check_purpose(item, purpose, needs_period=purpose is personal.purpose)
    column = _concrete(item.model).get(name)
    if personal.purpose is None or column is None:
        return
    unblankable = personal.blank is NOT_BLANKABLE or (personal.blank is None and not column.null)
    only_of_its_kind = column.unique and personal.blank is not None
    if unblankable or only_of_its_kind or column.primary_key:
        yield _error(
            7,
            item.model,
            f"{item.model._meta.label}.{name} leaves before its row but cannot be blanked: it is required or unique.",
            f'Give blank= a value that the column takes (blank="" or null=True with blank=None) for "{name}".',
        )
