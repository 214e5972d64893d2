"""Several files of a run are told apart, also where names and lines are the same; a broken one stops them all."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts.imports.run import Rejected, Report
from contracts.models import Contract
from customers.models import Customer
from ilonet_register.models import User
from ilonet_register.office.importing import import_files
from tests.imports.conftest import TODAY
from tests.imports.files import CODES, contract, customer, text_of, write


def bring_paths(*paths: Path, **options: bool) -> Report:
    return import_files(paths, by=User.objects.console(), on=TODAY, **options)


def faults_of(*paths: Path, **options: bool) -> list[tuple[str, int, str]]:
    with pytest.raises(Rejected) as rejected:
        bring_paths(*paths, **options)
    assert not Customer.objects.exists()
    return [(fault.file, fault.line, fault.column) for fault in rejected.value.faults]


def test_a_number_in_two_files_is_doubled_also_on_the_same_line(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a.csv", customer()), write(tmp_path, "b.csv", customer(last_name="Toinen"))
    assert faults_of(first, second) == [("b.csv", 2, "customer_number")]
    assert faults_of(second, first) == [("a.csv", 2, "customer_number")]


def test_a_subscription_in_two_files_is_doubled_also_on_the_same_line(tmp_path: Path) -> None:
    people = write(tmp_path, "people.csv", customer())
    first, second = write(tmp_path, "a.csv", contract()), write(tmp_path, "b.csv", contract(contract_number="S2"))
    assert faults_of(people, first, second) == [("b.csv", 2, "subscription_number")]


def test_files_of_one_name_in_two_folders_are_told_by_their_paths(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
    bad = write(tmp_path / "x", "c.csv", customer(email="nothing"))
    good = write(tmp_path / "y", "c.csv", customer(customer_number="20002"))
    report = bring_paths(bad, good, skip_invalid=True)
    assert [(fault.file, fault.line) for fault in report.faults] == [(str(bad), 2)]
    assert list(Customer.objects.values_list("number", flat=True)) == ["20002"]


@pytest.mark.parametrize("broken", ['S2;"open', "a\0b"])
@pytest.mark.parametrize("skip_invalid", [False, True])
def test_a_file_that_cannot_be_read_to_its_end_stops_all(tmp_path: Path, broken: str, skip_invalid: bool) -> None:
    people = write(tmp_path, "people.csv", customer())
    lines = tmp_path / "lines.csv"
    lines.write_text(text_of([contract()]) + broken + "\r\n", encoding="utf-8")
    found = faults_of(people, lines, skip_invalid=skip_invalid)
    assert {name for name, _line, _column in found} == {"lines.csv"}


def test_a_contract_of_a_rejected_customer_says_so_once(tmp_path: Path) -> None:
    people = write(tmp_path, "people.csv", customer(email="nothing"))
    lines = write(tmp_path, "lines.csv", contract())
    assert faults_of(people, lines) == [("lines.csv", 2, "customer_number"), ("people.csv", 2, "email")]


def test_faults_between_lines_name_the_column_as_the_file_does(tmp_path: Path) -> None:
    rows = [{"asiakasnumero" if k == "customer_number" else k: v for k, v in customer().items()}] * 2
    assert faults_of(write(tmp_path, "people.csv", *rows)) == [("people.csv", 3, "asiakasnumero")]


def test_a_mended_file_of_rejected_lines_goes_in(tmp_path: Path) -> None:
    people = write(tmp_path, "people.csv", customer(), customer(customer_number="20002", email="nothing"))
    with pytest.raises(CommandError):
        call_command("import_register", str(people), verbosity=0)
    call_command("import_register", str(people), "--skip-invalid", verbosity=0)
    rejected = tmp_path / "people.csv.rejected.csv"
    assert stat.S_IMODE(rejected.stat().st_mode) == 0o600
    rejected.write_text(rejected.read_text("utf-8-sig").replace("nothing", "b@example.fi"), encoding="utf-8-sig")
    call_command("import_register", str(rejected), verbosity=0)
    assert sorted(Customer.objects.values_list("number", flat=True)) == ["20001", "20002"]


def test_a_company_that_has_a_code_here_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    bring_paths(write(tmp_path, "a.csv", customer(kind="sole_trader", identity_code=CODES[0])))
    firm = customer(kind="organisation", organisation_name="Oy Yritys Ab")
    with pytest.raises(Rejected) as rejected:
        bring_paths(write(tmp_path, "a.csv", firm))
    assert [fault.column for fault in rejected.value.faults] == ["kind"]
    assert not Contract.objects.exists()


NAMES = ("HÄMÄLÄINEN", "Äänekoski", "KÖYRY", "Määttä", "Åkerlund")


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
@pytest.mark.parametrize("name", NAMES)
def test_letters_of_another_code_page_are_refused(tmp_path: Path, name: str, encoding: str) -> None:
    path = write(tmp_path, "people.csv", customer(first_names="", last_name=name, city="Eno"), encoding=encoding)
    assert faults_of(path)[0][:1] == ("people.csv",)


@pytest.mark.parametrize("name", ["MÃ¤Ã¤ttÃ¤", "M\ufffd\ufffdtt\ufffd", "HÃ„MÃ„LÃ„INEN"])
def test_letters_that_were_lost_before_are_refused(tmp_path: Path, name: str) -> None:
    assert faults_of(write(tmp_path, "people.csv", customer(last_name=name), encoding="utf-8"))


@pytest.mark.parametrize("name", ["Acme™ Oy", "Dvorák", "Müller", "Hašek"])
def test_foreign_letters_beside_finnish_ones_are_taken(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, "people.csv", customer(first_names="Määttä", last_name=name), encoding="cp1252")
    bring_paths(path)
    assert Customer.objects.get().last_name == name


def test_a_trade_mark_alone_is_no_sign_of_another_code_page(tmp_path: Path, bring: Callable[..., Report]) -> None:
    firm = customer(kind="organisation", organisation_name="Acme™ Oy", first_names="", last_name="", identity_code="")
    bring_paths(write(tmp_path, "people.csv", firm, encoding="cp1252"))
    assert Customer.objects.get().organisation_name == "Acme™ Oy"
