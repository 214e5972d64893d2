"""Whatever is posted, nobody changes or sees what their levels do not allow (N9.2, fact 7 of security.md)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from customers import services as customers
from ilonet_register.models import LogEntry, User
from ilonet_register.office.customers import urls
from tests import people

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]

# Which levels may open what; everything not named is refused.
LEVELS = ("customer_service", "invoicing", "marketing", "installation", "request_handler", "officer", "main_user")
SERVICE, SERVICE_AND_INVOICING, READERS = {LEVELS[0]}, set(LEVELS[:2]), set(LEVELS[:3])
OPEN_TO = {
    "search": READERS,
    "found": READERS,
    "find_people": READERS,
    "customer": READERS,
    "print_customer": READERS,
    "history": SERVICE_AND_INVOICING,
    "hold_customer": SERVICE_AND_INVOICING,
    "hold_contract": SERVICE_AND_INVOICING,
    "lift_hold": SERVICE_AND_INVOICING,
    "show_code": set(),
    "show_contact": set(),
    "new_customer_from_search": SERVICE,
    "new_customer": SERVICE,
    "check_new_customer": SERVICE,
    "edit_basic": SERVICE,
    "edit_contacts": SERVICE,
    "add_medium": SERVICE,
    "remove_medium": SERVICE,
    "move_post": SERVICE,
    "cancel_move": SERVICE,
    "new_contract": SERVICE,
    "edit_contract": SERVICE,
    "confirm_contract": SERVICE,
    "preview_change": SERVICE,
    "change_service": SERVICE,
    "cancel_transfer": SERVICE,
}


def test_every_page_of_customers_is_in_the_table() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(OPEN_TO)


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_opens_its_own_pages_only_whatever_the_method(signed_in: SignIn, level: str) -> None:
    cast = people.cast()
    hold = customers.place_hold(cast.aino, by=User.objects.console(), reason="debt", review_on=cast.fibre.starts_on)
    named = {
        "uuid": cast.aino.uuid,
        "contract": cast.fibre.uuid,
        "hold": hold.uuid,
        "what": "move",
        "token": "none",
        "row": cast.aino.uuid,
        "address": cast.aino.addresses.get().uuid,
        "role": cast.fibre.roles.first().uuid,
    }
    client = signed_in(level)
    before = LogEntry.objects.filter(action__lt=3).count()
    for pattern in urls.urlpatterns:
        kwargs = {name: named[name] for name in pattern.pattern.converters}
        address = reverse(f"office:{pattern.name}", kwargs=kwargs)
        refused = {client.get(address).status_code == 403, client.post(address).status_code == 403}
        assert refused == {level not in OPEN_TO[pattern.name]}, f"{pattern.name} for {level}"
    if level not in SERVICE_AND_INVOICING:
        assert LogEntry.objects.filter(action__lt=3).count() == before


def test_nobody_opens_anything_without_signing_in(client: Client) -> None:
    cast = people.cast()
    response = client.get(reverse("office:customer", args=[cast.aino.uuid]))
    assert response.status_code in (302, 403)
    assert b"10234" not in response.content


def test_a_picker_finds_without_scripts_and_keeps_what_was_typed(signed_in: SignIn) -> None:
    cast = people.cast()
    address = reverse("office:change_service", args=[cast.aino.uuid, cast.fibre.uuid, "transfer"])
    typed = {"what": "transfer", "on_day": "1.2.2127", "roles": ["owner"], "new_owner_words": "parviainen"}
    response = signed_in().post(address, typed | {"new_owner_find": "1"})
    text = response.content.decode()
    assert "Parviainen, Pekka Olavi" in text
    assert 'value="1.2.2127"' in text
    assert not cast.pekka.roles.exists()


def test_a_picker_does_not_betray_the_protected(signed_in: SignIn) -> None:
    people.cast()
    client = signed_in()
    address = reverse("office:find_people") + "?field=payer"
    assert b"Suojala" not in client.post(address, {"payer_words": "piilopolku"}).content
    answer = client.post(address, {"payer_words": "suojala"}).content.decode()
    assert "Suojala, Saara Helena" in answer
    assert "Piilopolku" not in answer
