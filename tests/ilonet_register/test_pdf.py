"""A PDF loads nothing: no file, no network, not by the page and not by a style sheet (fact 11 of security.md)."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from weasyprint import CSS, HTML

from ilonet_register.pdf import NotFetched, fetcher, pdf


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://localhost:1/x.png", "data:text/plain,x", "x.css"])
def test_every_address_is_refused(address: str) -> None:
    with pytest.raises(NotFetched) as refused:
        fetcher().fetch(address)
    assert address not in str(refused.value)


def test_a_local_file_is_not_embedded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret of the machine")
    html = (
        f'<html lang="fi"><head><title>1</title><link rel="attachment" href="{secret.as_uri()}">'
        f'<link rel="stylesheet" href="{secret.as_uri()}"><style>@import url("{secret.as_uri()}");'
        f'p {{ background: url("{secret.as_uri()}") }}</style></head><body><p>text</p>'
        f'<img src="{secret.as_uri()}" alt="x"><object data="{secret.as_uri()}"></object></body></html>'
    )
    written = pdf(html, title="10234")
    assert written.startswith(b"%PDF")
    assert b"secret of the machine" not in _opened(written)


def test_without_our_fetcher_the_same_file_would_be_embedded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret of the machine")
    html = f'<html><head><link rel="attachment" href="{secret.as_uri()}"></head><body>x</body></html>'
    assert b"secret of the machine" in _opened(HTML(string=html).write_pdf())


def test_style_sheets_are_given_the_same_fetcher(tmp_path: Path) -> None:
    other = tmp_path / "other.css"
    other.write_text("p { color: red }")
    sheet = CSS(string=f'@import url("{other.as_uri()}");', url_fetcher=fetcher())
    assert sheet.matcher.lower_local_name_selectors == {}


def test_the_pdf_is_tagged_and_says_its_language() -> None:
    written = pdf(
        '<html lang="fi"><head><title>10234</title></head><body><h1>Otsikko</h1></body></html>', title="10234"
    )
    opened = _opened(written)
    assert b"/StructTreeRoot" in opened
    assert b"pdfuaid" in opened


def _opened(written: bytes) -> bytes:
    """The file with its compressed streams opened."""
    found = [written]
    for part in written.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompress(part.split(b"\nendstream")[0]))
        except zlib.error:
            continue
    return b"\n".join(found)
