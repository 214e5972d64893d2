"""The first page after signing in (screens.md 3.1): what waits, and what one had open last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contracts.models import Contract, Role
from customers.models import Customer, Hold
from ilonet_register import audit
from ilonet_register.models import LogEntry, User
from ilonet_register.office.access import signed_in
from ilonet_register.office.components.shapes import Link, Notice, Tone
from ilonet_register.office.customers.change_forms import END
from ilonet_register.office.customers.page import SEEN
from ilonet_register.office.formats import day, moment
from ilonet_register.office.levels import labels
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import ONE_DAY, helsinki_date, today
from ilonet_register.roles import May
from retention.models import PurgeRun

SHOWN = 5
RECENT = 8
A_WHILE = 14
"""Days after which somebody without any contract is listed for a person."""
LOOKED_THROUGH = 60
"""So many of one's own last looks are read to find the customers among them."""


@dataclass(frozen=True)
class Waiting:
    """A row of what waits: what it is, and the button of the next step."""

    what: str
    note: str
    step: Link
    customer: UUID


@signed_in
@require_GET
def start(request: ClerksRequest) -> HttpResponse:
    """Show what waits for this person, by the levels held."""
    user, on = request.user, today()
    waiting, recent = list(_waiting(user, on=on)), _recent(user)
    if shown := {row.customer for row in waiting[:SHOWN]} | {customer.uuid for customer in recent}:
        audit.record_read("customers.listed", by=user, subjects=sorted(shown))
    context = {
        "notices": list(_last_night(user, on=on)),
        "waiting": waiting[:SHOWN],
        "more": len(waiting) > SHOWN,
        "recent": recent,
        "focus_search": True,
        "may": {"search": user.has_perm(May.SEARCH), "add": user.has_perm(May.CHANGE_CUSTOMER)},
        "users": user.has_perm(May.SEE_USERS),
        "held": labels(user.rights),
    }
    return render(request, "office/start.html", context)


def _last_night(user: User, *, on: dt.date) -> Iterator[Notice]:
    """Say that a night stopped, failed or was missed, and what to do: silence would hide it."""
    if not user.has_perm(May.SEE_RETENTION):
        return
    last = PurgeRun.objects.order_by("-started_at", "-pk").first()
    if last is None:
        return
    nights = Link(reverse("admin:retention_purgerun_changelist"), _("Show the nights"))
    when = moment(last.started_at)
    if last.state == PurgeRun.State.STOPPED:
        text = _("%(when)s. Look at it with “purge --dry-run”, then let it go with --allow-large.") % {"when": when}
        yield Notice(Tone.STOP, _("The night stopped and waits for approval:"), text, nights)
    elif last.state in (PurgeRun.State.FAILED, PurgeRun.State.UNFINISHED):
        text = _("%(when)s. The next run goes on; if it fails again, look at the log of the machine.") % {"when": when}
        yield Notice(Tone.STOP, _("The night was not finished:"), text, nights)
    elif last.on < on - ONE_DAY:
        text = _("the last one was on %(day)s. See whether its timer runs.") % {"day": day(last.on)}
        yield Notice(Tone.STOP, _("A night was missed:"), text, nights)


def _waiting(user: User, *, on: dt.date) -> Iterator[Waiting]:
    if user.has_perm(May.PLACE_HOLD) and user.has_perm(May.SEE_CUSTOMER):
        for hold in Hold.objects.to_review(on=on).select_related("customer").order_by("review_on")[: SHOWN + 1]:
            note = _("hold to be reviewed since %(day)s") % {"day": day(hold.review_on)}
            page = reverse("office:customer", args=[hold.customer.uuid])
            yield _of(hold.customer, note, Link(page, _("Review")))
    if user.has_perm(May.CHANGE_CONTRACT) and user.has_perm(May.SEE_CUSTOMER):
        for contract in _without_end().order_by("terminated_on")[: SHOWN + 1]:
            owner = next((role.customer for role in contract.roles.all() if role.kind == Role.Kind.OWNER), None)
            if owner is not None:
                note = _("contract %(number)s: notice given %(day)s, no end date") % {
                    "number": contract.number,
                    "day": day(contract.terminated_on),
                }
                page = reverse("office:change_service", args=[owner.uuid, contract.uuid, END])
                yield _of(owner, note, Link(page, _("Give the date")))
    if user.has_perm(May.CHANGE_CUSTOMER):
        for customer in _never_a_customer()[: SHOWN + 1]:
            note = _("entered on %(day)s, never had a contract") % {"day": day(helsinki_date(customer.created_at))}
            yield _of(customer, note, Link(reverse("office:customer", args=[customer.uuid]), _("Look")))


def _never_a_customer() -> QuerySet[Customer]:
    """Who was entered longer ago than a draft lives, and never had a role: nothing removes them but a person."""
    entered = timezone.now() - dt.timedelta(days=A_WHILE)
    return Customer.objects.never_a_customer().filter(created_at__lt=entered).order_by("created_at")


def _without_end() -> QuerySet[Contract]:
    return Contract.objects.without_end().prefetch_related("roles__customer")


def _of(customer: Customer, note: str, step: Link) -> Waiting:
    return Waiting(f"{customer.display_name} {customer.number}", note, step, customer.uuid)


def _recent(user: User) -> list[Customer]:
    """Return the customers that this person looked at last, from their own log, the last one first."""
    if not user.has_perm(May.SEE_CUSTOMER):
        return []
    looks = LogEntry.objects.filter(actor=user, event=SEEN).order_by("-timestamp")
    uuids = list(dict.fromkeys(looks.values_list("object_uuid", flat=True)[:LOOKED_THROUGH]))[:RECENT]
    found = {customer.uuid: customer for customer in Customer.objects.filter(uuid__in=uuids)}
    return [found[uuid] for uuid in uuids if uuid in found]
