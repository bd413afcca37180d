"""What the model speaks of: reports and the places they count in, reviews, evidence, and what people do."""

import datetime as dtm
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Name = tuple[str, int]
"""A message: by whom, and its number."""


class Place(NamedTuple):
    """Where a report counts."""

    report: Name
    unit: str
    category: str
    month: dtm.date


class Line(NamedTuple):
    """What a message says of a category: to add, to set, or (a number of a page) a link, which counts 1."""

    kind: str
    number: int


@dataclass(frozen=True)
class Terms:
    """What a report was last agreed to say."""

    unit: str
    month: dtm.date
    lines: dict[str, Line]


@dataclass
class Sums:
    """What a report adds up to in one place; ``pages`` are its links, ``since`` orders the places."""

    count: int = 0
    accepted: int = 0
    errors: int = 0
    pages: set[int] = field(default_factory=set)
    since: int = 0


@dataclass
class Report:
    """A message that has counted; ``terms`` None: it was withdrawn."""

    name: Name
    terms: Terms | None
    sums: dict[Place, Sums] = field(default_factory=dict)

    @property
    def left(self) -> list[Place]:
        """List where it still counts: a link that was put in the place of a number counts by itself."""
        return [place for place, sums in self.sums.items() if sums.count]


class Tally(NamedTuple):
    """What a unit's reports of a category and month add up to."""

    counted: int
    accepted: int
    errors: int


class Step(NamedTuple):
    """One row of a review's history."""

    version: int
    state: str
    counted: int
    accepted: int
    errors: int
    reason: str


@dataclass
class Review:
    """How a report stands in one place; ``decided`` is by which reviewer and when, None if by no decision."""

    steps: list[Step]
    asked_at: dtm.datetime
    decided: tuple[str, dtm.datetime] | None = None

    @property
    def now(self) -> Step:
        """Give how it stands."""
        return self.steps[-1]


@dataclass
class Exhibit:
    """One file or link that was sent: with which message, for which report, and what it is of."""

    source: Name
    report: Name
    state: str
    kind: str
    unit: str | None = None
    month: dtm.date | None = None
    page: int | None = None


class Shown(NamedTuple):
    """A review as somebody was shown it."""

    place: Place
    version: int


Answer = tuple[Any, ...]
"""What came of a call: a word, and what is shown besides."""


@dataclass(frozen=True)
class Call:
    """What a person does, named so that it means the same whatever happens meanwhile."""

    kind: str
    person: str
    given: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Tell it in words."""
        return f"{self.person} {self.kind} " + " ".join(f"{key}={value}" for key, value in self.given.items())
