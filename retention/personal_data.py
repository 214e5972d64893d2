"""What this app holds: counts and keyed hashes, nothing about anybody that can be read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ilonet_register.declarations import declare_store, nothing_personal
from ilonet_register.purposes import CONTRACTS
from retention.models import Evidence, LedgerOutbox, PurgeRun

nothing_personal(PurgeRun, because="dates and counts; the account that started it is declared with the accounts")
nothing_personal(Evidence, because="counts and a digest over keyed hashes")
nothing_personal(LedgerOutbox, because="keyed hashes, until they have left for the ledger")

declare_store(
    "ledger",
    label=_("ledger of what was removed: keyed hashes of numbers and record identifiers"),
    purpose=CONTRACTS,
    period=_("as long as the register, so that what was removed does not return from a backup or an old file"),
)
