"""What the components are given: plain frozen values that a view makes and a template shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = str


class Tone(StrEnum):
    """The five tones (screens.md 6.4). A tone is never alone: an icon and a word stand beside it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    ATTENTION = "attention"
    STOP = "stop"
    SECRET = "secret"

    @property
    def icon(self) -> str:
        return _ICON_OF[self]


_ICON_OF = {
    Tone.NEUTRAL: "dot",
    Tone.GOOD: "check",
    Tone.ATTENTION: "alert",
    Tone.STOP: "stop",
    Tone.SECRET: "lock",
}


@dataclass(frozen=True)
class Link:
    """Where a component leads: a page, and the words of the link or button."""

    url: str
    label: Words


@dataclass(frozen=True)
class Notice:
    """One of the banners of a page."""

    tone: Tone
    title: Words
    text: Words = ""
    action: Link | None = None


@dataclass(frozen=True)
class Event:
    """One line of a timeline. `when` with a time shows it; `who` is the clerk who acted."""

    when: date | datetime
    what: Words
    who: str = ""
    detail: Words = ""
    tone: Tone = Tone.NEUTRAL
    link: Link | None = None

    @property
    def has_time(self) -> bool:
        return isinstance(self.when, datetime)


@dataclass(frozen=True)
class Difference:
    """One row of a diff table: a field, what it is and what it becomes. Empty text means: nothing there."""

    label: Words
    before: Words
    after: Words

    @property
    def differs(self) -> bool:
        return str(self.before) != str(self.after)


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One step of a task; a later step may open for reading and says in `note` what it waits for."""

    label: Words
    state: StepState
    note: Words = ""
    url: str = ""


@dataclass(frozen=True)
class PersonOption:
    """A person as a picker lists them: enough to tell two of the same name apart.

    `token` is what the form sends: the UUID or a signed word, never the number or the name.
    """

    token: str
    name: str
    number: str
    place: Words = ""
    matched: Words = ""


@dataclass(frozen=True)
class Sealed:
    """A masked value and the address that opens it: POST there shows it, GET hides it again (`office/sealing.py`).

    `name` is unique on the page. `opened` holds the value while it is shown, `refusal` why it cannot be.
    """

    name: str
    label: Words
    masked: str
    url: str = ""
    opened: str = ""
    refusal: Words = ""
    seconds: int = field(default=60)
