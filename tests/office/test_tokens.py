"""The colours can be read: text 4.5:1 and borders of fields 3:1, light and dark (screens.md 6.4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

OFFICE = Path(__file__).resolve().parents[2] / "static" / "office"
SOURCE = (OFFICE / "tokens.css").read_text()
TONES = ("neutral", "good", "attention", "stop", "secret")
TEXT = [
    *((ink, ground) for ink in ("ink", "quiet", "link") for ground in ("page", "surface", "sunken")),
    *((f"{tone}-ink", tone) for tone in TONES),
    ("on-accent", "accent"),
    ("on-accent", "accent-over"),
    ("on-danger", "danger"),
    ("on-danger", "danger-over"),
    ("bar-ink", "bar"),
    ("bar-ink", "bar-over"),
    ("bar-quiet", "bar"),
    ("ink", "bar-field"),
]
EDGES = [
    *((edge, ground) for edge in ("edge", "focus") for ground in ("page", "surface")),
    ("bar-focus", "bar"),
]


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", block))


LIGHT_BLOCK, DARK_BLOCK = SOURCE.split("@media (prefers-color-scheme: dark)", 1)
LIGHT = _colours(LIGHT_BLOCK)
DARK = LIGHT | _colours(DARK_BLOCK.split("@media", 1)[0])
SCHEMES = {"light": LIGHT, "dark": DARK}


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_four_and_a_half_to_one(scheme: str, ink: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5, f"--{ink} on --{ground} in {scheme}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_borders_of_fields_and_the_focus_have_three_to_one(scheme: str, edge: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[edge], colours[ground]) >= 3, f"--{edge} on --{ground} in {scheme}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_search_field_stands_out_from_the_bar(scheme: str) -> None:
    colours = SCHEMES[scheme]
    assert max(contrast(colours[part], colours["bar"]) for part in ("edge", "bar-field")) >= 3


def test_the_dark_scheme_says_every_colour_of_its_own() -> None:
    assert set(LIGHT) == set(_colours(DARK_BLOCK.split("@media", 1)[0]))


def test_nothing_else_names_a_colour() -> None:
    """Except pdf.css: paper is black on white whatever the screen."""
    named = re.compile(
        r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(|:\s*(?:white|black|red)\b"
    )
    others = {path for path in OFFICE.glob("*.css") if path.name not in {"tokens.css", "pdf.css"}}
    found = {f"{path.name}: {match[0]}" for path in others for match in named.finditer(path.read_text())}
    assert found == set()
