"""What was understood by a date, said on leaving its field (screens.md 3.4)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from ilonet_register.office.access import signed_in
from ilonet_register.office.dates import DateField, NotADate, read_date
from ilonet_register.office.formats import weekday_and_day
from ilonet_register.periods import today


@signed_in
@require_POST
def understood(request: HttpRequest) -> HttpResponse:
    """Read the date of the posted field and repeat it; a fragment. The address carries no value, only names."""
    text = request.POST.get(request.GET.get("field", ""), "").strip()
    context = {"read": "", "fault": ""}
    if text:
        try:
            context["read"] = weekday_and_day(read_date(text, on=today(), latest=_latest(request)))
        except NotADate as fault:
            context["fault"] = str(DateField.default_error_messages[fault.code])
    return render(request, "office/components/_date_read.html", context)


def _latest(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("latest", ""))
    except ValueError:
        return None
