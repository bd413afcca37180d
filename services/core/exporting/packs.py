"""What an evidence pack holds: which report's files stand where, and the rows of its index."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services.core.exporting import pack_words as words
from services.core.exporting.pack_names import STEM_LENGTH, FreeNames, safe_name
from services.core.numbers import half_up
from services.core.printing import PrintedCell, PrintedTable, simple_head

T = TypeVar("T")

Row = tuple[PrintedCell, ...]
Key = tuple[int, int, int, dtm.date]
"""Where a report counts: unit, category, account (0 for none), month."""

_WIDTHS = (3, 7, 7, 4, 5, 3, 3, 3, 4, 6, 3, 16, 3, 16, 4, 16, 6, 7)
_PART_AT = words.HEADS.index(words.PART)


class PackOf(StrEnum):
    """Whose evidence a pack holds."""

    UNIT = "unit"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class PackedLine:
    """What one report counts for in one place; ``state`` None where it was accepted at once.

    ``unit_order`` and ``category_order`` are the office's own; ``account`` is a name, "" for none.
    """

    opening: str
    key: Key
    unit: str
    unit_order: int
    category: str
    category_order: int
    account: str
    count: int
    accepted: int
    errors: int
    state: ReviewState | None
    reported_at: dtm.datetime
    first_id: int

    @property
    def month(self) -> str:
        """Write its month: 2024-03."""
        return f"{self.key[3]:%Y-%m}"


@dataclass(frozen=True, slots=True)
class PackedExhibit:
    """A picture or document as it is kept, ``digest`` that of what was sent, or a link sent in reply."""

    opening: str
    unit_id: int | None
    category_id: int | None
    month_on: dtm.date | None
    kind: EvidenceKind
    state: EvidenceState
    stored_name: str
    name: str
    size: int
    digest: str
    taken_on: dtm.date | None
    address: str = ""

    @property
    def shown_address(self) -> str:
        """Give a link's address as long as it is evidence, "" for none."""
        return self.address if self.state is EvidenceState.KEPT else ""

    @property
    def has_file(self) -> bool:
        """Tell whether it has a file to be packed."""
        return self.state is EvidenceState.KEPT and bool(self.stored_name)

    def was_withdrawn_from(self, line: PackedLine) -> bool:
        """Tell whether it was taken back together with what a line had counted for."""
        unit_id, category_id, _, month_on = line.key
        return (
            self.state is EvidenceState.WITHDRAWN
            and (self.unit_id, self.month_on) == (unit_id, month_on)
            and self.category_id in {None, category_id}
        )


@dataclass(frozen=True, slots=True)
class PackedLink:
    """A page that a report counts for in one place."""

    opening: str
    key: Key
    address: str


@dataclass(frozen=True, slots=True)
class Piece:
    """An exhibit of a report with its path in the pack, "" where there is no file; ``remark`` says why."""

    exhibit: PackedExhibit
    path: str
    remark: str


@dataclass(frozen=True, slots=True)
class PackedReport:
    """A report with all its evidence, under the number that its files begin with."""

    number: int
    lines: tuple[PackedLine, ...]
    pieces: tuple[Piece, ...]
    links: Mapping[Key, tuple[str, ...]]

    @property
    def is_bare(self) -> bool:
        """Tell whether it counts and has nothing to show."""
        is_shown = any(piece.path or piece.exhibit.shown_address for piece in self.pieces) or any(
            self.links.values()
        )
        return not is_shown and any(line.count for line in self.lines)


@dataclass(frozen=True, slots=True)
class PackCount:
    """How much a pack holds; ``bare`` reports have nothing to show, ``lost`` files were to be there."""

    reports: int
    pictures: int
    documents: int
    links: int
    bare: int
    owed: int = 0
    purged: int = 0
    withdrawn: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the files: the part in which each stands, by path; one that is lost is in none."""

    parts: int
    part_of: Mapping[str, int] = field(default_factory=dict)


def arrange(
    lines: Iterable[PackedLine],
    exhibits: Iterable[PackedExhibit],
    links: Iterable[PackedLink],
    of: PackOf,
) -> tuple[PackedReport, ...]:
    """Put reports in order and number them: by folder, month and when they were reported.

    Folders are the categories in a unit's pack, the units in a category's; a report of several categories
    has its files once, in a folder for such. What counts no more is there only where evidence went with it.
    """
    sent, pages = defaultdict[str, list[PackedExhibit]](list), defaultdict[str, list[PackedLink]](list)
    for exhibit in exhibits:
        sent[exhibit.opening].append(exhibit)
    for link in links:
        pages[link.opening].append(link)
    told = defaultdict[str, list[PackedLine]](list)
    for line in lines:
        if line.count or any(each.was_withdrawn_from(line) for each in sent[line.opening]):
            told[line.opening].append(line)
    naming = _Naming(of)
    return tuple(
        _report(number, told[opening], sent[opening], pages[opening], naming)
        for number, opening in enumerate(sorted(told, key=lambda each: _order(told[each], of)), start=1)
    )


def _order(lines: Sequence[PackedLine], of: PackOf) -> tuple[object, ...]:
    first = min(lines, key=lambda line: (line.category_order, line.first_id))
    if of is PackOf.CATEGORY:
        return first.unit_order, first.key[0], first.key[3], first.first_id
    is_several = len({line.key[1] for line in lines}) > 1
    return is_several, 0 if is_several else first.category_order, first.key[3], first.first_id


class _Naming:
    """Gives folders and files their names."""

    def __init__(self, of: PackOf) -> None:
        self._of = of
        self._folders = FreeNames()
        self._folders.of(None, words.SEVERAL)
        self._first: dict[str, str] = {}

    def folder(self, lines: Sequence[PackedLine]) -> str:
        """Give the folder of a report's files: 动态通知类/2024-03."""
        first, categories = lines[0], {line.key[1] for line in lines}
        if self._of is PackOf.CATEGORY:
            name = self._folders.of(first.key[0], first.unit)
        elif len(categories) > 1:
            name = self._folders.of(None, words.SEVERAL)
        else:
            name = self._folders.of(first.key[1], first.category)
        return f"{name}/{first.month}"

    def remark(self, exhibit: PackedExhibit, file: str) -> str:
        """Say that an exhibit has no file, or that its like stands in the pack already."""
        if not exhibit.has_file:
            return words.REMARKS[exhibit.state]
        first = self._first.setdefault(exhibit.digest, file)
        return "" if first == file else words.same_as(first)


