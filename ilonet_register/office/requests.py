"""A request behind `@needs`: whoever sends it is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from ilonet_register.models import User


class ClerksRequest(HttpRequest):
    """What the views of the office are given; only its type is used."""

    user: User
