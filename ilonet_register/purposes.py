"""Each purpose once: why data is held, on which basis, and for how long after its clock has stopped (N4.1, N5, N13).

`yields_to_erasure` tells whether an erasure asked for under Art. 17 may end the purpose before its period has run.
`notice` is the section of the privacy notice of 2018 that names the purpose; empty where it does not (a gap, listed,
which never makes anything due).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ilonet_register.periods import AtOnce, Days, Months, Period, Years

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Basis(StrEnum):
    """The legal bases of Art. 6(1) on which the register relies."""

    CONSENT = "6(1)(a)"
    CONTRACT = "6(1)(b)"
    DUTY = "6(1)(c)"
    INTEREST = "6(1)(f)"


@dataclass(frozen=True)
class Purpose:
    """Why something is held. `keep` runs from the clock that each declaration names."""

    name: str
    label: _StrPromise
    basis: Basis | None
    keep: Period | None
    yields_to_erasure: bool = True
    notice: str = ""

    def period(self, on: dt.date) -> Period:
        """Return the period in force on that day: the purge, the notice and the letters all ask here."""
        if self.keep is None:
            raise ValueError(f"the purpose {self.name} has no period")
        return self.keep


CONTRACTS = Purpose("contracts", _("contracts"), Basis.CONTRACT, Years(6), yields_to_erasure=False, notice="13")
INVOICING = Purpose("invoicing", _("invoicing"), Basis.CONTRACT, Years(6), yields_to_erasure=False, notice="4")
COLLECTION = Purpose("collection", _("supervising receivables"), Basis.INTEREST, Years(3), notice="4")
BOOKKEEPING = Purpose("bookkeeping", _("bookkeeping"), Basis.DUTY, Years(6), yields_to_erasure=False)
CLAIMS = Purpose("claims", _("legal claims"), Basis.INTEREST, Years(3), yields_to_erasure=False)
CARE = Purpose("care", _("customer care and its development"), Basis.CONTRACT, AtOnce(), notice="4")
MARKETING = Purpose("marketing", _("marketing"), Basis.CONSENT, AtOnce(), notice="4")
DIRECTORIES = Purpose("directories", _("subscriber directories"), Basis.CONTRACT, AtOnce(), notice="4")
STATISTICS = Purpose("statistics", _("statistics"), Basis.INTEREST, AtOnce(), notice="4")
SERVICE_EVENTS = Purpose(
    "service_events", _("verifying service events"), Basis.INTEREST, Months(12), yields_to_erasure=False, notice="13"
)
SAFETY = Purpose("safety", _("non-disclosure for personal safety"), Basis.INTEREST, AtOnce())
ACCOUNTS = Purpose(
    "accounts", _("accounts and their rights"), Basis.DUTY, Years(2), yields_to_erasure=False, notice="9"
)
SIGN_IN = Purpose("sign_in", _("sign-in and its security"), Basis.INTEREST, Days(30), notice="9")
USAGE_LOG = Purpose(
    "usage_log",
    _("monitoring of the use of the register"),
    Basis.INTEREST,
    Years(2),
    yields_to_erasure=False,
    notice="9",
)

PURPOSES: dict[str, Purpose] = {
    purpose.name: purpose
    for purpose in (
        CONTRACTS,
        INVOICING,
        COLLECTION,
        BOOKKEEPING,
        CLAIMS,
        CARE,
        MARKETING,
        DIRECTORIES,
        STATISTICS,
        SERVICE_EVENTS,
        SAFETY,
        ACCOUNTS,
        SIGN_IN,
        USAGE_LOG,
    )
}
