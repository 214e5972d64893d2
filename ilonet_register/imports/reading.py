"""CSV as offices write it: UTF-8 or Windows-1252, commas or semicolons, English or Finnish headers.

Everything is a stream. What is not surely read as it was meant is a fault, never a guess.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from ilonet_register.imports.faults import FileFault

CHUNK = 1 << 20
LONGEST_FIELD = 1_000_000
LONGEST_LINE = 8 * CHUNK
# å, ä, ö of DOS and old Mac code pages show up as these signs when they are taken for Windows-1252.
_OF_ANOTHER_CODE_PAGE = re.compile(r"[A-Za-zŽŠšŒ][Ž„™†”Šš€…Œ](?=[A-Za-zŽ„™†”Šš€…Œ])|(?<!\w)[„™†”€…](?=[A-Za-zŠš])")
_FINNISH_LETTERS = re.compile("[äöåÄÖÅ]")
# UTF-8 that was taken for Windows-1252 and written as UTF-8 once more; and the sign for what was lost.
_BROKEN_BEFORE = re.compile("Ã[¤¶¥„–…\x80-\xbf]|\ufffd")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Layout:
    """What a kind of file looks like: its columns, other names for them, and those that may be missing."""

    kind: str
    columns: tuple[str, ...]
    aliases: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    known_by: str = ""
    passed_over: frozenset[str] = frozenset({"reason", "syy", "orsak"})
    """Columns that say nothing to an import: what a file of rejected lines adds, so that it can be sent mended."""


@dataclass(frozen=True)
class Row:
    """A line of the file: its number, and its values by column. `faulty` tells why it cannot be taken apart."""

    line: int
    values: dict[str, str]
    faulty: str = ""


class Source:
    """A file that was opened: its encoding, delimiter and header are known."""

    def __init__(self, path: Path, layouts: tuple[Layout, ...], label: str = "") -> None:
        """Look at the file as a whole. FileFault when it cannot be what it should be."""
        self.path, self.label = path, label or path.name
        self.encoding = _encoding(path)
        with path.open(encoding=self.encoding, newline="") as text:
            first = text.readline()
        self.delimiter = ";" if first.count(";") >= first.count(",") else ","
        header = next(iter(self._records()), None)
        if header is None:
            raise FileFault(_("The file is empty."))
        self.header = [_folded(name) for name in header[1]]
        self.names = header[1]
        self.layout = self._recognised(layouts)
        self.columns = [self.layout.aliases.get(name, name) for name in self.header]
        self._check_header()

    def rows(self) -> Iterator[Row]:
        """Yield the lines below the header. FileFault where the text itself is broken."""
        records = iter(self._records())
        next(records)
        for line, values in records:
            if len(values) != len(self.columns):
                text = _("This line has %(found)d fields instead of %(wanted)d: a field or a line end is missing.")
                yield Row(line, {}, faulty=text % {"found": len(values), "wanted": len(self.columns)})
            else:
                yield Row(line, dict(zip(self.columns, map(str.strip, values), strict=True)))

    def name_of(self, column: str) -> str:
        """Return what this file calls a column."""
        return self.names[self.columns.index(column)].strip() if column in self.columns else column

    def names_of_columns(self) -> dict[str, str]:
        """Return what this file calls each column."""
        return {column: name.strip() for column, name in zip(self.columns, self.names, strict=True)}

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each record as it stands, the header first, with its line."""
        return self._records()

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_FIELD)
        with self.path.open(encoding=self.encoding, newline="") as text:
            reader, begins = csv.reader(text, delimiter=self.delimiter, strict=True), 1
            try:
                for values in reader:
                    if any(value.strip() for value in values):
                        yield begins, values
                    begins = reader.line_num + 1
            except csv.Error as error:
                raise FileFault(_why(error), line=begins) from None

    def _recognised(self, layouts: tuple[Layout, ...]) -> Layout:
        for layout in layouts:
            if layout.known_by in {layout.aliases.get(name, name) for name in self.header}:
                return layout
        needed = ", ".join(layout.known_by for layout in layouts)
        raise FileFault(
            _("The first line is no header of a known file: none of these columns is in it: %s.") % needed, line=1
        )

    def _check_header(self) -> None:
        for position, column in enumerate(self.columns):
            name = self.names[position].strip()
            if column in self.layout.passed_over:
                continue
            if column not in self.layout.columns:
                raise FileFault(_("This column is not known. Remove it, or correct its name."), line=1, column=name)
            if column in self.columns[:position]:
                raise FileFault(_("This column is in the header twice."), line=1, column=name)
        for column in self.layout.columns:
            if column not in self.columns and column not in self.layout.optional:
                raise FileFault(_("This column is missing."), line=1, column=column)


