"""What a sheet would change: its understanding held against what is stored, as values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from models.enums import Cadence, DutyKind
from services.core.sheets.understanding import (
    CountCell,
    SheetCategory,
    Understanding,
    UnitAlias,
    UnitEnding,
    UnitRow,
)
from services.core.text import fold

QuotaKey = tuple[str, str, Cadence]
"""Unit name, category name, cadence."""
QuotaValue = tuple[int | None, bool]
"""Target (None: exempt) and whether it is per account."""
CountKey = tuple[str, str, int]
"""Unit name, category name, month."""
Sums = tuple[int, int, int]
"""How many were submitted, how many of them accepted (审发), and the mistakes found (错情)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What an organisation has already, for the sheet's year. Units are keyed by their stored name.

    ``reported`` are the counts that people had a part in, not only sheets; ``aliases`` are pairs of a unit
    and another name of it.
    """

    units: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    quotas: Mapping[QuotaKey, QuotaValue] = field(default_factory=dict)
    duties: Mapping[tuple[str, str], tuple[str, DutyKind]] = field(default_factory=dict)
    counts: Mapping[CountKey, Sums] = field(default_factory=dict)
    reported: Collection[CountKey] = ()
    aliases: Collection[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class QuotaChange:
    """A quota to be stored; ``before`` is None for a new one."""

    key: QuotaKey
    after: QuotaValue
    before: QuotaValue | None
    address: str


@dataclass(frozen=True, slots=True)
class DutyChange:
    """A duty to be stored or reworded."""

    unit: str
    heading: str
    kind: DutyKind
    text: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class CountChange:
    """A month's sums to be set; ``before`` is None where nothing has been counted.

    ``is_reported``: people have reported some of what is there, and the sheet says otherwise. ``is_split``:
    it is the sum of what the same file has account by account, which is stored instead.
    """

    key: CountKey
    after: Sums
    before: Sums | None
    address: str
    is_reported: bool = False
    is_split: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that saving the sheet would do; all empty when it says what is stored already."""

    units: tuple[UnitRow, ...]
    categories: tuple[SheetCategory, ...]
    quotas: tuple[QuotaChange, ...]
    duties: tuple[DutyChange, ...]
    counts: tuple[CountChange, ...]
    aliases: tuple[UnitAlias, ...] = ()
    endings: tuple[UnitEnding, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to save."""
        own = self.units, self.categories, self.quotas, self.duties, self.counts
        return not any((*own, self.aliases, self.endings))

    @property
    def differences(self) -> tuple[QuotaChange | DutyChange | CountChange, ...]:
        """List what is there already and would become something else; what is new is not among them."""
        quotas = (one for one in self.quotas if one.before is not None)
        duties = (one for one in self.duties if not one.is_new)
        counts = (one for one in self.counts if one.before is not None)
        return (*quotas, *duties, *counts)


def compare(understanding: Understanding, stored: Stored) -> Changes:
    """Return what the sheet says and the stored rows do not.

    Units have their stored names already; a category is known by its name, however wide or spaced it is
    written. What the sheet does not mention stays as it is.
    """
    names = {row.position: row.name for row in understanding.units}
    categories = {fold(name): name for name in stored.categories}
    understanding = _renamed(understanding, categories)
    return Changes(
        units=tuple(row for row in understanding.units if names[row.position] not in stored.units),
        categories=tuple(one for one in understanding.categories if one.name not in stored.categories),
        quotas=_quotas(understanding, stored, names),
        duties=_duties(understanding, stored, names),
        counts=_counts(understanding, stored, names),
        aliases=tuple(one for one in understanding.aliases if (one.unit, one.name) not in stored.aliases),
        endings=tuple(one for one in understanding.endings if _is_to_end(one, stored)),
    )


def after_saving(stored: Stored, changes: Changes) -> Stored:
    """Give what is stored once changes to another year are saved: what belongs to no year is there then."""
    return replace(
        stored,
        units={**dict.fromkeys((one.name for one in changes.units), 0), **stored.units},
        categories={**dict.fromkeys((one.name for one in changes.categories), 0), **stored.categories},
        duties={**stored.duties, **{(one.unit, one.heading): (one.text, one.kind) for one in changes.duties}},
        aliases={*stored.aliases, *((one.unit, one.name) for one in changes.aliases)},
    )


def _is_to_end(ending: UnitEnding, stored: Stored) -> bool:
    """Tell whether a unit is new and comes to its end at once; one that reports here goes on."""
    return ending.unit not in stored.units


def _renamed(understanding: Understanding, known: Mapping[str, str]) -> Understanding:
    """Give categories the names they have already."""

    def name_of(printed: str) -> str:
        return known.get(fold(printed), printed)

    return replace(
        understanding,
        categories=tuple(replace(one, name=name_of(one.name)) for one in understanding.categories),
        quotas=tuple(replace(one, category=name_of(one.category)) for one in understanding.quotas),
        counts=tuple(replace(one, category=name_of(one.category)) for one in understanding.counts),
        split=frozenset((unit, name_of(category), month) for unit, category, month in understanding.split),
    )


def _quotas(
    understanding: Understanding, stored: Stored, names: Mapping[int, str]
) -> tuple[QuotaChange, ...]:
    changes = []
    for cell in understanding.quotas:
        key = (names[cell.position], cell.category, cell.cadence)
        after = (cell.target, cell.is_per_account)
        before = stored.quotas.get(key)
        if before != after:
            changes.append(QuotaChange(key, after, before, cell.address))
    return tuple(changes)


def _duties(understanding: Understanding, stored: Stored, names: Mapping[int, str]) -> tuple[DutyChange, ...]:
    changes = []
    for duty in understanding.duties:
        for position in duty.positions:
            before = stored.duties.get((names[position], duty.category))
            if before != (duty.text, duty.kind):
                changes.append(
                    DutyChange(names[position], duty.category, duty.kind, duty.text, is_new=before is None)
                )
    return tuple(changes)


def _counts(
    understanding: Understanding, stored: Stored, names: Mapping[int, str]
) -> tuple[CountChange, ...]:
    changes = []
    for cell in understanding.counts:
        key = (names[cell.position], cell.category, cell.month)
        before = stored.counts.get(key)
        after = _sums(cell, before)
        if before != after:
            is_reported, is_split = key in stored.reported, key in understanding.split
            changes.append(CountChange(key, after, before, cell.address, is_reported, is_split))
    return tuple(changes)


def _sums(cell: CountCell, before: Sums | None) -> Sums:
    """Give what a month is to be; of what the sheet does not speak, as much as is there.

    Where it says nothing of what was accepted, all that it adds was.
    """
    count, accepted, errors = before or (0, 0, 0)
    accepted += cell.count - count
    return (
        cell.count,
        accepted if cell.accepted is None else cell.accepted,
        errors if cell.errors is None else cell.errors,
    )
