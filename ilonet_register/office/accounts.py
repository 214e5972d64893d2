"""One's own account: session, language, shortcuts. Signing in and passwords are allauth's, under our templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_GET

from ilonet_register import services
from ilonet_register.office.access import public, signed_in
from ilonet_register.office.forms import Choices, OfficeForm, choices_of
from ilonet_register.office.requests import ClerksRequest


class OwnSettingsForm(OfficeForm):
    """What everybody chooses for themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=Choices)
    single_keys = forms.BooleanField(
        label=gettext_lazy("The key / goes to the search"),
        help_text=gettext_lazy("Switch it off if you dictate, or if the key gets in your way. Ctrl+K always works."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "language").choices = [(code, _own_name(code)) for code, _name in settings.LANGUAGES]


def _own_name(code: str) -> str:
    """Return the name of a language in that language: who cannot read this one finds their own."""
    return {"fi": "suomi", "sv": "svenska", "en": "English"}.get(code, code)


@signed_in
def own_settings(request: ClerksRequest) -> HttpResponse:
    """The language and the shortcuts of who is signed in."""
    user = request.user
    initial = {"language": user.language, "single_keys": user.single_keys}
    form = OwnSettingsForm(request.POST or None, initial=initial)
    if not form.is_valid():
        return render(request, "office/own_settings.html", {"form": form})
    services.change_own_settings(user, **form.cleaned_data)
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("office:own"))


@public
@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """Tell `guard.js` who is signed in, for how long, and a fresh CSRF token. Asking counts as a request."""
    user = request.user
    state: dict[str, Any] = {"user": "", "seconds": 0, "csrf": ""}
    if user.is_authenticated:
        state = {"user": str(user.uuid), "seconds": request.session.get_expiry_age(), "csrf": get_token(request)}
    return JsonResponse(state, headers={"Cache-Control": "no-store"})


@signed_in
def signed_in_again(request: HttpRequest) -> HttpResponse:
    """The page after signing in in a second tab: go back to the first."""
    return render(request, "office/signed_in.html")
