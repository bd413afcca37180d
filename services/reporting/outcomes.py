"""What comes of a report: it counts, or something has to be asked first."""

import datetime as dtm
from dataclasses import dataclass

from models.enums import Platform
from services.core.drafts import Draft, Terms
from services.core.links import Link
from services.core.period import Period
from services.facts.doubts import KnownPage
from services.facts.openings import Opening
from services.office.organisations import UnitRef
from services.reporting.receipts import Receipt


@dataclass(frozen=True, slots=True)
class WhichUnit:
    """Which unit is meant: one of ``units``, or (none) one to be named. ``text`` is a name that fits none."""

    draft: Draft
    units: tuple[UnitRef, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A category to choose; ``missing`` is what the unit still owes of it, 0 where nobody counts."""

    category_id: int
    name: str
    missing: int = 0


@dataclass(frozen=True, slots=True)
class WhichCategory:
    """Which category a line means; ``is_ambiguous`` where the text fits each of the choices."""

    draft: Draft
    at: int
    unit: UnitRef
    choices: tuple[Choice, ...]
    text: str = ""
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """A media account to choose."""

    account_id: int
    platform: Platform
    name: str


@dataclass(frozen=True, slots=True)
class WhichAccount:
    """Which of the unit's media accounts a category is counted for."""

    draft: Draft
    unit: UnitRef
    category_id: int
    category: str
    choices: tuple[AccountChoice, ...]


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many a line means."""

    draft: Draft
    at: int
    unit: UnitRef
    category: str


@dataclass(frozen=True, slots=True)
class WhichMonth:
    """Last month or this one; asked while a report may well mean either."""

    draft: Draft
    months: tuple[Period, Period]


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """The same was reported for the unit a few minutes ago, in the message that ``earlier`` counts under."""

    draft: Draft
    unit: UnitRef
    earlier: str


@dataclass(frozen=True, slots=True)
class SoMany:
    """A count far beyond what is usual (half of ``twice_usual``), or where nobody knows what is."""

    draft: Draft
    at: int
    category: str
    count: int
    twice_usual: int | None


@dataclass(frozen=True, slots=True)
class KnownElsewhere:
    """Pages that another unit has reported; their names are for those who may see that unit's figures."""

    draft: Draft
    pages: tuple[KnownPage, ...]
    names_units: bool


Question = (
    WhichUnit | WhichCategory | WhichAccount | HowMany | WhichMonth | SaidBefore | SoMany | KnownElsewhere
)


@dataclass(frozen=True, slots=True)
class Received:
    """The report counts."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class NothingNew:
    """Nothing was left to count: every page of it counts already, or was left out."""

    unit: UnitRef
    skipped: tuple[KnownPage, ...]
    left_out: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadyReceived:
    """The message has counted before, or was withdrawn: another press finishes nothing twice."""

    opening: Opening


Outcome = Question | Received | NothingNew | AlreadyReceived


@dataclass(frozen=True, slots=True)
class Reset:
    """A count that a report has set: what it is, and what it would be without the report."""

    category: str
    now: int
    without: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A report that still counts: for whom, which month, when it came (local), what is left by category.

    ``counts`` are what it added, ``resets`` what it set.
    """

    opening: Opening
    unit: UnitRef
    month: Period
    reported_at: dtm.datetime
    counts: tuple[tuple[str, int], ...]
    resets: tuple[Reset, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What an edit would change: what was said, what is said now, and the categories' names."""

    draft: Draft
    unit: UnitRef
    old: Terms
    new: Terms
    names: dict[int, str]
