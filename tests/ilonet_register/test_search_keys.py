"""Keys for searching and sorting, as the database computes them: letters in Finnish order, phones in any spelling."""

from __future__ import annotations

import random
import unicodedata

import pytest
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from customers.models import ContactMedium, Customer
from ilonet_register.models import Organisation
from ilonet_register.search_keys import PhoneKey, folded

pytestmark = pytest.mark.django_db


def folded_in_sql(text: str) -> str:
    key = folded(Cast(Value(text), TextField()))
    return str(Organisation.objects.annotate(key=key).values_list("key", flat=True).get())


def phone_key(text: str) -> str:
    key = PhoneKey(Cast(Value(text), TextField()))
    return str(Organisation.objects.annotate(key=key).values_list("key", flat=True).get())


def customers(*last_names: str, first_names: str = "") -> None:
    Customer.objects.bulk_create(
        Customer(number=f"{n}", kind="person", last_name=name, first_names=first_names)
        for n, name in enumerate(last_names, 1)
    )


def in_order() -> list[str]:
    return list(Customer.objects.by_name().values_list("last_name", flat=True))


# --- letters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("määttä", "MÄÄTTÄ"),
        ("Åkerlund", "åKERLUND"),
        ("ÖHMAN", "öhman"),
        ("René", "rene"),
        ("Müller", "MYLLER"),
        ("Šimek", "simek"),
        ("Žukov", "zukov"),
        ("Søndergård", "Söndergård"),
        ("Æ", "ä"),
        ("Peña", "pena"),
    ],
)
def test_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert folded_in_sql(one) == folded_in_sql(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Määttä", "Maatta"), ("Åberg", "Aberg"), ("Öhman", "Ohman"), ("Åhman", "Ähman")]
)
def test_finnish_letters_are_letters_of_their_own(one: str, other: str) -> None:
    assert folded_in_sql(one) != folded_in_sql(other)


def test_a_stored_name_is_found_whatever_the_case() -> None:
    customers("MÄÄTTÄ", "määttä", "Määttä", "Maatta")
    for words in ("määttä", "MÄÄTTÄ"):
        found = Customer.objects.filter(name_key__contains=folded(Value(words)))
        assert set(found.values_list("last_name", flat=True)) == {"MÄÄTTÄ", "määttä", "Määttä"}


def test_what_is_stored_and_what_is_looked_for_are_folded_alike() -> None:
    letters = "".join(chr(code) for code in range(0xC0, 0x180))
    customers(letters)
    assert Customer.objects.get().name_key == folded_in_sql(letters)


def test_letters_written_in_two_parts_are_the_same_letters() -> None:
    assert folded_in_sql(unicodedata.normalize("NFD", "Määttä")) == folded_in_sql("Määttä")


def test_names_sort_as_finns_sort_them() -> None:
    expected = ["Aalto", "ahonen", "Andersson", "Virtanen", "Yli", "Ylönen"]
    expected += ["Zetterberg", "Åberg", "Åkerlund", "Ämmälä", "Öhman", "Österman"]
    shuffled = random.Random(1).sample(expected, len(expected))
    customers(*shuffled)
    assert in_order() == expected


def test_every_finnish_letter_stands_at_its_place() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyzåäö"
    customers(*random.Random(2).sample(alphabet, len(alphabet)))
    assert "".join(in_order()) == alphabet


def test_letters_of_other_languages_stand_beside_their_plain_ones() -> None:
    customers("Müller", "Mzyk", "Myller", "Mustonen", "Öberg", "Østerlund", "Åberg", "Émile", "Eronen", "Zola")
    order = in_order()
    assert order.index("Mustonen") < order.index("Müller") < order.index("Mzyk")
    assert order.index("Eronen") > order.index("Émile")
    assert order[-3:] == ["Åberg", "Öberg", "Østerlund"]


def test_a_surname_comes_before_the_first_names_and_a_company_stands_by_its_name() -> None:
    Customer.objects.bulk_create(
        [
            Customer(number="1", kind="person", last_name="Pesonen", first_names="Åke"),
            Customer(number="2", kind="person", last_name="Pesonen", first_names="Aino"),
            Customer(number="3", kind="organisation", organisation_name="Pesola Oy"),
            Customer(number="4", kind="organisation", organisation_name="pesula ky"),
        ]
    )
    assert list(Customer.objects.by_name().values_list("number", flat=True)) == ["3", "2", "1", "4"]


def test_a_key_follows_its_name() -> None:
    customers("Määttä")
    Customer.objects.update(last_name="ÖHMAN", first_names="Eero")
    assert Customer.objects.get().name_key == "öhman eero"
    Customer.objects.update(last_name="", first_names="", organisation_name="")
    assert Customer.objects.get().name_key == ""


# --- phones ----------------------------------------------------------------------------------------------------------

SPELLINGS = (
    "050 211 5938",
    "050-2115938",
    "0502115938",
    "+358 50 2115938",
    "+358502115938",
    "00358502115938",
    "00358 50 211 5938",
    "(050) 2115938",
    "050/2115938",
    "+358 (0)50 211 5938",
    "+358 050 2115938",
    "358 50 2115938",
    " 050 211 5938 ",
    "050\u00a0211\u00a05938",
    "050–211–5938",
    "050.211.5938",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_in_any_spelling_has_one_key(spelling: str) -> None:
    assert phone_key(spelling) == "358502115938"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("+46 70 123 45 67", "46701234567"),
        ("0046 70 123 45 67", "46701234567"),
        ("+47 905 11 222", "4790511222"),
        ("+1 (212) 555-0100", "12125550100"),
        ("+372 5123 4567", "37251234567"),
        ("+44 20 7946 0000", "442079460000"),
        ("013 881 0500", "358138810500"),
        ("+3581388105", "3581388105"),
    ],
)
def test_other_numbers_have_keys_of_their_own(number: str, key: str) -> None:
    assert phone_key(number) == key


def test_numbers_that_differ_have_different_keys() -> None:
    numbers = ["050 211 5938", "050 211 5939", "040 211 5938", "+46 50 211 5938", "+4650211593", "+372 50 211 5938"]
    assert len({phone_key(number) for number in numbers}) == len(numbers)


def test_a_stored_number_is_found_in_every_other_spelling() -> None:
    customers("Määttä")
    media = ContactMedium.objects
    media.bulk_create([ContactMedium(customer=Customer.objects.get(), kind="phone", value="050 211-5938")])
    for spelling in SPELLINGS:
        assert media.filter(value_key=PhoneKey(Cast(Value(spelling), TextField()))).exists(), spelling


def test_an_e_mail_is_known_whatever_its_case_and_is_no_phone() -> None:
    customers("Määttä")
    customer = Customer.objects.get()
    ContactMedium.objects.bulk_create(
        [ContactMedium(customer=customer, kind="email", value="Aino.Määttä+1@Example.FI")]
    )
    assert ContactMedium.objects.get().value_key == "aino.määttä+1@example.fi"
    assert ContactMedium.objects.annotate(shown=F("value")).get().shown == "Aino.Määttä+1@Example.FI"
