"""Every route of the office with real objects in its address, so that a new route is covered by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from contracts.models import Subscription
from customers import services as customers
from ilonet_register.models import User
from ilonet_register.office import urls
from ilonet_register.office.access import Access, access_of
from tests import people


@dataclass(frozen=True)
class Route:
    """A page or an act by the name of its URL, the address of a real one, and who may open it by its declaration."""

    name: str
    address: str
    access: Access


def routes(cast: people.Cast | None = None) -> list[Route]:
    """Return every route of `office/urls.py`. A converter without an object here is an error: give it one below."""
    named = _objects(cast or people.cast())
    return [_route(pattern, named) for pattern in urls.urlpatterns]


def _route(pattern: URLPattern, named: dict[str, Any]) -> Route:
    missing = set(pattern.pattern.converters) - set(named)
    assert not missing, f"tests/office/routes.py has no object for {sorted(missing)} of '{pattern.name}'"
    values = {name: named[name] for name in pattern.pattern.converters}
    if str(pattern.pattern).startswith("users/") and "uuid" in values:
        values["uuid"] = named["account"]
    access = access_of(pattern.callback)
    assert access is not None
    return Route(str(pattern.name), reverse(f"office:{pattern.name}", kwargs=values), access)


def _objects(cast: people.Cast) -> dict[str, Any]:
    console = User.objects.console()
    hold = customers.place_hold(cast.aino, by=console, reason="debt", review_on=cast.fibre.starts_on)
    address = {"street_address": "Kalevalantie 4", "postal_code": "82900", "city": "Ilomantsi"}
    customers.move_house(cast.aino, by=console, on=dt.date(2127, 3, 1), kinds=["postal"], address=address)
    return {
        "uuid": cast.aino.uuid,
        "account": people.clerk("invoicing", name="Heikki Kohde").uuid,
        "contract": cast.fibre.uuid,
        "hold": hold.uuid,
        "what": "move",
        "token": "none",
        "row": cast.aino.contact_media.first().uuid,
        "address": cast.aino.addresses.get(from_on__isnull=False).uuid,
        "role": cast.fibre.roles.first().uuid,
        "done": 12,
    }


def account_pages() -> list[str]:
    """Return the addresses of allauth's pages and of the admin's doors that take no argument."""
    found = get_resolver().reverse_dict
    names = {name for name in found if isinstance(name, str) and name.startswith("account_")}
    return sorted(_plain(names))


def admin_pages() -> list[str]:
    """Return the index of the admin, the list of each model, a form for a new row, and the page of a first row."""
    found = [reverse("admin:index")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        found += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        found += [reverse(f"{name}_change", args=[row.pk])] if row else []
    assert Subscription.objects.exists(), "make the people first"
    return found


def _plain(names: set[str]) -> Iterator[str]:
    for name in names:
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue
