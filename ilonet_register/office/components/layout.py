"""Blocks, timelines, differences, progress and steps: how a page is put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ilonet_register.office.components.registry import register
from ilonet_register.office.components.shapes import Difference, Event, Link, Step, Words

SPOKEN_STEP = 10
"""Progress is said every ten per cent, not at every tick (screens.md 6.9)."""


@register.simple_block_tag
def pageblock(
    content: str, heading: Words, *, name: str, action: Link | None = None, empty: Words = "", level: int = 2
) -> SafeString:
    """`{% pageblock heading name="services" action=link empty="No services." %}…{% endpageblock %}`.

    A section with its heading and one action. `name` is unique on the page and becomes the anchor. A body without
    text shows the grey line `empty` with the action beside it.
    """
    return render_to_string(
        "office/components/block.html",
        {
            "heading": heading,
            "name": name,
            "action": action,
            "empty": empty,
            "level": level,
            "content": content if content.strip() else "",
        },
    )


@register.simple_block_tag
def foldblock(content: str, heading: Words, answer: Words = "", *, open: bool = False) -> SafeString:
    """`{% foldblock "Money" "open 79,80 €" %}…{% endfoldblock %}`: closed, with the answer in its summary."""
    context = {"heading": heading, "answer": answer, "content": content, "open": open}
    return render_to_string("office/components/fold.html", context)


@register.simple_block_tag
def more(content: str, label: Words = "") -> SafeString:
    """`{% more %}<li><a …></a></li>{% endmore %}`: the menu of the plain buttons, closed by Esc and by a click."""
    return render_to_string("office/components/more.html", {"content": content, "label": label})


@register.inclusion_tag("office/components/timeline.html")
def timeline(events: Sequence[Event]) -> dict[str, Any]:
    """`{% timeline events %}`: in the order given, newest first by custom."""
    return {"events": events}


@register.inclusion_tag("office/components/diff_table.html")
def diff_table(
    caption: Words, differences: Sequence[Difference], before: Words = "", after: Words = ""
) -> dict[str, Any]:
    """`{% diff_table caption differences "Now" "From 1.3.2027" %}`: rows that differ are marked by word and tone."""
    return {"caption": caption, "differences": differences, "before": before, "after": after}


@register.inclusion_tag("office/components/progress.html")
def progress(label: Words, done: int, total: int, url: str = "") -> dict[str, Any]:
    """`{% progress label 12 47 url %}`: asks `url` for itself every two seconds until done; without `url` it stands."""
    percent = 100 * done // total if total else 100
    spoken = percent - percent % SPOKEN_STEP
    return {"label": label, "done": done, "total": total, "url": url if done < total else "", "spoken": spoken}


@register.inclusion_tag("office/components/steps.html")
def steps(label: Words, steps: Sequence[Step]) -> dict[str, Any]:
    """`{% steps "Steps of the request" list %}`: done, now, later; a later step says what it waits for."""
    return {"label": label, "steps": steps}
