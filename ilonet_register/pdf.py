"""The only way to make a PDF: a fetcher that fetches nothing, for the page and for every style sheet (fact 11).

WeasyPrint's own fetcher embeds local files and reaches the network; what is printed comes from customers' data.
"""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from django.conf import settings


class NotFetched(ValueError):
    """Something in the document asked to be loaded from elsewhere; never the address, which may hold anything."""

    def __init__(self) -> None:
        super().__init__("a PDF loads nothing from elsewhere")


def fetcher() -> Any:
    """Return a fetcher that refuses every address: files, network and data alike."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            raise NotFetched

    return Nothing(allowed_protocols=())


def pdf(html: str, *, title: str = "") -> bytes:
    """Return the document as a tagged PDF (PDF/UA-1). Its style is `static/office/pdf.css`, read here and inlined.

    `title` stands in the properties of the file: a number, never a name.
    """
    # Imported at first use: it loads Pango, which a server without printing need not have.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    # Its complaints name the addresses that were refused, which may hold anything.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)
    fonts, nothing = FontConfiguration(), fetcher()
    sheet = (settings.BASE_DIR / "static" / "office" / "pdf.css").read_text()
    styles = [CSS(string=sheet, url_fetcher=nothing, font_config=fonts)]
    document = HTML(string=html, url_fetcher=nothing).render(stylesheets=styles, font_config=fonts)
    document.metadata.title = title or None
    written: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return written
