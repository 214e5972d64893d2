"""Editing one block: nothing typed is lost, and nobody overwrites what a colleague saved (screens.md 3.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from customers import services as customers
from customers.models import Customer
from ilonet_register.models import User
from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def hidden(response: Any) -> dict[str, str]:
    """The hidden inputs of the form: the version and the values it began from."""
    context = response.context
    return {"version": str(context["version"]), **dict(context["beginnings"])}


def fields(response: Any) -> dict[str, str]:
    """What the browser would send of an untouched form."""
    began = hidden(response)
    return began | {
        name.removeprefix("was_"): value for name, value in began.items() if name.startswith("was_") and value
    }


def edit(client: Client, customer: Customer, changes: dict[str, str], block: str = "edit_basic") -> HttpResponse:
    address = reverse(f"office:{block}", args=[customer.uuid])
    return client.post(address, fields(client.get(address)) | changes)


def test_saving_changes_and_leads_back(signed_in: SignIn) -> None:
    aino = people.fibre_customer()
    response = edit(signed_in(), aino, {"last_name": "Mättö", "occupation": "opettaja"})
    assert response["Location"] == reverse("office:customer", args=[aino.uuid])
    aino.refresh_from_db()
    assert (aino.last_name, aino.occupation, aino.identity_code.masked) == ("Mättö", "opettaja", "131052-****")


def test_contact_details_are_corrected(signed_in: SignIn) -> None:
    aino = people.fibre_customer()
    edit(signed_in(), aino, {"phone": "040 123 4567", "street_address": "Pogostantie 1 B"}, "edit_contacts")
    assert aino.addresses.get().street_address == "Pogostantie 1 B"
    assert aino.contact_media.get(kind="phone").value == "040 123 4567"


def test_what_a_colleague_saved_meanwhile_is_merged(signed_in: SignIn) -> None:
    aino = people.fibre_customer()
    client = signed_in()
    address = reverse("office:edit_basic", args=[aino.uuid])
    typed = fields(client.get(address)) | {"occupation": "opettaja"}
    customers.change_basic(aino, by=_console(), values={"last_name": "Mättö"})
    assert client.post(address, typed).status_code == 302
    aino.refresh_from_db()
    assert (aino.last_name, aino.occupation) == ("Mättö", "opettaja")


def test_where_both_changed_a_field_the_clerk_chooses(signed_in: SignIn) -> None:
    aino = people.fibre_customer()
    client = signed_in()
    address = reverse("office:edit_basic", args=[aino.uuid])
    typed = fields(client.get(address)) | {"last_name": "Mättänen", "occupation": "opettaja"}
    customers.change_basic(aino, by=_console(), values={"last_name": "Mättö"})
    response = client.post(address, typed)
    [collision] = response.context["collisions"]
    assert (collision.name, collision.theirs, collision.mine) == ("last_name", "Mättö", "Mättänen")
    aino.refresh_from_db()
    assert (aino.last_name, aino.occupation) == ("Mättö", "")
    kept = dict(response.context["kept"])
    chosen = kept | {"version": str(response.context["version"]), "last_name": collision.mine}
    assert client.post(address, chosen).status_code == 302
    aino.refresh_from_db()
    assert (aino.last_name, aino.occupation) == ("Mättänen", "opettaja")


def test_an_error_keeps_what_was_typed_and_shows_the_old_value(signed_in: SignIn) -> None:
    aino = people.fibre_customer()
    response = edit(signed_in(), aino, {"identity_code": "131052-900A", "last_name": "Mättö"})
    text = response.content.decode()
    assert "check character" in text
    assert 'value="Mättö"' in text
    assert "Before: Määttä" in " ".join(text.split())


def test_someone_elses_identity_code_is_refused(signed_in: SignIn) -> None:
    cast = people.cast()
    response = edit(signed_in(), cast.aino, {"identity_code": people.LEAVER_CODE})
    assert "Another customer has this identity code" in response.content.decode()


@pytest.mark.parametrize("typed", ["31.12.2126", "31122126", "31.12.2126 ", "2126-12-31"])
def test_dates_are_read_as_they_are_written(signed_in: SignIn, typed: str) -> None:
    cast = people.cast()
    client = signed_in()
    address = reverse("office:edit_contract", args=[cast.aino.uuid, cast.fibre.uuid])
    client.post(address, fields(client.get(address)) | {"ends_on": typed})
    cast.fibre.refresh_from_db()
    assert cast.fibre.ends_on == dt.date(2126, 12, 31)


def test_a_contract_cannot_end_before_it_starts(signed_in: SignIn) -> None:
    cast = people.cast()
    client = signed_in()
    address = reverse("office:edit_contract", args=[cast.aino.uuid, cast.fibre.uuid])
    response = client.post(address, fields(client.get(address)) | {"ends_on": "1.1.2020"})
    assert "cannot end before it starts" in response.content.decode()


def _console() -> User:
    return User.objects.console()
