"""What a measure found, in a form that a person and a program can read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One measure: a figure with its unit, a ratio, and the limit that it is held to (none: only reported)."""

    name: str
    figure: float
    unit: str
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        if self.ratio is None:
            return True
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )

    @property
    def limit(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else "reported"

    def as_json(self) -> dict[str, Any]:
        kept = {name: value for name, value in asdict(self).items() if name not in {"at_least", "at_most"}}
        return {**kept, "limit": self.limit, "holds": self.holds}

    def in_words(self) -> str:
        ratio = f"{self.ratio:8.3f}" if self.ratio is not None else " " * 8
        verdict = "holds" if self.holds else "FAILS"
        return f"{self.name:<62} {self.figure:>12,.1f} {self.unit:<12} ratio {ratio}  limit {self.limit:<10} {verdict}"
