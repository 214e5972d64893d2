"""Whatever is wrong with a file is said beside its cause, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Contract
from customers.models import Customer
from tests.imports.files import CODES, contract, customer, text_of

C, K = "customers.csv", "contracts.csv"


def utf8(text: str) -> bytes:
    return text.encode("utf-8-sig")


def customers(*rows: dict[str, str]) -> bytes:
    return utf8(text_of(rows or (customer(),)))


def contracts(*rows: dict[str, str]) -> bytes:
    return utf8(text_of(rows or (contract(),)))


GOOD, TWO = customers(), (customer(), customer(customer_number="20002", phone="050 999 8888", email=""))
LONG = customers(customer(last_name="M" * 100_000))

BAD: dict[str, tuple[bytes, bytes, str, int, str]] = {
    # customers, contracts, and where the fault is: file, line, column
    "cut off in the last line": (GOOD[:-30], contracts(), C, 0, ""),
    "cut off in the last field": (GOOD[:-3], contracts(), C, 0, ""),
    "a line with too few fields": (GOOD + b"20009;person\r\n", contracts(), C, 3, ""),
    "empty": (b"", contracts(), C, 0, ""),
    "only a header": (b"\r\n", contracts(), C, 0, ""),
    "UTF-16": (GOOD.decode("utf-8-sig").encode("utf-16"), contracts(), C, 0, ""),
    "DOS letters": (GOOD.decode("utf-8-sig").encode("cp850"), contracts(), C, 2, ""),
    "damaged UTF-8": (GOOD.replace(b"opettaja", b"ope\xc3ttaja"), contracts(), C, 2, ""),
    "a header missing": (GOOD.replace(b"last_name", b"", 1), contracts(), C, 1, ""),
    "a header that is not known": (GOOD.replace(b"occupation", b"shoe_size", 1), contracts(), C, 1, "shoe_size"),
    "a header doubled": (GOOD.replace(b"occupation", b"language", 1), contracts(), C, 1, "language"),
    "a header doubled in two languages": (GOOD.replace(b"occupation", b"kieli", 1), contracts(), C, 1, "language"),
    "no header at all": (GOOD.split(b"\r\n", 1)[1], contracts(), C, 1, ""),
    "a NUL byte": (GOOD.replace(b"opettaja", b"ope\x00taja"), contracts(), C, 0, ""),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", contracts(), C, 0, ""),
    "a quotation mark that never closes": (GOOD.replace(b"Pogostantie", b'"Pogostantie'), contracts(), C, 2, ""),
    "a name of 100,000 characters": (LONG, contracts(), C, 2, "last_name"),
    "a name of two million characters": (customers(customer(last_name="M" * 2_000_000)), contracts(), C, 2, ""),
    "a customer twice": (customers(customer(), customer(phone="")), contracts(), C, 3, "customer_number"),
    "no number": (customers(customer(customer_number="")), contracts(), C, 2, "customer_number"),
    "an unknown kind": (customers(customer(kind="alien")), contracts(), C, 2, "kind"),
    "no last name": (customers(customer(last_name="")), contracts(), C, 2, "last_name"),
    "an invalid identity code": (customers(customer(identity_code="131052-9000")), contracts(), C, 2, "identity_code"),
    "one code for two": (
        customers(*(row | {"identity_code": CODES[0]} for row in TWO)), contracts(), C, 3, "identity_code",
    ),
    "an invalid business ID": (
        customers(customer(kind="organisation", organisation_name="Yhtiö Oy", business_id="1234567-0")), contracts(),
        C, 2, "business_id",
    ),
    "an e-mail that is none": (customers(customer(email="aino at example")), contracts(), C, 2, "email"),
    "a phone that is none": (customers(customer(phone="soita äidille")), contracts(), C, 2, "phone"),
    "an unknown source": (customers(customer(source="a dream")), contracts(), C, 2, "source"),
    "an unknown customer": (GOOD, contracts(contract(customer_number="77777")), K, 2, "customer_number"),
    "an unknown payer": (GOOD, contracts(contract(payer_number="77777")), K, 2, "payer_number"),
    "an end before the start": (GOOD, contracts(contract(ends_on="14.1.2021")), K, 2, "ends_on"),
    "a day that does not exist": (GOOD, contracts(contract(signed_on="31.2.2021")), K, 2, "signed_on"),
    "a date in words": (GOOD, contracts(contract(starts_on="soon")), K, 2, "starts_on"),
    "a subscription twice": (GOOD, contracts(contract(), contract(contract_number="S2")), K, 3, "subscription_number"),
    "lines of a contract that disagree": (
        GOOD, contracts(contract(), contract(subscription_number="L2", seller="Myyjä 2")), K, 3, "seller",
    ),
    "lines that disagree on the owner": (
        customers(*TWO), contracts(contract(), contract(subscription_number="L2", customer_number="20002")), K, 3,
        "customer_number",
    ),
    "lines that disagree on the end": (
        GOOD, contracts(contract(), contract(subscription_number="L2", ends_on="1.1.2030")), K, 3, "ends_on",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_and_nothing_is_written(what: str, tmp_path: Path) -> None:
    first, second, file, line, column = BAD[what]
    (tmp_path / C).write_bytes(first)
    (tmp_path / K).write_bytes(second)
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("import_register", str(tmp_path / C), str(tmp_path / K), "--json", stdout=out, stderr=err)
    assert raised.value.returncode == 1
    faults = json.loads(out.getvalue())["rejected"]
    assert (file, line, column) in {(fault["file"], fault["line"], fault["column"]) for fault in faults} or (
        not column and (file, line) in {(fault["file"], fault["line"]) for fault in faults}
    ), faults
    assert all(fault["reason"] for fault in faults)
    assert not Customer.objects.exists()
    assert not Contract.objects.exists()
    told = out.getvalue() + err.getvalue()
    assert not any(code in told for code in CODES)
    assert "131052-9000" not in told
    assert len(told) < 20_000


def test_all_faults_are_listed_not_the_first_alone(tmp_path: Path) -> None:
    path = tmp_path / C
    path.write_bytes(customers(customer(email="x"), customer(customer_number="", kind="alien")))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_register", str(path), "--json", stdout=out, stderr=StringIO())
    found = {(fault["line"], fault["column"]) for fault in json.loads(out.getvalue())["rejected"]}
    assert found >= {(2, "email"), (3, "customer_number"), (3, "kind")}


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(CommandError):
            call_command("import_register", str(path), stdout=StringIO(), stderr=StringIO())


def test_someone_elses_code_in_the_register_is_refused(bring: Callable[..., object]) -> None:
    from contracts.imports.run import Rejected

    bring(customers=[customer(identity_code=CODES[0])])
    with pytest.raises(Rejected) as rejected:
        bring(customers=[customer(customer_number="20002", identity_code=CODES[0])])
    assert [(fault.line, fault.column) for fault in rejected.value.faults] == [(2, "identity_code")]
