"""Services of accounts lock the people first, in the order of their ids: staff are data subjects, and the night takes
closed accounts too."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ilonet_register import services
from ilonet_register.models import User
from ilonet_register.roles import MAIN_USER
from tests import people

pytestmark = pytest.mark.django_db
CALLS: dict[str, Callable[[User, User], object]] = {
    "set_grants": lambda user, by: services.set_grants(user, ["marketing"], by=by),
    "close_account": lambda user, by: services.close_account(user, by=by),
    "open_account": lambda user, by: services.open_account(user, by=by),
    "change_account": lambda user, by: services.change_account(
        user, name="Uusi Nimi", language="sv", valid_until=None, by=by
    ),
    "change_own_settings": lambda user, by: services.change_own_settings(user, language="sv", single_keys=False),
}
# A new account has nobody to lock yet; the organisation is nobody; `require` only asks.
NOBODY = {"create_user", "change_organisation", "require"}


def test_every_service_of_accounts_is_looked_at_here() -> None:
    found = {
        name
        for name, function in inspect.getmembers(services, inspect.isfunction)
        if function.__module__ == services.__name__ and not name.startswith("_")
    }
    assert found == set(CALLS) | NOBODY


@pytest.mark.parametrize("name", CALLS)
def test_accounts_are_locked_before_anything_is_written(name: str) -> None:
    by, user = people.clerk(MAIN_USER), people.clerk()
    with CaptureQueriesContext(connection) as queries:
        CALLS[name](user, by)
    acting = [
        sql
        for sql in (query["sql"] for query in queries)
        if "FOR UPDATE" in sql or sql.startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert re.search(
        r'FROM "ilonet_register_user" .*ORDER BY (1|"ilonet_register_user"."id") ASC FOR UPDATE', acting[0]
    )