def _report(
    number: int,
    lines: Sequence[PackedLine],
    exhibits: Sequence[PackedExhibit],
    links: Sequence[PackedLink],
    naming: _Naming,
) -> PackedReport:
    ordered = tuple(sorted(lines, key=lambda line: (line.category_order, line.first_id)))
    folder, counted, pieces = naming.folder(ordered), defaultdict[EvidenceKind, int](int), []
    for exhibit in exhibits:
        counted[exhibit.kind] += 1
        file = _file_name(number, counted[exhibit.kind], exhibit)
        path = f"{folder}/{file}" if exhibit.has_file else ""
        pieces.append(Piece(exhibit, path, naming.remark(exhibit, file)))
    addresses = {line.key: tuple(link.address for link in links if link.key == line.key) for line in ordered}
    return PackedReport(number, ordered, tuple(pieces), addresses)


def _file_name(number: int, place: int, exhibit: PackedExhibit) -> str:
    stem, ending = "", exhibit.stored_name.rpartition(".")[2]
    if exhibit.kind is EvidenceKind.DOCUMENT and (own := exhibit.name.rpartition(".")[0]):
        stem = f"-{safe_name(own, STEM_LENGTH)}"
    return f"{number:04}-{words.KINDS[exhibit.kind]}{place}{stem}.{ending}"


def count(reports: Iterable[PackedReport], outcome: Outcome) -> PackCount:
    """Count what came into a pack, and what did not."""
    reports = tuple(reports)
    pieces = [piece for report in reports for piece in report.pieces]
    packed = [piece.exhibit.kind for piece in pieces if piece.path in outcome.part_of]
    states = [piece.exhibit.state for piece in pieces]
    return PackCount(
        reports=sum(any(line.count for line in report.lines) for report in reports),
        pictures=packed.count(EvidenceKind.PICTURE),
        documents=packed.count(EvidenceKind.DOCUMENT),
        links=sum(len(each) for report in reports for each in report.links.values())
        + sum(bool(piece.exhibit.shown_address) for piece in pieces),
        bare=sum(report.is_bare for report in reports),
        owed=states.count(EvidenceState.OWED),
        purged=states.count(EvidenceState.PURGED),
        withdrawn=states.count(EvidenceState.WITHDRAWN),
        lost=sum(bool(piece.path) and piece.path not in outcome.part_of for piece in pieces),
    )


def index_table(title: str, note: str, notes: Sequence[str], outcome: Outcome) -> PrintedTable:
    """Begin the index; where there are several parts it says in which a file is."""
    heads, widths = _without_part(words.HEADS, outcome), _without_part(_WIDTHS, outcome)
    return PrintedTable(
        words.INDEX, title, simple_head(*heads), widths, (), note=note, footnotes=tuple(notes)
    )


def index_rows(report: PackedReport, outcome: Outcome) -> Iterator[Row]:
    """Give a report's rows: one for each line and each piece or link, its figures in the line's first."""
    for line in report.lines:
        shown = [*(_of_piece(piece, outcome) for piece in report.pieces)]
        shown += [_of_link(address) for address in report.links[line.key]]
        for at, cells in enumerate(shown or [_NOTHING]):
            figures = (line.count, line.accepted, line.errors) if at == 0 else (None, None, None)
            place = report.number, line.unit, line.category, line.month, line.account or None
            state = words.STATES[line.state if line.count else ReviewState.WITHDRAWN]
            reported_at = f"{line.reported_at:%Y-%m-%d %H:%M}"
            yield _without_part((*place, *figures, state, reported_at, *cells), outcome)


_NOTHING: Row = (words.NOTHING, None, None, None, None, None, None, None)


def _of_link(address: str) -> Row:
    return words.KINDS[EvidenceKind.LINK], None, None, address, None, None, None, None


def _of_piece(piece: Piece, outcome: Outcome) -> Row:
    exhibit, part = piece.exhibit, outcome.part_of.get(piece.path)
    taken_on = exhibit.taken_on.isoformat() if exhibit.taken_on else None
    kind = words.KINDS[exhibit.kind]
    if part is None:
        remark = words.LOST if piece.path else piece.remark or None
        return kind, None, None, exhibit.shown_address or None, None, None, taken_on, remark
    size = half_up(Decimal(exhibit.size) / 1024, 1)
    digest = exhibit.stored_name.partition(".")[0]
    return kind, piece.path, part, None, size, digest, taken_on, piece.remark or None


def _without_part(cells: tuple[T, ...], outcome: Outcome) -> tuple[T, ...]:
    return cells if outcome.parts > 1 else (*cells[:_PART_AT], *cells[_PART_AT + 1 :])
