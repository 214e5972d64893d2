"""Message catalogues: what sources and templates say, merged into `locale/*/LC_MESSAGES/django.po`, and compiled.

    python -m ilonet_register.catalogues update     after a text was added or changed
    python -m ilonet_register.catalogues compile    done by bin/setup

Babel does both, so that nobody needs the programs of gettext, and no binary file is kept with the sources.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("fi", "sv")
SOURCES = ("ilonet_register", "customers", "contracts", "retention", "templates")
KEYWORDS: Mapping[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def said() -> Catalog:
    """Return every message of the sources, without translations."""
    catalogue = Catalog(charset="utf-8")
    for path in _files():
        for _line, function, message, comments in _messages(path):
            context, texts = _taken_apart(function, message)
            if texts[0]:
                catalogue.add(texts if len(texts) > 1 else texts[0], context=context, auto_comments=comments)
    return catalogue


def catalogue_of(language: str) -> Catalog:
    """Return the catalogue of a language as it is kept."""
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring new messages into the catalogues and take out those nobody says any more; guess nothing."""
    template = said()
    for language in LANGUAGES:
        catalogue = catalogue_of(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path = _path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, sort_output=True, omit_header=True, no_location=True)


def compile_all() -> None:
    """Compile what changed since it was compiled last."""
    for language in LANGUAGES:
        source = _path(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with target.open("wb") as file:
            write_mo(file, catalogue_of(language))


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _files() -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _messages(path: Path) -> Iterator[tuple[int, str, Any, list[str]]]:
    text = path.read_text()
    # Of a template only the messages are left, among rows of X: on one line there is no indentation to be wrong.
    source = text if path.suffix == ".py" else templatize(text).replace("\n", " ").strip()
    found: Iterator[Any] = extract_python(
        io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
    )
    for line, function, message, comments, *_context in found:
        yield line, str(function or ""), message, comments


def _taken_apart(function: str, message: object) -> tuple[str | None, tuple[str, ...]]:
    """Return the context and the text, or the texts of one and of many."""
    given = list(message) if isinstance(message, list | tuple) else [message]
    parts = [str(part) if part is not None else "" for part in given]
    if "p" in function.split("gettext")[0]:
        return parts[0], tuple(parts[1 : 3 if function.startswith("n") else 2])
    return None, tuple(parts[: 2 if function.startswith("ngettext") else 1])


if __name__ == "__main__":
    {"update": update, "compile": compile_all}[sys.argv[1]]()
