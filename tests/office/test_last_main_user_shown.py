"""Two main users who take the level from each other at once: the second is told, and one stays (3.14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ilonet_register import services
from ilonet_register.models import Grant, User
from tests import people
from tests.conftest import OwnDatabase
from tests.stepping import Stepped

# The level of who posts is gone too when it is their turn: either is the truth.
REFUSALS = ("The last main user cannot be removed", "Your levels do not allow this")


def meanwhile(act: str, values: dict[str, Any]) -> tuple[User, str]:
    """Let one main user post about the other while that other takes the level away; return the other and the page."""
    acting, other = people.clerk("main_user"), people.clerk("main_user")
    client = Client()
    client.force_login(acting)
    address = reverse(f"office:{act}", args=[other.uuid])
    with transaction.atomic():
        services.set_grants(acting, ["invoicing"], by=other)
        posted = Stepped(lambda: client.post(address, values, follow=True)).start()
    posted.finish()
    assert posted.error is None
    return other, posted.result.content.decode()


def may_grant(user: User) -> bool:
    return Grant.objects.main_users().filter(user=user).exists()


@pytest.mark.parametrize(("act", "values"), [("save_levels", {"levels": ["invoicing"]}), ("close_user", {})])
def test_the_last_main_user_stays_and_the_refusal_is_told(
    own_database: OwnDatabase, act: str, values: dict[str, Any]
) -> None:
    other, text = meanwhile(act, values)
    assert may_grant(other)
    assert any(refusal in text for refusal in REFUSALS)
