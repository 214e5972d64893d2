"""Which customers the words of a search mean, for the person who asks (screens.md 3.2).

The database folds both sides, so that `määttä` finds `MÄÄTTÄ` under any locale. People under non-disclosure match
by name and number as anyone does, but by address, phone and e-mail only for those who may see these.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from contracts.models import Contract, Role, Subscription
from customers import business_ids
from customers.models import Address, ContactMedium, Customer
from ilonet_register.office.customers.codes import customer_with_code
from ilonet_register.roles import May
from ilonet_register.search_keys import PhoneKey, folded

if TYPE_CHECKING:
    from ilonet_register.models import User

LONGEST = 200
MOST_WORDS = 8
SHORTEST = 2
FEW = 400

_IDENTITY_CODE = re.compile(r"\d{6}[-+–A-FU-Ya-fu-y]\d{3}[0-9A-Za-z]", re.ASCII)
_PHONE = re.compile(r"\+?[\d\s()/.-]{5,25}", re.ASCII)
_HOUSE_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_DIGITS = re.compile(r"\d", re.ASCII)

NAME, PHONE, EMAIL, BUSINESS_ID, INSTALLATION = "name", "phone", "email", "business_id", "subscription"


def normalised(words: str) -> str:
    """Return the words as they are looked for: one space between them, nothing the database cannot hold."""
    return " ".join(words.replace("\0", " ").split())[:LONGEST]


@dataclass(frozen=True)
class Source:
    """Rows that match the words; `customer` is the path to whom they are about, `reason` a constant or a column."""

    rows: QuerySet[Any]
    customer: str
    reason: str
    by_column: bool = False


def exactly(words: str, *, by: User) -> Customer | None:
    """Return whom a whole number or identity code names; None when the words are neither, or nobody's.

    Raises ValidationError, without the words, for an identity code that cannot be one or may not be asked by `by`.
    """
    if _IDENTITY_CODE.fullmatch(words.replace(" ", "")):
        if not by.has_perm(May.SEE_IDENTITY):
            raise ValidationError(_("Your levels do not allow searching by identity code."))
        return customer_with_code(words.replace(" ", "").replace("–", "-"), by=by)
    number = words.replace(" ", "").upper()
    found = Customer.objects.filter(number=number).first()
    if found is not None or not by.has_perm(May.SEE_CONTRACT):
        return found
    contract = Contract.objects.filter(Q(number=number) | Q(subscriptions__number=number)).first()
    return _owner_of(contract) if contract else None


def is_identity_code(words: str) -> bool:
    """Tell whether the words have the form of an identity code, right or wrong."""
    return _IDENTITY_CODE.fullmatch(words.replace(" ", "")) is not None


def matching(words: str, *, by: User, on: dt.date, limit: int) -> list[int]:
    """Return the ids of at most `limit` customers whom the words may mean: current ones first, of these the ones
    whose names begin with the words, in Finnish order."""
    sources = list(_sources(words, by=by, on=on))
    if not sources:
        return []
    first, *others = (source.rows.order_by().values_list(source.customer) for source in sources)
    found = first.union(*others) if others else first
    few = [row[0] for row in found[: FEW + 1]]
    # A few are looked up by key; for many the database had better read its tables through.
    ids: Any = few if len(few) <= FEW else found
    current = Role.objects.open(on=on).filter(customer=OuterRef("pk"))
    rows = Customer.objects.filter(pk__in=ids).annotate(
        is_current=Exists(current), begins=Case(When(_begins("name_key", _parts(words)), then=1), default=0)
    )
    return list(rows.order_by("-is_current", "-begins", "name_key", "pk").values_list("pk", flat=True)[:limit])


def reasons(ids: Iterable[int], words: str, *, by: User, on: dt.date) -> dict[int, list[str]]:
    """Return what matched of each of these customers: `name`, `phone`, …, or the kind of an address."""
    matched: dict[int, list[str]] = defaultdict(list)
    ids = list(ids)
    for source in _sources(words, by=by, on=on):
        rows = source.rows.order_by().filter(**{f"{source.customer}__in": ids})
        columns = (source.customer, source.reason) if source.by_column else (source.customer,)
        for customer, *reason in rows.values_list(*columns):
            said = reason[0] if reason else source.reason
            if said not in matched[customer]:
                matched[customer].append(said)
    return dict(matched)


def reason_words(reason: str) -> str:
    """Return in words what matched."""
    words = {
        NAME: _("name"),
        PHONE: _("phone"),
        EMAIL: _("e-mail"),
        BUSINESS_ID: _("business ID"),
        INSTALLATION: _("installation address"),
    }
    return words.get(reason) or str(dict(Address.Kind.choices).get(reason, ""))


def _owner_of(contract: Contract) -> Customer | None:
    """The newest owner, else whoever has a role: a number leads to somebody's page."""
    roles = contract.roles.select_related("customer")
    owner = roles.filter(kind=Role.Kind.OWNER).order_by(F("from_on").desc(nulls_last=True), "-pk").first()
    role = owner or roles.order_by("-pk").first()
    return role.customer if role else None


