"""How many presses of the mouse the daily work takes (screens.md 3.16); these counts may only fall."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from contracts.models import Contract, Product, Role
from customers.models import Customer
from tests import people
from tests.office.conftest import Visit

Begin = Callable[..., Visit]


def test_finding_and_opening_a_customer_takes_no_click(visit: Begin) -> None:
    people.cast()
    here = visit()
    here.open("office:search")
    here.page.keyboard.press("Control+k")
    here.search("määt")
    here.leave(lambda: here.page.keyboard.press("Enter"))
    assert here.page.title().startswith("10234 · ")
    assert here.page.get_by_text("Pogostantie 1").first.is_visible()
    assert here.clicks == 0


def test_the_arrow_keys_move_between_the_rows(visit: Begin) -> None:
    people.cast()
    here = visit()
    here.open("office:search")
    here.search("kalevalantie")
    assert here.page.evaluate("document.activeElement.textContent") == "Pogostan Leipomo Oy"
    here.page.keyboard.press("ArrowDown")
    assert here.page.evaluate("document.activeElement.textContent").startswith("Parviainen")
    here.page.keyboard.press("ArrowUp")
    here.leave(lambda: here.page.keyboard.press("Enter"))
    assert here.page.title().startswith("10500 · ")
    assert here.clicks == 0


def test_a_new_customer_with_contract_takes_at_most_five_clicks(visit: Begin) -> None:
    for name in ("Kuitu 200/200", "Kuitu 1000/1000"):
        Product.objects.create(name=name)
    here = visit()
    here.open("office:search")
    here.search("Uusitalo Ulla")
    here.press("New customer")
    page = here.page
    assert page.get_by_label("Last name").input_value() == "Uusitalo"
    page.locator("#id_identity_code").fill("030301A905T")
    page.get_by_label("Street address").fill("Rantatie 3")
    page.locator("#id_postal_code").fill("82900")
    page.locator("#id_city").fill("Ilomantsi")
    page.locator("#id_phone").fill("050 777 1234")
    page.get_by_text("Make the contract at the same time").click()
    page.get_by_text("Kuitu 200/200").click()
    here.press("Save customer and contract")
    contract = Contract.objects.get()
    assert contract.state == "confirmed"
    assert contract.subscriptions.get().street_address == "Rantatie 3"
    assert here.clicks <= 5, here.presses


def test_a_move_takes_at_most_three_clicks(visit: Begin) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:customer", cast.aino.uuid)
    here.press("Move", role="link")
    here.page.get_by_label("From").fill("1.3.2127")
    here.page.get_by_label("New street address").fill("Kalevalantie 4")
    here.page.locator("#id_city").fill("Ilomantsi")
    here.leave(here.page.locator("#save").click)
    coming = cast.aino.addresses.get(kind="postal", from_on__isnull=False)
    assert coming.street_address == "Kalevalantie 4"
    assert here.page.get_by_text("Cancel move").first.is_visible()
    assert here.clicks <= 3, here.presses


def test_a_transfer_takes_at_most_five_clicks(visit: Begin) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:customer", cast.aino.uuid)
    here.press("Transfer", role="link")
    here.page.get_by_placeholder("Name, number, address or phone").fill("parviainen")
    here.page.get_by_role("button", name="Find").click()
    here.page.get_by_text("Parviainen, Pekka Olavi").click()
    here.page.get_by_text("The former roles end on").wait_for()
    here.leave(here.page.locator("#save").click)
    now = Role.objects.filter(contract=cast.fibre, ends_on__isnull=True)
    assert {role.customer_id for role in now} == {cast.pekka.pk}
    assert here.clicks <= 5, here.presses


def test_placing_a_hold_takes_two_clicks(visit: Begin) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:customer", cast.aino.uuid)
    here.press("Prevent removal", role="link")
    here.page.get_by_label("More about it").fill("asia on kesken")
    here.press("Prevent removal")
    assert cast.aino.holds.get().why == "asia on kesken"
    assert here.clicks == 2, here.presses


def test_a_known_postal_code_fills_the_town(visit: Begin) -> None:
    people.cast()
    here = visit()
    here.open("office:new_customer")
    here.page.locator("#id_postal_code").fill("82900")
    here.page.keyboard.press("Tab")
    expect(here.page.locator("#id_city")).to_have_value("Ilomantsi")
    assert here.page.evaluate("document.activeElement.id") == "id_city"


def test_one_press_too_many_is_one_act(visit: Begin) -> None:
    here = visit()
    here.open("office:new_customer")
    here.page.get_by_label("Last name").fill("Kahdesti")
    save = here.page.get_by_role("button", name="Save customer and contract")
    here.leave(save.dblclick)
    assert Customer.objects.filter(last_name="Kahdesti").count() == 1


def test_a_button_that_moves_while_it_is_pressed_is_pressed_all_the_same(visit: Begin) -> None:
    """Leaving a changed field shows what stood there before, which moves the button away from under the mouse."""
    cast = people.cast()
    here = visit()
    here.open("office:edit_contacts", cast.aino.uuid)
    here.page.locator("#id_phone").fill("050 777 1234")
    box = here.page.get_by_role("button", name="Save", exact=True).bounding_box()
    assert box is not None
    here.page.mouse.move(box["x"] + 10, box["y"] + 5)
    here.page.mouse.down()
    here.page.wait_for_timeout(100)
    here.leave(here.page.mouse.up)
    assert cast.aino.contact_media.get(kind="phone", is_main=True).value == "050 777 1234"


def test_a_button_that_is_let_go_elsewhere_is_not_pressed(visit: Begin) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:edit_contacts", cast.aino.uuid)
    here.page.locator("#id_phone").fill("050 777 1234")
    here.page.get_by_role("button", name="Save", exact=True).hover()
    here.page.mouse.down()
    here.page.mouse.move(5, 5)
    here.page.mouse.up()
    here.page.wait_for_timeout(200)
    assert cast.aino.contact_media.get(kind="phone", is_main=True).value == "050 211 5938"


def test_the_day_of_the_week_stands_beside_a_date_while_the_preview_is_made(visit: Begin) -> None:
    cast = people.cast()
    here = visit()
    here.open("office:change_service", cast.aino.uuid, cast.fibre.uuid, "move")
    here.page.locator("#id_street_address").fill("Kalevalantie 4")
    here.page.locator("#id_on_day").fill("1.3.2127")
    here.page.locator("#id_on_day").blur()
    expect(here.page.locator("#id_on_day_read")).to_contain_text("1.3.2127")
    expect(here.page.locator("#effect")).to_contain_text("Kalevalantie 4")
