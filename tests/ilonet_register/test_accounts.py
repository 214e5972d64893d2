"""Only a main user, or whoever holds the keys of the machine, makes, changes and closes accounts (N9.2, fact 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from ilonet_register import services
from ilonet_register.models import Grant, LogEntry, User
from ilonet_register.roles import LEVELS, MAIN_USER, RIGHTS, SINGLE_RIGHTS, May, permissions_of
from ilonet_register.services import NotAllowed
from tests import people

# A fresh clone has collected no static files.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
LONG_PAST, FAR_AWAY = dt.date(2020, 1, 1), dt.date(2999, 12, 31)


def console() -> User:
    return User.objects.console()


def fresh(user: User) -> User:
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def held(user: User) -> set[str]:
    return set(fresh(user).rights)


ACTS: dict[str, Callable[[User, User], object]] = {
    "create": lambda user, by: services.create_user(email="uusi@example.fi", name="Uusi", by=by),
    "grant": lambda user, by: services.set_grants(user, ["marketing", "invoicing"], by=by),
    "withdraw": lambda user, by: services.set_grants(user, [], by=by),
    "close": lambda user, by: services.close_account(user, by=by),
    "open": lambda user, by: services.open_account(user, by=by),
    "change": lambda user, by: services.change_account(user, name="X", language="sv", valid_until=LONG_PAST, by=by),
}


def closed_main_user() -> User:
    people.clerk(MAIN_USER)
    return services.close_account(people.clerk(MAIN_USER), by=console())


def expired_main_user() -> User:
    people.clerk(MAIN_USER)
    return services.change_account(
        people.clerk(MAIN_USER), name="Entinen", language="fi", valid_until=LONG_PAST, by=console()
    )


def former_main_user() -> User:
    people.clerk(MAIN_USER)
    return services.set_grants(people.clerk(MAIN_USER), ["customer_service"], by=console())


DENIED: dict[str, Callable[[], User]] = {
    "no right": people.without_rights,
    "every other level": lambda: people.clerk(*(set(LEVELS) - {MAIN_USER})),
    "every single right": lambda: people.clerk(*SINGLE_RIGHTS),
    "the night": User.objects.night,
    "a main user that was closed": closed_main_user,
    "a main user that has expired": expired_main_user,
    "a main user no longer": former_main_user,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", DENIED)
def test_nobody_else_does_anything_to_accounts(act: str, who: str) -> None:
    by, colleague = fresh(DENIED[who]()), people.clerk("marketing")
    accounts, grants = list(User.objects.values()), list(Grant.objects.values())
    with pytest.raises(NotAllowed):
        ACTS[act](colleague, by)
    assert list(User.objects.values()) == accounts
    assert list(Grant.objects.values()) == grants


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["main user", "console"])
def test_the_main_user_and_the_console_do_everything_to_accounts(act: str, who: str) -> None:
    by = people.clerk(MAIN_USER) if who == "main user" else console()
    colleague = people.clerk("marketing")
    before = (User.objects.count(), list(Grant.objects.values()), User.objects.values().get(pk=colleague.pk))
    ACTS[act](colleague, by)
    assert before != (User.objects.count(), list(Grant.objects.values()), User.objects.values().get(pk=colleague.pk))


# --- one's own account -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rights", [[], [MAIN_USER], [MAIN_USER, "customer_service"], sorted(RIGHTS)])
def test_nobody_changes_the_own_levels(rights: list[str]) -> None:
    people.clerk(MAIN_USER)
    own = people.clerk(MAIN_USER)
    with pytest.raises(NotAllowed):
        services.set_grants(own, rights, by=fresh(own))
    assert held(own) == {MAIN_USER}


def test_nobody_closes_the_own_account() -> None:
    people.clerk(MAIN_USER)
    own = people.clerk(MAIN_USER)
    with pytest.raises(NotAllowed):
        services.close_account(own, by=fresh(own))
    assert fresh(own).is_active


def test_nobody_makes_the_own_account_last_longer() -> None:
    people.clerk(MAIN_USER)
    own = people.clerk(MAIN_USER)
    with pytest.raises(NotAllowed):
        services.change_account(own, name="X", language="sv", valid_until=FAR_AWAY, by=fresh(own))
    assert (fresh(own).name, fresh(own).valid_until) == (own.name, None)


# --- new accounts ----------------------------------------------------------------------------------------------------


def test_a_new_account_holds_nothing_and_knows_no_password() -> None:
    user = services.create_user(email=" Uusi@Example.FI ", name=" Uusi ", by=people.clerk(MAIN_USER))
    assert (user.email, user.name) == ("Uusi@example.fi", "Uusi")
    assert held(user) == set()
    assert fresh(user).permissions == frozenset()
    assert not user.has_usable_password()


@pytest.mark.parametrize("email", ["maija@example.fi", "MAIJA@example.fi", "Maija@Example.FI", "  maija@EXAMPLE.fi "])
def test_an_e_mail_belongs_to_one_account_whatever_its_case(email: str) -> None:
    services.create_user(email="Maija@example.fi", name="Maija", by=console())
    with pytest.raises(ValidationError) as refused:
        services.create_user(email=email, name="Toinen", by=console())
    assert list(refused.value.message_dict) == ["email"]
    assert User.objects.filter(email__iexact="maija@example.fi").count() == 1


@pytest.mark.parametrize(("email", "name"), [("", "Maija"), ("maija", "Maija"), ("maija@example.fi", "  ")])
def test_an_account_needs_an_e_mail_and_a_name(email: str, name: str) -> None:
    with pytest.raises(ValidationError):
        services.create_user(email=email, name=name, by=console())
    assert not User.objects.people().exists()


@pytest.mark.parametrize("builtin", [User.objects.night, User.objects.console])
def test_the_built_in_users_are_not_opened_for_signing_in(builtin: Callable[[], User]) -> None:
    with pytest.raises(NotAllowed):
        services.open_account(builtin(), by=people.clerk(MAIN_USER))
    assert not builtin().is_usable(on=FAR_AWAY)


# --- grants ----------------------------------------------------------------------------------------------------------


def test_an_unknown_right_is_refused_and_nothing_else_granted() -> None:
    colleague = people.clerk("marketing")
    with pytest.raises(ValidationError, match="superuser"):
        services.set_grants(colleague, ["customer_service", "superuser"], by=people.clerk(MAIN_USER))
    assert held(colleague) == {"marketing"}


def test_a_grant_is_ended_and_never_overwritten() -> None:
    first, second = people.clerk(MAIN_USER), people.clerk(MAIN_USER)
    colleague = people.without_rights()
    services.set_grants(colleague, ["marketing", "invoicing"], by=first)
    services.set_grants(colleague, ["invoicing"], by=second)
    services.set_grants(colleague, ["marketing", "invoicing"], by=first)
    seen = list(colleague.grants.order_by("pk").values_list("right", "granted_by", "withdrawn_by"))
    assert seen == [
        ("invoicing", first.pk, None),
        ("marketing", first.pk, second.pk),
        ("marketing", first.pk, None),
    ]
    ended = colleague.grants.get(withdrawn_by=second)
    assert ended.withdrawn_at is not None
    assert ended.withdrawn_at >= ended.granted_at


def test_granting_what_is_held_already_changes_and_logs_nothing() -> None:
    main_user, colleague = people.clerk(MAIN_USER), people.clerk("marketing")
    grants, entries = list(Grant.objects.values()), LogEntry.objects.count()
    services.set_grants(colleague, ["marketing"], by=main_user)
    assert (list(Grant.objects.values()), LogEntry.objects.count()) == (grants, entries)


def test_what_is_done_to_an_account_is_logged_with_who_did_it() -> None:
    main_user, colleague = people.clerk(MAIN_USER), people.clerk("marketing")
    last = LogEntry.objects.latest("pk").pk
    services.set_grants(colleague, ["invoicing"], by=main_user)
    services.close_account(colleague, by=main_user)
    services.open_account(colleague, by=main_user)
    entries = LogEntry.objects.filter(pk__gt=last).order_by("pk")
    assert [entry.event for entry in entries] == ["grant.changed", "grant.created", "user.changed", "user.changed"]
    for entry in entries:
        assert (entry.actor_id, entry.subjects, entry.root) == (main_user.pk, [colleague.uuid], colleague.uuid)
    assert entries[0].content.content["changes"].keys() == {"withdrawn_at", "withdrawn_by"}
    assert entries[1].content.content["changes"]["right"][1] == "invoicing"
    assert entries[2].content.content["changes"]["is_active"] == ["True", "False"]


# --- what the main user sees -----------------------------------------------------------------------------------------


def test_the_level_main_user_shows_no_customer() -> None:
    allowed = permissions_of(frozenset({MAIN_USER}))
    assert May.GRANT in allowed
    assert not {may for may in allowed if may.startswith(("customers.", "contracts.", "recordings."))}
    assert May.SEE_HISTORY not in allowed


def test_a_main_user_is_refused_the_page_of_a_customer_and_the_search(client: Client) -> None:
    customer = people.fibre_customer()
    client.force_login(people.clerk(MAIN_USER))
    assert client.get(reverse("office:customer", args=[customer.uuid])).status_code == 403
    assert client.post(reverse("office:search"), {"words": "Määttä"}).status_code == 403


def test_names_of_rights_that_do_not_exist_allow_nothing() -> None:
    assert permissions_of(frozenset({"superuser", "", "customers.see"})) == frozenset()
