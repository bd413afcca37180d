"""The sheets that are read back: cover, units, categories, quotas with duties, counts by month."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from models.enums import Cadence, DutyKind
from services.core.exporting.values import ExportedQuota, ExportedUnit, OfficeYear, Span, Sums
from services.core.printing import HeadCell, Joined, PrintedCell, PrintedTable, simple_head
from services.core.sheets import export_words as words

ROWS_OF_A_SHEET = 4_900  # below what is read of one at most
COLUMNS_OF_A_SHEET = 90
_TEXT_WIDTH, _NAME_WIDTH, _FIGURE_WIDTH = 24, 16, 8

T = TypeVar("T")

QuotaColumn = tuple[str, Cadence]
DutyColumn = tuple[str, DutyKind]


def in_parts(rows: Sequence[T], size: int) -> list[Sequence[T]]:
    """Cut rows into parts of at most a size, in order."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def cover(
    office: str, span: Span, made_at: str, sheets: Sequence[tuple[str, int]], notes: Sequence[str]
) -> PrintedTable:
    """Say what a workbook is: which format, whose, of when, and how many rows each sheet has."""
    said: list[tuple[PrintedCell, ...]] = [
        (words.FORMAT_LABEL, words.FORMAT),
        (words.OFFICE_LABEL, office),
        (words.PERIOD_LABEL, span.words),
        (words.YEAR_LABEL, span.year),
        (words.MADE_LABEL, made_at),
    ]
    rows = tuple((name, count) for name, count in sheets)
    return PrintedTable(
        words.COVER,
        words.cover_title(office, span.words),
        simple_head(*words.COVER_HEADS),
        (_NAME_WIDTH, 30),
        (*said, *rows),
        footnotes=tuple(notes),
    )


def unit_table(units: Sequence[ExportedUnit]) -> PrintedTable:
    """List the units in official order, with their other names and their ends."""
    rows = tuple(
        (one.number, one.name, one.division, "\n".join(one.aliases) or None, one.ended_at or None, one.into)
        for one in units
    )
    return PrintedTable(
        words.UNITS,
        "",
        simple_head(*words.UNIT_HEADS),
        (6, _NAME_WIDTH, 10, _NAME_WIDTH, 14, _NAME_WIDTH),
        tuple(tuple(cell or None for cell in row) for row in rows),
    )


def category_table(office: OfficeYear) -> PrintedTable:
    """List the categories in order, with the heads they stand under."""
    rows = tuple((one.name, one.division or None) for one in office.categories)
    return PrintedTable(
        words.CATEGORIES, "", simple_head(*words.CATEGORY_HEADS), (_NAME_WIDTH, _NAME_WIDTH), rows
    )


def quota_tables(office: OfficeYear) -> Iterator[PrintedTable]:
    """Print what each unit owes as offices do: 2条/月, "–"; duties are joined over the units they bind."""
    quotas = {(one.unit, one.category, one.cadence): one for one in office.quotas}
    duties = {(one.unit, one.heading, one.kind): one.text for one in office.duties}
    owed = {(one.category, one.cadence) for one in office.quotas}
    columns: list[QuotaColumn | DutyColumn] = [
        (category.name, cadence)
        for category in office.categories
        for cadence in Cadence
        if (category.name, cadence) in owed
    ]
    columns += dict.fromkeys((one.heading, one.kind) for one in office.duties)
    bound = {unit for unit, *_ in (*quotas, *duties)}
    units = [unit for unit in office.units if not unit.ended_at or unit.name in bound]
    divisions = {one.name: one.division for one in office.categories}
    for part in in_parts(columns, COLUMNS_OF_A_SHEET):
        for some in in_parts(units, ROWS_OF_A_SHEET):
            cells = [[_owed(unit.name, column, quotas, duties) for column in part] for unit in some]
            rows = tuple(
                (unit.number or None, unit.name, *row) for unit, row in zip(some, cells, strict=True)
            )
            yield PrintedTable(
                words.QUOTAS,
                words.quota_title(office.organisation, office.year),
                _quota_head(part, divisions),
                (6, _NAME_WIDTH, *(_width(column) for column in part)),
                rows,
                joined=tuple(_joined_duties(part, cells)),
            )


