"""Choosing a person inside a form: words are sent by POST, and what is chosen is an opaque token.

Never `autocomplete_fields`: select2 sends `?term=name`, and a name in an address stays in logs and histories.
Without scripts "Find" answers with the whole page; with htmx it brings only the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ilonet_register.office.components.shapes import PersonOption

Find = Callable[[str], Sequence[PersonOption]]
"""From the words typed to the people this clerk may find; the finder writes the log."""

Resolve = Callable[[str], PersonOption | None]
"""From a token to the person it stands for; None when there is no such person, or not for this clerk."""


class PersonPickerInput(forms.Widget):
    """A field for words, the button "Find", and the people found as a list to choose from."""

    template_name = "office/components/person_picker.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.find: Find | None = None
        self.resolve: Resolve | None = None
        self.find_url = ""
        self.words = ""
        self.pressed = False

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        self.words = data.get(f"{name}_words", "").strip()
        self.pressed = f"{name}_find" in data
        value: str = data.get(name, "")
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "words": self.words,
            "options": self._options(value),
            "searched": self.pressed and bool(self.words),
            "find_url": self.find_url,
        }
        return context

    def _options(self, value: Any) -> list[PersonOption]:
        found = list(self.find(self.words)) if self.pressed and self.words and self.find else []
        chosen = self.resolve(str(value)) if value and self.resolve else None
        if chosen and chosen.token not in {option.token for option in found}:
            found.insert(0, chosen)
        return found


class PersonPickerField(forms.Field):
    """A person, as `PersonOption`. `connect` says who may be found; unconnected it finds nobody."""

    widget = PersonPickerInput
    default_error_messages = {  # noqa: RUF012 - as Django writes it
        "required": _("Find the person and choose them from the list."),
        "gone": _("This person cannot be chosen any more. Find them again."),
    }

    def connect(self, *, find: Find, resolve: Resolve, find_url: str = "") -> None:
        """Tell the picker how this clerk finds people; `find_url` answers `find_people` for the list alone."""
        widget = self._picker
        widget.find, widget.resolve, widget.find_url = find, resolve, find_url

    @property
    def _picker(self) -> PersonPickerInput:
        return cast("PersonPickerInput", self.widget)

    def to_python(self, value: Any) -> PersonOption | None:
        if value in self.empty_values:
            return None
        resolve = self._picker.resolve
        person = resolve(str(value)) if resolve else None
        if person is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        return person
