"""Identity codes: which are accepted, why others are not, and what of them is shown (Act 1050/2018 §29)."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from customers.identity_codes import Fault, InvalidIdentityCode, birth_date, clean, is_artificial, mask

VECTORS = Path(__file__).parent.parent / "vectors" / "identity_codes.csv"
REASONS = {
    "wrong check character": Fault.CHECK,
    "29 February of a common year": Fault.DATE,
    "no such century sign": Fault.CENTURY,
    "wrong form": Fault.FORM,
}


def vectors(*kinds: str) -> list[tuple[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return [(row["identity_code"], row["remark"]) for row in csv.DictReader(file) if row["valid"] in kinds]


@pytest.fixture(autouse=True)
def _artificial_codes_are_accepted(settings: Settings) -> None:
    settings.ACCEPT_TEST_IDENTITY_CODES = True


@pytest.mark.parametrize(("code", "_remark"), vectors("yes", "artificial"))
def test_a_valid_code_is_accepted_in_upper_case(code: str, _remark: str) -> None:
    assert clean(code) == code.upper()


@pytest.mark.parametrize(("code", "remark"), vectors("no"))
def test_a_wrong_code_is_refused_with_its_reason(code: str, remark: str) -> None:
    with pytest.raises(InvalidIdentityCode) as refused:
        clean(code)
    assert refused.value.code == REASONS[remark]


@pytest.mark.parametrize(("code", "_remark"), vectors("artificial"))
def test_an_artificial_code_is_refused_in_production(code: str, _remark: str, settings: Settings) -> None:
    settings.ACCEPT_TEST_IDENTITY_CODES = False
    with pytest.raises(InvalidIdentityCode) as refused:
        clean(code)
    assert refused.value.code == Fault.ARTIFICIAL


@pytest.mark.parametrize(("code", "_remark"), vectors("yes"))
def test_a_real_code_is_accepted_in_production(code: str, _remark: str, settings: Settings) -> None:
    settings.ACCEPT_TEST_IDENTITY_CODES = False
    assert clean(code) == "131052-308T"


def test_there_are_vectors_of_each_kind() -> None:
    assert len(vectors("yes")) == 2
    assert len(vectors("artificial")) == 12
    assert len(vectors("no")) == 4


@pytest.mark.parametrize("code", [" 131052-308T\n", "131052\N{EN DASH}308t", "\t131052\N{MINUS SIGN}308T"])
def test_spaces_around_it_and_a_typeset_dash_are_mended(code: str) -> None:
    assert clean(code) == "131052-308T"


@pytest.mark.parametrize(
    "code",
    [
        "",
        " ",
        "131052-308",
        "131052-308TT",
        "131052 -308T",
        "\u0661\u0663\u0661\u0660\u0665\u0662-\u0663\u0660\u0668T",
        "131052-308T\0",
        "x" * 100_000,
        "131052-30\N{LATIN SMALL LETTER DOTLESS I}T",
    ],
)
def test_what_has_not_the_form_is_refused(code: str) -> None:
    with pytest.raises(InvalidIdentityCode) as refused:
        clean(code)
    assert refused.value.code == Fault.FORM


def test_individual_numbers_000_and_001_are_no_codes() -> None:
    with pytest.raises(InvalidIdentityCode) as refused:
        clean("131052-001" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[131052001 % 31])
    assert refused.value.code == Fault.NUMBER


def test_a_birth_date_after_the_day_is_refused_for_its_century_sign() -> None:
    assert clean("131052-308T", on=date(2026, 1, 1)) == "131052-308T"
    assert clean("131052A308T", on=date(2052, 10, 13)) == "131052A308T"
    with pytest.raises(InvalidIdentityCode) as refused:
        clean("131052A308T", on=date(2052, 10, 12))
    assert refused.value.code == Fault.FUTURE


def test_codes_that_differ_in_their_century_sign_are_two() -> None:
    assert clean("010594Y9032") != clean("010594-9032")


@pytest.mark.parametrize(("code", "_remark"), vectors("no"))
def test_no_error_holds_the_code(code: str, _remark: str) -> None:
    with pytest.raises(InvalidIdentityCode) as refused:
        clean(code)
    error: BaseException | None = refused.value
    assert code not in f"{error!s} {error!r}"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_the_mask_shows_the_birth_date_and_its_century_sign_alone() -> None:
    assert mask("131052-308T") == "131052-****"
    assert mask("010594Y9032") == "010594Y****"


@pytest.mark.parametrize(
    ("code", "born"),
    [
        ("131052-308T", date(1952, 10, 13)),
        ("010594Y9032", date(1994, 5, 1)),
        ("050594U903M", date(1994, 5, 5)),
        ("010516B903X", date(2016, 5, 1)),
        ("020503F9037", date(2003, 5, 2)),
        ("290200A9034", date(2000, 2, 29)),
        ("010199+9034", date(1899, 1, 1)),
    ],
)
def test_the_birth_date_is_read_with_its_century(code: str, born: date) -> None:
    assert birth_date(code) == born


def test_artificial_codes_are_known() -> None:
    assert is_artificial("010594Y9032")
    assert not is_artificial("131052-308T")


@given(
    born=st.dates(min_value=date(1850, 1, 1), max_value=date(2049, 12, 31)),
    number=st.integers(900, 999),
    choice=st.integers(0, 5),
)
def test_every_artificial_code_made_by_the_rule_is_accepted(born: date, number: int, choice: int) -> None:
    sign = {18: "+", 19: "-YXWVU", 20: "ABCDEF"}[born.year // 100]
    digits = f"{born:%d%m%y}{number:03}"
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]
    code = f"{digits[:6]}{sign[choice % len(sign)]}{number:03}{check}"
    assert clean(code.lower()) == code
    assert birth_date(code) == born


@given(text=st.text(max_size=20))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        code = clean(text)
    except InvalidIdentityCode:
        return
    assert len(code) == 11
