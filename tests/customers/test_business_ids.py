"""Business IDs of organisations and sole traders."""

import pytest

from customers.business_ids import InvalidBusinessId, clean


@pytest.mark.parametrize("text", ["2077474-0", " 2077474-0 ", "20774740", "2077474\N{EN DASH}0"])
def test_a_business_id_has_one_spelling(text: str) -> None:
    assert clean(text) == "2077474-0"


def test_an_id_of_six_digits_gets_its_zero() -> None:
    assert clean("112038-9") == "0112038-9"


def test_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(InvalidBusinessId) as refused:
        clean("2077474-1")
    assert refused.value.code == "check"


@pytest.mark.parametrize(
    "text", ["", "2077474", "2077474-00", "207747-4-0", "A077474-0", "\u0662077474-0", "0000000-0", "2077474-0\0"]
)
def test_what_has_not_the_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidBusinessId):
        clean(text)


def test_no_error_holds_the_id() -> None:
    with pytest.raises(InvalidBusinessId) as refused:
        clean("2077474-1")
    assert "2077474" not in repr(refused.value)
    assert refused.value.__suppress_context__