def _owed(
    unit: str,
    column: QuotaColumn | DutyColumn,
    quotas: dict[tuple[str, str, Cadence], ExportedQuota],
    duties: dict[tuple[str, str, DutyKind], str],
) -> str | None:
    name, kind = column
    if isinstance(kind, DutyKind):
        return duties.get((unit, name, kind))
    quota = quotas.get((unit, name, kind))
    if quota is None:
        return None
    return words.quota_text(quota.target, kind, is_per_account=quota.is_per_account)


def _width(column: QuotaColumn | DutyColumn) -> int:
    return _TEXT_WIDTH if isinstance(column[1], DutyKind) else 10


def _quota_head(
    columns: Sequence[QuotaColumn | DutyColumn], divisions: dict[str, str]
) -> tuple[tuple[HeadCell, ...], ...]:
    """Print three rows of heads: the division, the category, how often; without a division two are one."""
    first = [HeadCell(words.NUMBER_HEAD, rows=3), HeadCell(words.UNIT_HEAD, rows=3)]
    second: list[HeadCell] = []
    third: list[HeadCell] = []
    for division, grouped in groupby(columns, key=lambda column: _division(column, divisions)):
        some = list(grouped)
        if division:
            first.append(HeadCell(division, columns=len(some)))
        for name, kind in some:
            (second if division else first).append(HeadCell(name, rows=1 if division else 2))
            third.append(HeadCell(words.KINDS[kind] if isinstance(kind, DutyKind) else words.EACH[kind]))
    return tuple(first), tuple(second), tuple(third)


def _division(column: QuotaColumn | DutyColumn, divisions: dict[str, str]) -> str:
    return "" if isinstance(column[1], DutyKind) else divisions.get(column[0], "")


def _joined_duties(
    columns: Sequence[QuotaColumn | DutyColumn], cells: Sequence[Sequence[str | None]]
) -> Iterator[Joined]:
    for at, column in enumerate(columns):
        if isinstance(column[1], DutyKind):
            for first, count in _runs([row[at] for row in cells]):
                yield Joined(first, at + 2, count)


def _runs(texts: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Give where the same text stands several times below each other, and how often."""
    first = 0
    for text, run in groupby(texts):
        count = len(list(run))
        if text is not None and count > 1:
            yield first, count
        first += count


def count_tables(office: OfficeYear, months: Sequence[int]) -> Iterator[PrintedTable]:
    """Print what was counted, a line for each unit and category that has anything; "0" is not blank.

    What was accepted and the mistakes have columns where they say something that the count does not.
    """
    order = {one.name: at for at, one in enumerate(office.units)}
    then = {one.name: at for at, one in enumerate(office.categories)}
    lines = sorted(
        ((place, by_month) for place, by_month in office.counts.items() if by_month.keys() & set(months)),
        key=lambda line: (order[line[0][0]], then[line[0][1]]),
    )
    columns = [
        (month, which, words.month_head(month, what))
        for month in months
        for which, what in enumerate((words.COUNTED, words.ACCEPTED, words.ERRORS))
        if which == 0 or _is_told((by_month.get(month) for _, by_month in lines), which)
    ]
    for some in in_parts(lines, ROWS_OF_A_SHEET) or [()]:
        rows = tuple(
            (
                *place,
                *(None if month not in by_month else by_month[month][which] for month, which, _ in columns),
            )
            for place, by_month in some
        )
        yield PrintedTable(
            words.COUNTS,
            "",
            simple_head(*words.COUNT_HEADS, *(head for _, _, head in columns)),
            (_NAME_WIDTH, _NAME_WIDTH, *([_FIGURE_WIDTH] * len(columns))),
            rows,
        )


def _is_told(sums: Iterable[Sums | None], which: int) -> bool:
    """Tell whether what was accepted differs from the count anywhere, or there are any mistakes."""
    if which == 1:
        return any(each is not None and each[1] != each[0] for each in sums)
    return any(each is not None and each[2] for each in sums)
