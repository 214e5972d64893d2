"""The change history of a customer: who changed what, when (N9.3). What was removed is gone from it, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from contracts.models import Contract, Role, Subscription
from customers.models import PLACE, Address, ContactMedium, Customer, Hold
from ilonet_register import audit
from ilonet_register.models import LogEntry
from ilonet_register.office.access import needs
from ilonet_register.office.customers.gone import says_gone, the_customer
from ilonet_register.office.customers.words import not_shown
from ilonet_register.office.formats import day
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.roles import May

if TYPE_CHECKING:
    from django.db.models import Model

    from ilonet_register.models import User

PER_PAGE = 40
Names = dict[tuple[str, str], str]
"""What keys in the log stand for: model and key → number or name."""
PROTECTED: dict[type[Model] | None, tuple[str, ...]] = {
    Address: (*PLACE, "country"),
    Subscription: PLACE,
    ContactMedium: ("value",),
}
NOT_TOLD = frozenset({"customer", "record", "placed_at", "placed_by", "lifted_at", "lifted_by", "first_role_on"})
"""What the line itself says, or what is a key: whose entry it is, when and by whom."""
CREATE, UPDATE, DELETE = 0, 1, 2


@dataclass(frozen=True)
class Change:
    """One field of an entry."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One act in the history."""

    at: datetime
    who: str
    what: str
    changes: list[Change]
    is_new: bool = False


@needs(May.SEE_CUSTOMER, May.SEE_HISTORY)
@require_GET
@says_gone
def history(request: ClerksRequest, uuid: UUID) -> HttpResponse:
    """Show the changes, the newest first; looking is logged."""
    customer = the_customer(uuid)
    audit.record_read("customer.history_seen", by=request.user, obj=customer)
    contracts = Contract.objects.filter(roles__customer=customer).values("uuid")
    # A contract is entered before anybody has a role in it: those entries speak of nobody else's time.
    about = Q(subjects__contains=[customer.uuid]) | Q(subjects=[], root__in=contracts)
    rows = LogEntry.objects.filter(about, ~_of_others_time(customer), action__lt=3)
    rows = rows.select_related("actor", "content").order_by("-timestamp", "-pk")
    # One more than shown tells whether there are older ones: a full count of a log is for nobody.
    number = _page_number(request)
    found = list(rows[(number - 1) * PER_PAGE : number * PER_PAGE + 1])
    protected = _protected(found, request.user)
    names: Names = {}
    entries = [_entry(row, bool(protected & {row.root, *row.subjects}), names) for row in found[:PER_PAGE]]
    older = number + 1 if len(found) > PER_PAGE else None
    return render(request, "office/customers/history.html", {"customer": customer, "entries": entries, "older": older})


def _of_others_time(customer: Customer) -> Q:
    """What became of a contract after this person's last role in it had ended: only their own rows are still theirs."""
    held = Role.objects.filter(customer=customer).values_list("contract__uuid")
    ended = held.annotate(last=Max("ends_on"), endless=Count("pk", filter=Q(ends_on=None))).filter(endless=0)
    later = Q(pk__in=[])
    for contract, last, _endless in ended:
        midnight = timezone.make_aware(datetime.combine(last, time.max))
        later |= Q(root=contract, timestamp__gt=midnight)
    return later & ~Q(subjects=[customer.uuid])


def _page_number(request: ClerksRequest) -> int:
    given = request.GET.get("page", "1")
    return max(int(given), 1) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def _protected(rows: list[LogEntry], by: User) -> set[UUID]:
    """Return the people and contracts of the entries whose addresses and numbers are not shown to `by`."""
    if by.has_perm(May.SEE_PROTECTED) and by.has_perm(May.SEE_CONTACT_DETAILS):
        return set()
    about = {uuid for row in rows for uuid in row.subjects}
    people = Customer.objects.filter(uuid__in=about, non_disclosure=True).values_list("uuid", flat=True)
    of_them = Contract.objects.filter(uuid__in=[row.root for row in rows], roles__customer__non_disclosure=True)
    return {*people, *of_them.values_list("uuid", flat=True)}


def _entry(row: LogEntry, is_protected: bool, names: Names) -> Entry:
    model = _model(row)
    who = row.actor.called if row.actor else _("removed account")
    if row.event == "customer.identity_code.set":
        what = _("Identity code entered or changed")
    else:
        what = " ".join([str(model._meta.verbose_name).capitalize() if model else row.event, _verb(row, model)])
    return Entry(row.timestamp, who, what, list(_changes(row, model, is_protected, names)), row.action == CREATE)


def _verb(row: LogEntry, model: type[Model] | None) -> str:
    if model is Hold and "lifted_at" in _changed(row):
        return pgettext("history", "lifted")
    return {
        CREATE: pgettext("history", "entered"),
        UPDATE: pgettext("history", "changed"),
        DELETE: pgettext("history", "removed"),
    }[row.action]


def _model(row: LogEntry) -> type[Model] | None:
    if row.content_type_id is None:
        return None
    return ContentType.objects.get_for_id(row.content_type_id).model_class()


def _changed(row: LogEntry) -> dict[str, Any]:
    content: dict[str, Any] = row.content.content if hasattr(row, "content") else {}
    return content.get("changes") or {}


def _changes(row: LogEntry, model: type[Model] | None, is_protected: bool, names: Names) -> Iterator[Change]:
    for name, (before, after) in _changed(row).items():
        field = _field(model, name)
        if field is None or name in NOT_TOLD or (before in (None, "None", "") and after in (None, "None", "")):
            continue
        named = field.related_model._meta if field.is_relation else field
        label = str(getattr(named, "verbose_name", name)).capitalize()
        if is_protected and name in PROTECTED.get(model, ()):
            yield Change(label, "", not_shown())
        else:
            yield Change(label, _said(field, before, names), _said(field, after, names))


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _said(field: Any, value: Any, names: Names) -> str:
    """Return a value of the log as it is read: words for choices and yes or no, dates as everywhere."""
    if value in (None, "None", ""):
        return ""
    if field.is_relation:
        return _related(field, value, names)
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if value in ("True", "False"):
        return _("yes") if value == "True" else _("no")
    parsed = parse_date(value) if isinstance(value, str) and len(value) == 10 and value[4] == "-" else None
    return day(parsed) if parsed else str(value)


def _related(field: Any, value: Any, names: Names) -> str:
    """Return the number or name of the row a key points to, asked once for a page; or that it was removed."""
    model = field.related_model
    key = (model._meta.label, str(value))
    if key not in names:
        found = model._default_manager.filter(pk=value).first() if str(value).isdigit() else None
        names[key] = str(found) if found is not None else _("removed")
    return names[key]
