"""Access levels as data: who may see, change and decide what (N9.2).

A permission is one thing a person may do; a level is a job and the permissions that this job needs; a single right is
granted beside the levels, because no job needs it as a whole. Pages, services and the matrix all read these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class May(StrEnum):
    """One thing that a person may do. The value is what `User.has_perm` is asked."""

    SEARCH = "customers.search"
    SEE_CUSTOMER = "customers.see"
    SEE_CONTACT_DETAILS = "customers.see_contact_details"
    SEE_IDENTITY = "customers.see_identity"
    CHANGE_CUSTOMER = "customers.change"
    PLACE_HOLD = "customers.hold"
    SEE_CONTRACT = "contracts.see"
    CHANGE_CONTRACT = "contracts.change"
    SEE_HISTORY = "log.see_history"
    SEE_RETENTION = "retention.see"
    SEE_LOG = "log.see"
    IMPORT_CUSTOMERS = "customers.import"
    IMPORT_FILES = "imports.run"
    KEEP_REGISTERS = "registers.change"
    SEE_USERS = "users.see"
    GRANT = "users.grant"
    REVEAL_IDENTITY_CODE = "customers.reveal_identity_code"
    SEE_PROTECTED = "customers.see_protected"
    PLAY_RECORDINGS = "recordings.play"


@dataclass(frozen=True)
class Right:
    """A level or a single right, as it is granted to an account."""

    name: str
    label: _StrPromise
    permissions: frozenset[May]


@dataclass(frozen=True)
class Act:
    """A line of the matrix: what a permission means in plain words, and how a cell reads for who has it."""

    label: _StrPromise
    cell: _StrPromise


SEES = pgettext_lazy("table of levels", "sees")
CHANGES = pgettext_lazy("table of levels", "changes")
DOES = pgettext_lazy("table of levels", "may")

ACTS: dict[May, Act] = {
    May.SEARCH: Act(_("Search for customers"), DOES),
    May.SEE_CUSTOMER: Act(_("Customer: name, number, kind, language"), SEES),
    May.SEE_CONTACT_DETAILS: Act(_("Addresses, phones, e-mail"), SEES),
    May.SEE_IDENTITY: Act(_("Identity code, masked; birth date; business ID"), SEES),
    May.CHANGE_CUSTOMER: Act(_("Customers: enter and edit, move house"), CHANGES),
    May.SEE_CONTRACT: Act(_("Contracts, subscriptions and roles"), SEES),
    May.CHANGE_CONTRACT: Act(_("Contracts: enter, edit, transfer, terminate"), CHANGES),
    May.PLACE_HOLD: Act(_("Prevent a removal, and allow it again"), DOES),
    May.SEE_HISTORY: Act(_("Change history of a customer"), SEES),
    May.SEE_RETENTION: Act(_("Nightly removals and their evidence"), SEES),
    May.SEE_LOG: Act(_("Use of the register"), SEES),
    May.IMPORT_CUSTOMERS: Act(_("Import: customers and contracts (needs main user, too)"), DOES),
    May.IMPORT_FILES: Act(_("Import: carry out (needs customer service, too)"), DOES),
    May.KEEP_REGISTERS: Act(_("Products, organisation and other registers"), CHANGES),
    May.SEE_USERS: Act(_("Users and levels"), SEES),
    May.GRANT: Act(_("Grant and withdraw levels, open and close accounts"), DOES),
    May.REVEAL_IDENTITY_CODE: Act(_("Whole identity code"), SEES),
    May.SEE_PROTECTED: Act(_("Addresses under non-disclosure"), SEES),
    May.PLAY_RECORDINGS: Act(_("Recordings: listen"), DOES),
}

_SEEING = frozenset({May.SEARCH, May.SEE_CUSTOMER})
_CUSTOMER_PAGE = _SEEING | {May.SEE_CONTACT_DETAILS, May.SEE_CONTRACT}

MAIN_USER = "main_user"
CUSTOMER_SERVICE = "customer_service"

LEVELS: dict[str, Right] = {
    right.name: right
    for right in (
        Right(
            CUSTOMER_SERVICE,
            _("Customer service"),
            _CUSTOMER_PAGE
            | {
                May.SEE_IDENTITY,
                May.CHANGE_CUSTOMER,
                May.CHANGE_CONTRACT,
                May.PLACE_HOLD,
                May.SEE_HISTORY,
                May.IMPORT_CUSTOMERS,
            },
        ),
        Right("invoicing", _("Invoicing"), _CUSTOMER_PAGE | {May.SEE_IDENTITY, May.PLACE_HOLD, May.SEE_HISTORY}),
        # Installers see work orders only; those come with the work orders themselves.
        Right("installation", _("Installation"), frozenset()),
        Right("marketing", _("Marketing"), _SEEING | {May.SEE_CONTACT_DETAILS}),
        # Handlers and the officer see a person inside a case only; cases come with the requests.
        Right("request_handler", _("Request handler"), frozenset({May.SEE_RETENTION})),
        Right("officer", _("Data-protection officer"), frozenset({May.SEE_RETENTION, May.SEE_USERS})),
        Right(
            MAIN_USER,
            _("Main user"),
            frozenset(
                {May.SEE_USERS, May.GRANT, May.KEEP_REGISTERS, May.SEE_RETENTION, May.SEE_LOG, May.IMPORT_FILES},
            ),
        ),
    )
}

SINGLE_RIGHTS: dict[str, Right] = {
    right.name: right
    for right in (
        Right("whole_identity_code", _("Whole identity code"), frozenset({May.REVEAL_IDENTITY_CODE})),
        Right("protected_addresses", _("Protected addresses"), frozenset({May.SEE_PROTECTED})),
        Right("recordings", _("Recordings"), frozenset({May.PLAY_RECORDINGS})),
    )
}

RIGHTS: dict[str, Right] = LEVELS | SINGLE_RIGHTS


def permissions_of(rights: frozenset[str]) -> frozenset[May]:
    """Return all that the named levels and single rights allow together; unknown names allow nothing."""
    return frozenset().union(*(RIGHTS[name].permissions for name in rights if name in RIGHTS))
