"""Search (screens.md 3.2): words by POST, the result at an opaque token, every search in the log by ids only."""

from __future__ import annotations

import secrets
import time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from customers.models import Customer
from ilonet_register import audit
from ilonet_register.office.access import needs
from ilonet_register.office.customers.matching import (
    SHORTEST,
    exactly,
    is_identity_code,
    matching,
    normalised,
    reason_words,
    reasons,
)
from ilonet_register.office.customers.rows import customer_rows
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.periods import today
from ilonet_register.roles import May

RESULTS = "search_results"
"""In the session, which is encrypted: token → when, words, ids and what matched."""
ROWS = 25
REMEMBERED = 6
GOOD_FOR_SECONDS = 30 * 60


@needs(May.SEARCH)
def search(request: ClerksRequest) -> HttpResponse:
    """Look for the words, and lead to the one customer they name or to the list of those they may mean."""
    words = normalised(request.POST.get("words", ""))
    if len(words) < SHORTEST:
        fault = _("Write at least two letters or digits.") if request.method == "POST" else ""
        return _page(request, fault=fault)
    try:
        found = exactly(words, by=request.user)
    except ValidationError as fault:
        return _page(request, fault=" ".join(fault.messages))
    if found is not None:
        _log(request, [found.uuid])
        return HttpResponseRedirect(reverse("office:customer", args=[found.uuid]))
    return HttpResponseRedirect(reverse("office:found", args=[_look_for(request, words)]))


@needs(May.SEARCH)
@require_GET
def found(request: ClerksRequest, token: str) -> HttpResponse:
    """Show the result at its token; after half an hour it is too old, since what it lists may have changed."""
    result = request.session.get(RESULTS, {}).get(token)
    if result is None or time.time() - result["at"] > GOOD_FOR_SECONDS:
        return _page(request, fault=_("The result is too old. Search again."))
    rows = customer_rows(result["ids"], by=request.user, on=today())
    matched = {int(pk): said for pk, said in result["matched"].items()}
    listed = [(row, ", ".join(reason_words(said) for said in matched.get(row.pk, []))) for row in rows]
    return _page(request, rows=listed, words=result["words"], more=result["more"], searched=True, token=token)


def words_of(request: ClerksRequest, token: str) -> str:
    """Return the words of a search that is still remembered, for the page that takes them along."""
    words: str = request.session.get(RESULTS, {}).get(token, {}).get("words", "")
    return words


def _look_for(request: ClerksRequest, words: str) -> str:
    ids = matching(words, by=request.user, on=today(), limit=ROWS + 1)
    shown = ids[:ROWS]
    matched = reasons(shown, words, by=request.user, on=today()) if shown else {}
    uuids = dict(Customer.objects.filter(pk__in=shown).values_list("pk", "uuid"))
    _log(request, [uuids[pk] for pk in shown if pk in uuids])
    token = secrets.token_urlsafe(16)
    result = {
        "at": time.time(),
        # An identity code is not kept, not even encrypted, where only a customer's name may be taken along.
        "words": "" if is_identity_code(words) else words,
        "ids": shown,
        "matched": {str(pk): said for pk, said in matched.items()},
        "more": len(ids) > ROWS,
    }
    kept = dict(list(request.session.get(RESULTS, {}).items())[-(REMEMBERED - 1) :])
    request.session[RESULTS] = {**kept, token: result}
    return token


def _log(request: ClerksRequest, subjects: list[UUID]) -> None:
    """Record who was found, never by which words. What cannot be logged is not shown."""
    audit.record_read("customers.searched", by=request.user, subjects=subjects)


def _page(request: ClerksRequest, **context: Any) -> HttpResponse:
    may_add = request.user.has_perm(May.CHANGE_CUSTOMER)
    return render(request, "office/customers/results.html", {"may_add": may_add, **context})