def _why(error: csv.Error) -> str:
    if "field larger" in str(error):
        return _("A field of this line is longer than any field may be.")
    return _("From this line on the text cannot be taken apart: a quotation mark is opened and never closed.")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().strip("\ufeff").lower().replace(" ", "_")


def _encoding(path: Path) -> str:
    """Return how the file is to be decoded. FileFault for what is no complete text."""
    if path.is_dir():
        raise FileFault(_("This is a folder."))
    try:
        is_utf8, has_letters = _look_through(path)
    except OSError as error:
        raise FileFault(_("The file cannot be opened: %s.") % error.strerror) from None
    if is_utf8:
        _refuse_broken_before(path)
        return "utf-8-sig"
    if has_letters:
        raise FileFault(_("The file is UTF-8 but damaged: save it anew as UTF-8."), line=_first_broken_line(path))
    _refuse_other_code_pages(path)
    return "cp1252"


def _look_through(path: Path) -> tuple[bool, bool]:
    """Tell whether the whole file is UTF-8, and whether some letter beyond ASCII was read as UTF-8 at all."""
    decoder, has_letters, is_utf8, last = codecs.getincrementaldecoder("utf-8-sig")(), False, True, b""
    for chunk in _chunks(path):
        last = chunk
        if is_utf8:
            try:
                has_letters |= not decoder.decode(chunk).isascii()
            except UnicodeDecodeError as error:
                is_utf8, has_letters = False, has_letters or not chunk[: error.start].isascii()
    if not last.endswith((b"\n", b"\r")):
        raise FileFault(
            _("The last line does not end: the file seems to be cut off. If it is complete, add a line end.")
        )
    return is_utf8 and not decoder.getstate()[0], has_letters


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of the file in pieces. FileFault for an empty one, and for one that is no text."""
    is_empty, without_end = True, 0
    with path.open("rb") as binary:
        while chunk := binary.read(CHUNK):
            without_end = 0 if b"\n" in chunk or b"\r" in chunk else without_end + len(chunk)
            if without_end > LONGEST_LINE:
                raise FileFault(_("A line of this file is longer than any line may be."))
            if _CONTROL.search(chunk):
                raise FileFault(_("This is no text file: neither CSV in UTF-8 nor in Windows-1252."))
            is_empty = False
            yield chunk
    if is_empty:
        raise FileFault(_("The file is empty."))


def _first_broken_line(path: Path) -> int:
    with path.open("rb") as binary:
        for number, line in enumerate(binary, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0


def _refuse_broken_before(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as text:
        for number, line in enumerate(text, start=1):
            if not line.isascii() and _BROKEN_BEFORE.search(line):
                raise FileFault(
                    _("Letters were lost before the file came here, as in Ã¤ for ä: export it anew as UTF-8."),
                    line=number,
                )


def _refuse_other_code_pages(path: Path) -> None:
    """Judge the whole file: one that has å, ä or ö where they belong may have any other sign beside them."""
    suspicious, is_finnish = 0, False
    with path.open("rb") as binary:
        for number, line in enumerate(binary, start=1):
            try:
                text = line.decode("cp1252")
            except UnicodeDecodeError:
                raise FileFault(
                    _("The text is neither UTF-8 nor Windows-1252: save it as UTF-8."), line=number
                ) from None
            is_finnish = is_finnish or _FINNISH_LETTERS.search(text) is not None
            if not suspicious and _OF_ANOTHER_CODE_PAGE.search(text):
                suspicious = number
    if suspicious and not is_finnish:
        text = _("The letters seem to be of another code page: save the file as UTF-8.")
        raise FileFault(text, line=suspicious)
