"""A view that says nothing about who may open it, and a menu entry to nowhere, stop the start (security.md, Access)."""

from __future__ import annotations

import pytest
from django.core.checks import CheckMessage, run_checks
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from ilonet_register.office import navigation
from ilonet_register.office.access import access_of, needs, needs_any, public, signed_in
from ilonet_register.office.access_checks import check_routes
from ilonet_register.office.navigation import Entry
from ilonet_register.roles import LEVELS, RIGHTS, May
from tests import people


def silent(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open by oversight")


listens = needs(May.PLAY_RECORDINGS)(silent)
urlpatterns = [
    path("silent/", silent),
    path("within/", include([path("class/", TemplateView.as_view(template_name="404.html"))])),
    path("said/", listens),
]


def found(*, level: int = 0) -> list[CheckMessage]:
    return [fault for fault in run_checks(tags=["access"]) if fault.level >= level]


def test_every_routed_view_says_who_may_open_it() -> None:
    assert found() == []


@pytest.mark.urls(__name__)
def test_a_view_that_says_nothing_is_an_error_however_deep_it_is_routed() -> None:
    faults = [fault for fault in found() if fault.id == "office.E002"]
    assert [fault.msg.split("'")[1] for fault in faults] == ["/silent/", "/within/class/"]
    assert all(fault.is_serious() and "@needs" in str(fault.hint) for fault in faults)


@pytest.mark.urls(__name__)
def test_the_same_urlconf_without_them_would_be_no_error() -> None:
    assert check_routes([pattern for pattern in urlpatterns if getattr(pattern, "callback", None) is listens]) == []


def test_a_check_that_checked_nothing_is_an_error() -> None:
    assert [fault.id for fault in check_routes([])] == ["office.E001"]


def test_a_permission_that_nobody_can_be_given_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RIGHTS, "recordings")
    faults = check_routes([path("said/", listens)])
    assert [fault.id for fault in faults] == ["office.W001"]
    assert "recordings.play" in faults[0].msg


def test_a_menu_entry_that_leads_nowhere_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "MENU", [*navigation.MENU, Entry("office:nowhere", _("Nowhere"))])
    faults = found()
    assert [fault.id for fault in faults] == ["office.E003"]
    assert "office:nowhere" in faults[0].msg


@pytest.mark.parametrize("guard", [needs, needs_any])
def test_a_view_cannot_need_nothing(guard: object) -> None:
    with pytest.raises(ValueError, match="name at least one permission"):
        guard()  # type: ignore[operator]


def test_what_a_view_declares_can_be_read_from_it() -> None:
    assert access_of(silent) is None
    assert {str(access_of(rule(silent)).rule) for rule in (public, signed_in)} == {"public", "signed in"}  # type: ignore[union-attr]
    assert access_of(listens).permissions == (May.PLAY_RECORDINGS,)  # type: ignore[union-attr]


@pytest.fixture
def menus(client: Client, db: None) -> dict[str, list[str]]:
    """What the menu offers to each level alone."""
    offered = {}
    for level in LEVELS:
        client.force_login(people.clerk(level))
        bar = client.get("/").context["menu"]
        offered[level] = [entry.url for entry in bar]
    return offered


def test_the_menu_offers_nothing_that_would_be_refused(client: Client, menus: dict[str, list[str]]) -> None:
    for level, addresses in menus.items():
        client.force_login(people.clerk(level))
        assert {client.get(address).status_code for address in addresses} == {200}, level


def test_the_menu_keeps_the_administration_from_clerks(menus: dict[str, list[str]]) -> None:
    assert {level for level, addresses in menus.items() if "/admin/" in addresses} == {
        "main_user",
        "officer",
        "request_handler",
    }
    assert "/users/" not in menus["customer_service"]
