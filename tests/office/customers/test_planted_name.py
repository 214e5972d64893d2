"""A name typed into every search and picker stands in no address, title, cookie or storage of the browser."""

from __future__ import annotations

import json
from collections.abc import Callable

from customers import services as customers
from ilonet_register.models import User
from tests import people
from tests.office.conftest import Visit

PLANTED = "Kuiskaaja"


def test_a_planted_name_leaves_no_trace_in_the_browser(visit: Callable[..., Visit]) -> None:
    cast = people.cast()
    planted = customers.create_customer(by=User.objects.console(), basic={"kind": "person", "last_name": PLANTED})
    here = visit()
    seen: list[str] = []
    here.page.on("request", lambda request: seen.append(request.url + json.dumps(request.headers)))
    here.page.on("framenavigated", lambda frame: seen.append(frame.url))
    key = (cast.aino.uuid, cast.fibre.uuid)

    here.open("office:search")
    here.search(PLANTED)
    assert here.page.get_by_role("link", name=PLANTED).is_visible()
    _look(here, seen)
    here.search(f"{PLANTED} eiole")
    _look(here, seen)
    here.press("New customer")
    assert here.page.get_by_label("Last name").input_value() == PLANTED
    _look(here, seen)
    _pick(here, seen, "office:change_service", *key, "transfer", field="new_owner")
    _pick(here, seen, "office:new_contract", cast.aino.uuid, field="payer")
    _pick(here, seen, "office:new_contract", cast.aino.uuid, field="user")
    here.open("office:customer", planted.uuid)
    _look(here, seen)
    customers.place_hold(planted, by=User.objects.console(), reason="debt", review_on=planted.created_at.date())
    for page in ("customer", "history", "edit_basic", "edit_contacts", "hold_customer", "move_post"):
        here.open(f"office:{page}", planted.uuid)
        _look(here, seen)
    assert [line for line in seen if PLANTED.casefold() in line.casefold()] == []


def _pick(here: Visit, seen: list[str], page: str, *args: object, field: str) -> None:
    here.open(page, *args)
    for fold in here.page.locator("main details").all():
        fold.evaluate("fold => fold.open = true")
    here.page.locator(f"#id_{field}_words").fill(PLANTED)
    here.page.locator(f"[name={field}_find]").click()
    here.page.locator(f"#id_{field}_found").get_by_text(PLANTED).first.wait_for()
    _look(here, seen)


def _look(here: Visit, seen: list[str]) -> None:
    """Note everything that the browser keeps or shows outside the page itself."""
    seen.append(here.page.url)
    seen.append(here.page.title())
    seen.append(json.dumps(here.context.cookies()))
    seen.append(
        here.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.referrer])")
    )
