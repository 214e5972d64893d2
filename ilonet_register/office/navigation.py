"""The menu of the top bar: which pages there are, in the order of screens.md 2.

A new page adds one `Entry` here. Who sees it is asked of the view it leads to, so that the menu and the page
can never disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _

from ilonet_register.office.access import access_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from ilonet_register.models import User


@dataclass(frozen=True)
class Entry:
    """A page in the menu, by the name of its URL."""

    url_name: str
    label: _StrPromise

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def is_open_to(self, user: User | AnonymousUser) -> bool:
        """Tell whether this person may open the page; the admin is open to whom it calls staff."""
        if self.url_name.startswith("admin:"):
            return bool(user.is_staff)
        access = access_of(resolve(self.url).func)
        return access is not None and access.admits(user)


MENU: list[Entry] = [
    Entry("office:start", _("Start")),
    Entry("office:search", _("Search")),
    Entry("office:new_customer", _("New customer")),
    Entry("office:users", _("Users and levels")),
    Entry("office:levels", _("Table of levels")),
    Entry("office:components", _("Building blocks of the pages")),
    Entry("admin:index", _("Administration")),
]


def menu_for(user: User | AnonymousUser) -> Iterator[Entry]:
    """Return the entries that this person may open."""
    return (entry for entry in MENU if entry.is_open_to(user))


@register("access")
def check_menu(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report a menu entry that leads nowhere: in use it would take every page down."""
    return [fault for entry in MENU for fault in _check_entry(entry)]


def _check_entry(entry: Entry) -> Iterator[CheckMessage]:
    try:
        reverse(entry.url_name)
    except NoReverseMatch:
        yield Error(
            f"The menu entry '{entry.label}' leads to '{entry.url_name}', which is not routed.",
            hint="Route it in ilonet_register/office/urls.py or take the entry out of navigation.MENU.",
            id="office.E003",
        )
