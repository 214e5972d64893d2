"""The base of every form in the office: fields that keep nothing in the browser, and dates that know today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict

from ilonet_register.office.dates import DateField
from ilonet_register.office.pickers import PersonPickerField


class OfficeRenderer(TemplatesSetting):
    """Shows each field by the component, also through `as_field_group`."""

    field_template_name = "office/components/field.html"


class Boxes(forms.CheckboxSelectMultiple):
    """Several boxes to tick, as a fieldset with its legend."""

    template_name = "office/components/choices.html"


class Choices(forms.RadioSelect):
    """One of several answers, all of them in sight."""

    template_name = "office/components/choices.html"


def choices_of(form: forms.Form, name: str) -> forms.ChoiceField:
    """Return a field of the form as the field of choices that it is."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


class OfficeForm(forms.Form):
    """A form of the office.

    Every text field is closed to the browser's memory and to spell checks that send text away (screens.md 5).
    `on` is today, for the date fields; a form without dates needs none.
    """

    default_renderer = OfficeRenderer()
    template_name_div = "office/components/form.html"

    def __init__(self, *args: Any, on: date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
            if isinstance(field.widget, forms.TextInput | forms.Textarea):
                field.widget.attrs.setdefault("spellcheck", "false")
            if isinstance(field, DateField):
                field.on = field.on or on

    def full_clean(self) -> None:
        """Check the form; but finding a person for a picker sends nothing, so nothing is found wrong yet."""
        if self.is_bound and self.is_finding():
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        return not self.is_finding() and super().is_valid()

    def is_finding(self) -> bool:
        """Tell whether the "Find" of a person picker was pressed, and not the button of the form."""
        pickers = (name for name, field in self.fields.items() if isinstance(field, PersonPickerField))
        return any(f"{self.add_prefix(name)}_find" in self.data for name in pickers)
