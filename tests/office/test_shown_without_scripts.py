"""A masked value opens as a plain page too: everything works without htmx (screens.md 5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
SHOWS_ALL = ("customer_service", "whole_identity_code", "protected_addresses")


def test_an_identity_code_opens_on_a_page_of_its_own_for_a_minute(signed_in: SignIn) -> None:
    cast = people.cast()
    answer = signed_in(*SHOWS_ALL).post(reverse("office:show_code", args=[cast.aino.uuid]))
    assert answer.status_code == 200
    assert people.FIBRE_CODE in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer["Refresh"] == f"60; url={reverse('office:customer', args=[cast.aino.uuid])}"


def test_asking_for_that_page_shows_the_mask_alone(signed_in: SignIn) -> None:
    cast = people.cast()
    answer = signed_in(*SHOWS_ALL).get(reverse("office:show_code", args=[cast.aino.uuid]))
    assert answer.status_code == 200
    assert "131052-****" in answer.content.decode()
    assert people.FIBRE_CODE not in answer.content.decode()


def test_a_protected_phone_opens_on_a_page_of_its_own(signed_in: SignIn) -> None:
    cast = people.cast()
    phone = cast.saara.contact_media.get(kind="phone")
    answer = signed_in(*SHOWS_ALL).post(reverse("office:show_contact", args=[cast.saara.uuid, phone.uuid]))
    assert answer.status_code == 200
    assert "0377" in answer.content.decode()


def test_the_example_opens_on_a_page_of_its_own(signed_in: SignIn) -> None:
    answer = signed_in("main_user").post(reverse("office:example_sealed"))
    assert answer.status_code == 200
    assert "131052-900X" in answer.content.decode()