def _sources(words: str, *, by: User, on: dt.date) -> Iterator[Source]:
    parts = _parts(words)
    if len(words) < SHORTEST or is_identity_code(words):
        return
    if _is_phone(words):
        yield from _by_phone(words, by)
    if "@" in words:
        yield from _by_email(words, by)
        return
    if by.has_perm(May.SEE_IDENTITY) and (number := _business_id(words)):
        yield Source(Customer.objects.filter(business_id=number), "pk", BUSINESS_ID)
    yield Source(Customer.objects.filter(_contains("name_key", parts)), "pk", NAME)
    yield from _by_address(parts, by, on)


def _parts(words: str) -> list[str]:
    """Return the words one by one, without the commas with which the register itself writes names and addresses."""
    return words.replace(",", " ").split()[:MOST_WORDS]


def _contains(key: str, parts: list[str]) -> Q:
    wanted = Q()
    for part in parts:
        # The number of a house is looked for whole: 8 is none of 82900, nor of 18.
        if _HOUSE_NUMBER.fullmatch(part):
            wanted &= Q(**{f"{key}__regex": f"(^|[^0-9]){part}([^0-9]|$)"})
        else:
            wanted &= Q(**{f"{key}__contains": folded(Value(part))})
    return wanted


def _begins(key: str, parts: list[str]) -> Q:
    """Each part stands at the beginning of a word."""
    wanted = Q()
    for part in parts:
        spelled = folded(Value(part))
        wanted &= Q(**{f"{key}__startswith": spelled}) | Q(**{f"{key}__contains": Concat(Value(" "), spelled)})
    return wanted


def _is_phone(words: str) -> bool:
    return _PHONE.fullmatch(words) is not None and len(_DIGITS.findall(words)) >= 5


def _by_phone(words: str, by: User) -> Iterator[Source]:
    if by.has_perm(May.SEE_CONTACT_DETAILS):
        rows = ContactMedium.objects.filter(kind="phone", value_key=PhoneKey(Value(words)))
        yield Source(_disclosed(rows, by, "customer"), "customer", PHONE)


def _by_email(words: str, by: User) -> Iterator[Source]:
    if by.has_perm(May.SEE_CONTACT_DETAILS):
        rows = ContactMedium.objects.filter(kind="email", value_key__startswith=words.lower())
        yield Source(_disclosed(rows, by, "customer"), "customer", EMAIL)


def _by_address(parts: list[str], by: User, on: dt.date) -> Iterator[Source]:
    if by.has_perm(May.SEE_CONTRACT) and by.has_perm(May.SEE_CONTACT_DETAILS):
        places = _disclosed(
            Subscription.objects.filter(_contains("address_key", parts)), by, "contract__roles__customer"
        )
        # Whose role ended before the contract does not live where the subscription is now.
        to_the_end = Q(ends_on__isnull=True) | Q(ends_on__gte=F("contract__ends_on")) | Q(ends_on__gte=on)
        roles = Role.objects.filter(to_the_end)
        # Two sources, not one with "or": each goes by its index.
        whole = roles.filter(subscription__isnull=True, contract__in=places.values("contract"))
        yield Source(whole, "customer", INSTALLATION)
        yield Source(roles.filter(subscription__in=places.values("pk")), "customer", INSTALLATION)
    if by.has_perm(May.SEE_CONTACT_DETAILS):
        rows = _disclosed(Address.objects.filter(_contains("address_key", parts)), by, "customer")
        yield Source(rows, "customer", "kind", by_column=True)


def _disclosed(rows: QuerySet[Any], by: User, person: str) -> QuerySet[Any]:
    """Without what is about people under non-disclosure, unless `by` may see it."""
    return rows if by.has_perm(May.SEE_PROTECTED) else rows.exclude(**{f"{person}__non_disclosure": True})


def _business_id(words: str) -> str:
    try:
        return business_ids.clean(words)
    except ValidationError:
        return ""
