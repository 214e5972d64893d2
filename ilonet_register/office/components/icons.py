"""The drawings of the pages: sixteen units square, drawn with a line in the colour of the text.

They are written into the page: no request, no icon font, and they follow forced colours.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS = {
    "alert": "M8 2 14.5 13.5h-13zM8 6.5v3M8 11.7v.1",
    "arrow": "M3 8h10M9 4l4 4-4 4",
    "check": "M3 8.5 6.5 12 13 4.5",
    "clock": "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 4.8V8l2.2 1.6",
    "cross": "M4 4l8 8M12 4l-8 8",
    "dot": "M8 5.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8",
    "down": "M4 6l4 4 4-4",
    "eye": "M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8M8 6.1a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8",
    "info": "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 7.3v3.7M8 4.9V5",
    "lock": "M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "pen": "M2.8 13.2l.7-3L10.8 3l2.2 2.2-7.2 7.3zM9.3 4.5l2.2 2.2",
    "person": "M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6M2.7 13.8c.5-3 2.6-4.4 5.3-4.4s4.8 1.4 5.3 4.4",
    "plus": "M8 3v10M3 8h10",
    "print": "M4.5 6V2.3h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.3h7v4.4h-7z",
    "search": "M7 2.3a4.7 4.7 0 1 1 0 9.4 4.7 4.7 0 0 1 0-9.4M10.5 10.5 14 14",
    "stop": "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM5.5 8h5",
}


def drawing(name: str) -> SafeString:
    """Return the icon as inline SVG, hidden from screen readers: the word beside it says the same. Raises KeyError."""
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        name,
        mark_safe(ICONS[name]),  # noqa: S308 - a constant of this file
    )
