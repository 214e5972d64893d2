"""The rules of the purge: one from every declared period, of row or field. A new model brings its rule by declaring."""

from __future__ import annotations

from dataclasses import dataclass

from ilonet_register.declarations import About, Clock, Declaration, Keep, RelationshipEnd, registry


@dataclass(frozen=True)
class Rule:
    """What goes when: whole rows, or (with `field`) one field of rows that stay."""

    name: str
    declaration: Declaration
    keeps: tuple[Keep, ...]
    field: str = ""


def rules() -> list[Rule]:
    """Return all rules in the order in which a night runs them: what takes others along, these, then people."""
    rows = [Rule(item.rule, item, item.keeps) for item in registry if item.keeps]
    people = registry.subject_models()
    rows.sort(key=lambda rule: (rule.declaration.model in people, rule.declaration.goes_with is not None))
    return [*rows, *(rule for item in registry for rule in _field_rules(item))]


def rule_named(name: str) -> Rule:
    """Return a rule by its name; raises KeyError."""
    return {rule.name: rule for rule in rules()}[name]


def _field_rules(item: Declaration) -> list[Rule]:
    return [
        Rule(
            f"{item.rule}.{name}", item, (Keep(personal.purpose, clock=personal.clock or _end_with(item)),), field=name
        )
        for name, personal in item.fields.items()
        if personal.purpose is not None
    ]


def _end_with(item: Declaration) -> Clock:
    """A field that leaves earlier does so, unless it says otherwise, with the relationship of the row's person."""
    about = next(subject for subject in item.people if isinstance(subject, About))
    return RelationshipEnd(about.path)
