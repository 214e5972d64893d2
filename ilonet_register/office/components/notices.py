"""Badges, banners and errors: what is said about a record or a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ilonet_register.office.components.icons import drawing
from ilonet_register.office.components.registry import register
from ilonet_register.office.components.shapes import Link, Notice, Tone, Words

BANNERS_SHOWN = 3


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "check" %}`: a drawing of `icons.py`."""
    return drawing(name)


@register.inclusion_tag("office/components/badge.html")
def badge(word: Words, tone: str = Tone.NEUTRAL, icon: str = "") -> dict[str, Any]:
    """`{% badge word "good" %}`: a state in one word. The icon follows the tone unless named."""
    tone = Tone(tone)
    return {"word": word, "tone": tone, "icon": icon or tone.icon}


@register.simple_block_tag
def banner(content: str, tone: str, title: Words, action: Link | None = None) -> SafeString:
    """`{% banner "attention" title action=link %}text{% endbanner %}`: a fact that changes how the page is used."""
    notice = Notice(Tone(tone), title, content.strip(), action)
    return render_to_string("office/components/banner.html", {"notice": notice})


@register.inclusion_tag("office/components/banners.html")
def banners(notices: Sequence[Notice]) -> dict[str, Any]:
    """`{% banners notices %}`: the first three, the rest behind "+2 more"."""
    return {"shown": notices[:BANNERS_SHOWN], "folded": notices[BANNERS_SHOWN:]}


@register.inclusion_tag("office/components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """`{% error_summary form other_form %}`: every error with a link to its field; takes the focus. Empty: nothing."""
    linked: list[tuple[str, Any, Any]] = []
    general: list[Any] = []
    for form in forms:
        if not form.is_bound:
            continue
        general += form.non_field_errors()
        for bound in form:
            # A set of boxes has no element with the field's own id: its first box is the place to go.
            target = f"{bound.id_for_label or bound.auto_id}"
            linked += [(target, bound.label, message) for message in bound.errors]
    return {"linked": linked, "general": general}
