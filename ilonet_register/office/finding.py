"""Answering "Find" of a person picker with the list alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ilonet_register.office.pickers import Find


def found_people(request: HttpRequest, *, find: Find) -> HttpResponse:
    """Return the people for the words posted as `<field>_words`; `?field=` names the field, prefix included."""
    name = request.GET.get("field", "")
    words = request.POST.get(f"{name}_words", "").strip()
    widget = {"name": name, "words": words, "searched": bool(words), "options": find(words) if words else []}
    return render(request, "office/components/_people.html", {"widget": widget, "fresh": True})
