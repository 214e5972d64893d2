"""Somebody can always grant: the last main user who can sign in is neither withdrawn nor closed (N9.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from ilonet_register import services
from ilonet_register.models import Grant, User
from ilonet_register.periods import helsinki_date
from ilonet_register.roles import MAIN_USER
from ilonet_register.services import LastMainUser, NotAllowed
from tests import people
from tests.conftest import OwnDatabase
from tests.stepping import Stepped

Ending = Callable[[User, User], object]


def withdraw(user: User, by: User) -> object:
    return services.set_grants(user, ["customer_service"], by=by)


def close(user: User, by: User) -> object:
    return services.close_account(user, by=by)


ENDINGS = pytest.mark.parametrize("end", [withdraw, close])


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def console() -> User:
    return User.objects.console()


def can_grant() -> set[int]:
    """Who can sign in and grant today."""
    today = helsinki_date(timezone.now())
    grants = Grant.objects.main_users().select_related("user")
    return {grant.user_id for grant in grants if grant.user.is_usable(on=today)}


def let_expire(user: User) -> None:
    yesterday = helsinki_date(timezone.now()) - dt.timedelta(days=1)
    services.change_account(user, name=user.name, language="fi", valid_until=yesterday, by=console())


@pytest.mark.django_db
@ENDINGS
def test_the_last_main_user_is_kept(end: Ending) -> None:
    last = people.clerk(MAIN_USER)
    with pytest.raises(LastMainUser):
        end(last, console())
    assert can_grant() == {last.pk}


@pytest.mark.django_db
@ENDINGS
def test_one_of_two_may_go(end: Ending) -> None:
    first, second = people.clerk(MAIN_USER), people.clerk(MAIN_USER)
    end(first, second)
    assert can_grant() == {second.pk}


@pytest.mark.django_db
@ENDINGS
@pytest.mark.parametrize(
    "gone", [let_expire, lambda user: close(user, console()), lambda user: withdraw(user, console())]
)
def test_a_main_user_who_cannot_sign_in_does_not_count_as_another(end: Ending, gone: Callable[[User], object]) -> None:
    last, other = people.clerk(MAIN_USER), people.clerk(MAIN_USER)
    gone(other)
    with pytest.raises(LastMainUser):
        end(last, console())
    assert can_grant() == {last.pk}


@pytest.mark.django_db
def test_a_main_user_whose_account_lasts_until_today_counts() -> None:
    going, other = people.clerk(MAIN_USER), people.clerk(MAIN_USER)
    today = helsinki_date(timezone.now())
    services.change_account(other, name="Maija", language="fi", valid_until=today, by=console())
    withdraw(going, console())
    assert can_grant() == {other.pk}


@pytest.mark.django_db
def test_the_last_main_user_may_get_and_lose_other_levels() -> None:
    last = people.clerk(MAIN_USER, "customer_service")
    services.set_grants(last, [MAIN_USER, "marketing"], by=console())
    assert fresh(last).rights == {MAIN_USER, "marketing"}


@pytest.mark.django_db
@pytest.mark.parametrize("by_oneself", [True, False])
def test_the_account_of_the_last_main_user_does_not_end_by_its_validity(by_oneself: bool) -> None:
    last = people.clerk(MAIN_USER)
    yesterday = helsinki_date(timezone.now()) - dt.timedelta(days=1)
    by = fresh(last) if by_oneself else console()
    with pytest.raises(LastMainUser):
        services.change_account(last, name="Maija", language="fi", valid_until=yesterday, by=by)
    assert can_grant() == {last.pk}


# --- at the same time ------------------------------------------------------------------------------------------------


def at_work(user: User) -> User:
    """The account as a page holds it that has begun: what it may do has been read."""
    by = fresh(user)
    assert by.permissions
    return by


def two_at_once(end: Ending, *, stop_after: int | None) -> tuple[Stepped, Stepped]:
    """Let the only two main users end each other, the second in the middle of the first."""
    first, second = people.clerk(MAIN_USER), people.clerk(MAIN_USER)
    for other in User.objects.filter(pk__in=can_grant() - {first.pk, second.pk}):
        withdraw(other, console())
    by_first, by_second = at_work(first), at_work(second)
    one = Stepped(lambda: end(second, by_first), stop_after=stop_after).start()
    two = Stepped(lambda: end(first, by_second)).start()
    return one.finish(), two.finish()


@ENDINGS
def test_of_two_who_end_each_other_at_once_one_wins(own_database: OwnDatabase, end: Ending) -> None:
    whole, _late = two_at_once(end, stop_after=None)
    assert whole.error is None
    for moment in range(len(whole.statements) + 1):
        errors = [error for error in (act.error for act in two_at_once(end, stop_after=moment)) if error is not None]
        assert len(errors) == 1, moment
        assert isinstance(errors[0], LastMainUser | NotAllowed), (moment, errors)
        assert len(can_grant()) == 1, moment


@pytest.mark.django_db
@ENDINGS
def test_who_was_ended_while_the_own_page_was_at_work_ends_nobody(end: Ending) -> None:
    people.clerk(MAIN_USER)
    first, second = people.clerk(MAIN_USER), people.clerk(MAIN_USER)
    by_second = at_work(second)
    end(second, at_work(first))
    with pytest.raises(NotAllowed):
        end(first, by_second)
    assert first.pk in can_grant()
