"""The page that shows every component once, with made-up people: for who builds a page, and for the tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ilonet_register.office.access import needs
from ilonet_register.office.components.shapes import (
    Difference,
    Event,
    Link,
    Notice,
    PersonOption,
    Sealed,
    Step,
    StepState,
    Tone,
)
from ilonet_register.office.confirming import ConfirmNumberForm
from ilonet_register.office.dates import DateField
from ilonet_register.office.finding import found_people
from ilonet_register.office.forms import Boxes, Choices, OfficeForm
from ilonet_register.office.pickers import PersonPickerField
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.office.sealing import sealed_answer
from ilonet_register.periods import today
from ilonet_register.roles import May

PEOPLE = (
    PersonOption("a1", "Esimerkki, Aino Kaarina", "10234", "Pogostantie 1, Ilomantsi", gettext_lazy("name")),
    PersonOption("a2", "Esimerkki, Aino", "10871", "Kalevalantie 4, Ilomantsi", gettext_lazy("name")),
)


class ExampleForm(OfficeForm):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    starts_on = DateField(
        label=gettext_lazy("Starts on"), help_text=gettext_lazy("As 31.12.2026, 311226, 31.12. or “today”.")
    )
    product = forms.ChoiceField(
        label=gettext_lazy("Product"), choices=[("1", "Kuitu 200/200"), ("2", "Kuitu 1000/1000")]
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How was it told?"),
        choices=[("phone", gettext_lazy("By phone")), ("counter", gettext_lazy("At the counter"))],
        widget=Choices,
    )
    copies = forms.MultipleChoiceField(
        label=gettext_lazy("Use the new address for"),
        choices=[("post", gettext_lazy("Post")), ("bills", gettext_lazy("Invoices"))],
        widget=Boxes,
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea({"rows": 3}), required=False)
    told = forms.BooleanField(label=gettext_lazy("I read the notice aloud"), required=False)
    payer = PersonPickerField(label=gettext_lazy("Payer"))


@needs(May.GRANT)
def components(request: ClerksRequest) -> HttpResponse:
    """All components, and a form that answers with its errors."""
    form = ExampleForm(request.POST or None, on=today(), initial={"product": "1"})
    payer = form.fields["payer"]
    assert isinstance(payer, PersonPickerField)
    payer.connect(find=_find, resolve=_resolve, find_url=reverse("office:example_people"))
    form.is_valid()
    return render(request, "office/examples.html", {"form": form, **_shown(request)})


@needs(May.GRANT)
@require_POST
def example_people(request: ClerksRequest) -> HttpResponse:
    """The list of the person picker alone."""
    return found_people(request, find=_find)


@needs(May.GRANT)
def example_sealed(request: ClerksRequest) -> HttpResponse:
    """A masked value that belongs to nobody: POST opens it, GET closes it."""
    opened = "131052-900X" if request.method == "POST" else ""
    return sealed_answer(request, _sealed(opened), back=reverse("office:components"))


@needs(May.GRANT)
@require_GET
def example_progress(request: ClerksRequest, done: int) -> HttpResponse:
    """Work that is always seven records further."""
    return render(request, "office/components/_progress.html", {"example": _progress(min(done, 47))})


def _find(words: str) -> list[PersonOption]:
    return [person for person in PEOPLE if words.casefold() in person.name.casefold()]


def _resolve(token: str) -> PersonOption | None:
    return next((person for person in PEOPLE if person.token == token), None)


def _sealed(opened: str) -> Sealed:
    return Sealed("example", _("Identity code"), "131052-****", reverse("office:example_sealed"), opened)


def _progress(done: int) -> dict[str, Any]:
    url = reverse("office:example_progress", args=[min(done + 7, 47)])
    return {"label": _("Removing"), "done": done, "total": 47, "url": url}


def _shown(request: ClerksRequest) -> dict[str, Any]:
    now = timezone.now().replace(second=0, microsecond=0)
    return {
        "tones": list(Tone),
        "notices": _notices(),
        "edit": Link("#form", _("Edit")),
        "add_wish": Link("#form", _("Add a wish")),
        "events": _events(now),
        "differences": [
            Difference(_("Installation address"), "Pogostantie 1", "Kalevalantie 4"),
            Difference(_("Postal address"), "Pogostantie 1", "Pogostantie 1"),
            Difference(_("Connection ends"), "", "31.12.2027"),
        ],
        "steps": [
            Step(_("Recorded"), StepState.DONE, "2.2.2027"),
            Step(_("Identity"), StepState.NOW),
            Step(_("Material (0/4)"), StepState.LATER, _("Waits until the identity is established.")),
        ],
        "sealed_closed": _sealed(""),
        "sealed_open": Sealed("example-open", _("Identity code"), "131052-****", "#", "131052-900X", seconds=86_400),
        "sealed_refused": Sealed(
            "example-refused",
            _("Identity code"),
            "131052-****",
            refusal=_("It cannot be shown, because the viewing cannot be recorded."),
        ),
        "progress": _progress(12),
        "confirm": ConfirmNumberForm(expected=47, request=request, prefix="confirm"),
        "price": Decimal("1234.50"),
        "phone_number": "+358502115938",
        "now": now,
        "day": today(),
    }


def _notices() -> list[Notice]:
    return [
        Notice(Tone.STOP, _("Stopped."), _("Last night’s removal did not run."), Link("#banners", _("What to do"))),
        Notice(Tone.ATTENTION, _("Use restricted:"), _("invoicing address, review from 3.11.")),
        Notice(Tone.SECRET, _("Non-disclosure:"), _("contact details are not given out. Contact address PL 12.")),
        Notice(Tone.NEUTRAL, _("Two customers have this phone."), ""),
        Notice(Tone.GOOD, _("Nothing is waiting."), ""),
    ]


def _events(now: datetime) -> list[Event]:
    return [
        Event(now, _("Call: fault"), "Maija", _("“The connection drops in the evenings.”")),
        Event(now - timedelta(days=40), _("Permission for e-mail (form v2)"), "Heidi", tone=Tone.GOOD),
        Event(now.date() - timedelta(days=70), _("Post returned"), detail="Pogostantie 1", tone=Tone.ATTENTION),
    ]
