"""A register in which anything about a person is left unsaid does not start: each check fires, with what to write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.core.checks import CheckMessage, run_checks
from django.db.models import F

from contracts.models import Contract, Product, Role
from customers.models import Address, ContactMedium, Customer
from ilonet_register.declaration_checks import find_faults
from ilonet_register.declarations import About, Keep, Personal, Registry, With, declared_otherwise, registry
from ilonet_register.purposes import CARE, CONTRACTS


def faults_of(model: Any, **changes: Any) -> list[CheckMessage]:
    """What the checks say when the declaration of one model is changed."""
    with declared_otherwise(model, **changes):
        return list(find_faults([model], registry))


def only(found: list[CheckMessage]) -> CheckMessage:
    assert len(found) == 1, found
    return found[0]


def without(model: Any, name: str) -> dict[str, Personal]:
    return {field: said for field, said in registry.of(model).fields.items() if field != name}


def test_everything_in_the_register_is_declared() -> None:
    assert list(find_faults(apps.get_models(include_auto_created=True), registry)) == []
    assert len(registry.declarations) >= 15


def test_a_check_of_no_model_fails() -> None:
    assert only(list(find_faults([], registry))).id == "declarations.E001"


def test_a_registry_without_declarations_fails() -> None:
    assert "declarations.E001" in {fault.id for fault in find_faults([Product], Registry())}


def test_an_undeclared_model_of_ours_fails_and_is_told_where_to_write() -> None:
    bare = Registry(declarations={Customer: registry.of(Customer)})
    fault = only(list(find_faults([Contract], bare)))
    assert fault.id == "declarations.E002"
    assert "contracts/personal_data.py" in str(fault.hint)
    assert "declare(Contract," in str(fault.hint)


def test_an_undeclared_table_of_others_fails() -> None:
    bare = Registry(declarations={Customer: registry.of(Customer)})
    fault = only(list(find_faults([AdminLogEntry], bare)))
    assert fault.id == "declarations.E009"
    assert "third_party=True" in str(fault.hint)


def test_an_unsaid_field_fails() -> None:
    fault = only(faults_of(Contract, fields=without(Contract, "seller")))
    assert (fault.id, "Contract.seller" in fault.msg, '"seller": Personal(' in str(fault.hint)) == (
        "declarations.E003",
        True,
        True,
    )


def test_an_unsaid_key_that_leads_to_no_subject_fails_too() -> None:
    from contracts.models import Subscription

    assert only(faults_of(Subscription, fields=without(Subscription, "product"))).id == "declarations.E003"


def test_an_unsaid_technical_or_derived_field_fails() -> None:
    assert only(faults_of(Contract, technical=registry.of(Contract).technical - {"version"})).id == "declarations.E003"
    assert only(faults_of(Address, derived={})).id == "declarations.E003"


def test_a_declared_field_that_does_not_exist_fails() -> None:
    fields = {**registry.of(Contract).fields, "colour": Personal("contract")}
    fault = only(faults_of(Contract, fields=fields))
    assert fault.id == "declarations.E004"
    assert "colour" in str(fault.hint)


def test_a_clock_that_does_not_exist_fails() -> None:
    assert only(faults_of(Contract, kept=(Keep(CONTRACTS, clock=F("closed_on")),))).id == "declarations.E004"


def test_a_model_without_a_period_fails() -> None:
    fault = only(faults_of(Contract, kept=()))
    assert fault.id == "declarations.E005"
    assert "Keep(PURPOSE" in str(fault.hint)


def test_a_ground_without_a_clock_fails() -> None:
    assert only(faults_of(Contract, kept=(Keep(CONTRACTS, clock=None),))).id == "declarations.E005"  # type: ignore[arg-type]


def test_a_model_that_is_about_nobody_fails() -> None:
    assert "declarations.E006" in {fault.id for fault in faults_of(Contract, subjects=())}


def test_a_path_that_reaches_no_subject_fails() -> None:
    found = faults_of(Role, subjects=(About("subscription"), About("customer")))
    assert "declarations.E006" in {fault.id for fault in found}


def test_a_part_of_nothing_that_is_declared_fails() -> None:
    found = faults_of(ContactMedium, kept=(With("nothing"),))
    assert "declarations.E006" in {fault.id for fault in found}


@pytest.mark.parametrize(
    ("model", "name", "said"),
    [
        (Customer, "occupation", Personal("basic", purpose=CARE)),
        (Customer, "number", Personal("basic", purpose=CARE, blank="")),
        (Customer, "language", Personal("basic", purpose=CARE, blank=None)),
    ],
    ids=["no blank given", "unique", "required"],
)
def test_a_field_that_leaves_earlier_but_cannot_be_blanked_fails(model: Any, name: str, said: Personal) -> None:
    fault = only(faults_of(model, fields={**registry.of(model).fields, name: said}))
    assert fault.id == "declarations.E007"
    assert "blank=" in str(fault.hint)


@pytest.mark.parametrize("gap", [{"basis": None}, {"keep": None}], ids=["no basis", "no period"])
def test_a_purpose_without_basis_or_period_fails(gap: dict[str, Any]) -> None:
    fault = only(faults_of(Contract, kept=(Keep(replace(CONTRACTS, **gap), clock=F("ends_on")),)))
    assert fault.id == "declarations.E008"
    assert "purposes.py" in str(fault.hint)


def test_a_purpose_without_basis_fails_as_a_further_use_as_well() -> None:
    fields = {**registry.of(Contract).fields, "seller": Personal("contract", uses=(replace(CARE, basis=None),))}
    assert only(faults_of(Contract, fields=fields)).id == "declarations.E008"


def test_a_declared_row_without_a_uuid_fails() -> None:
    found = faults_of(AdminLogEntry, third_party=False)
    assert "declarations.E010" in {fault.id for fault in found}


def test_a_declared_row_without_a_source_fails() -> None:
    assert only(faults_of(Contract, source=None)).id == "declarations.E011"
    assert only(faults_of(Contract, source=F("origin"))).id == "declarations.E011"


def test_every_finding_carries_a_hint() -> None:
    found = [*find_faults([], registry), *find_faults(apps.get_models(), Registry())]
    assert len(found) > 10
    assert all(fault.hint for fault in found)


def test_django_runs_them() -> None:
    with declared_otherwise(Contract, kept=()):
        assert "declarations.E005" in {fault.id for fault in run_checks()}
