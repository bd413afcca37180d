"""What the model speaks of: places and facts, messages that count, drafts, and what people must be told."""

import datetime as dtm
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.prove.machine.words import Line, Said, Terms

NO_LINE = (Line(None, None),)

Name = tuple[int, int]
"""A message: its chat and its number there."""


class Place(NamedTuple):
    """Where something is counted; ``page`` 0 for a number."""

    unit: str
    category: str
    month: dtm.date
    page: int


@dataclass(frozen=True)
class Fact:
    """A row that the ledger must have; ``by`` is the message or the press that its source is called after."""

    opening: Name
    place: Place
    count: int
    is_late: bool
    member: int
    by: Name
    at: dtm.datetime


@dataclass
class Opening:
    """A message that has counted. ``terms`` None: it was withdrawn."""

    name: Name
    member: int
    at: dtm.datetime
    terms: Terms | None
    parts: dict[Place, int] = field(default_factory=dict)

    @property
    def left(self) -> dict[Place, int]:
        """Give what it still counts for."""
        return {place: count for place, count in self.parts.items() if count}


@dataclass(frozen=True)
class Draft:
    """A report on its way, as the question that it led to carries it."""

    opening: Name
    said_on: dtm.date
    said: Said
    unit: str | None = None
    month: dtm.date | None = None
    lines: tuple[Line, ...] | None = None
    answered: frozenset[str] = frozenset()
    revises: Terms | None = None

    def with_line(self, at: int, line: Line) -> "Draft":
        """Say one line anew."""
        lines = [*(self.lines or ())]
        lines[at] = line
        return replace(self, lines=tuple(lines), answered=self.answered - {"is_so_many"})


@dataclass(frozen=True)
class Changed:
    """A receipt's line: the category, what it added, and what is counted now."""

    category: str
    difference: int
    after: int


@dataclass(frozen=True)
class Answer:
    """What the person must see: the text's key ("" is silence, None is anything), and what it carries.

    ``asks`` is what the next message answers: a line ("report.line", at) or the unit ("report.unit_name", 0).
    """

    key: str | None
    draft: Draft | None = None
    opening: Name | None = None
    asks: tuple[str, int] | None = None
    changes: tuple[Changed, ...] = ()
    unit: str = ""
    month: dtm.date | None = None
    is_late: bool = False
    is_alert: bool = False
    is_asked_again: bool = False


class Asked(Exception):
    """Something has to be asked first."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.key)
        self.answer = answer


class Turn(NamedTuple):
    """Who does something, by which message or press, in which organisation's group if in one."""

    person: int
    by: Name
    group_of: str | None
