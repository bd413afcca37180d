"""What was owed and done, a line for each unit and category, as an office's monthly table has it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.enums import Cadence
from services.core.exporting.values import ExportedQuota, ExportedUnit, OfficeYear, Span, Sums
from services.core.numbers import NO_FIGURE, percent
from services.core.printing import Joined, Percentage, PrintedCell, PrintedTable, simple_head
from services.core.sheets import export_words as words

_MONTHS_A_YEAR = 12
_NAME_WIDTH, _FIGURE_WIDTH = 14, 9
_FIGURES = (words.PUBLISHED, words.ACCEPTED, words.ERRORS)
_MOST_RATES = 3  # of months: a year's would be twelve more columns

Terms = Mapping[Cadence, ExportedQuota]


@dataclass(frozen=True, slots=True)
class _Line:
    """A unit's category: what it owes, and what was counted in the months of the year."""

    unit: ExportedUnit
    category: str
    terms: Terms
    counts: Mapping[int, Sums]

    @property
    def monthly(self) -> int | None:
        """What a month asks for; None where no month does."""
        term = self.terms.get(Cadence.MONTHLY)
        return term.owed if term else None

    @property
    def yearly(self) -> int | None:
        """What the year asks for: its own target, else twelve times the month's."""
        term = self.terms.get(Cadence.YEARLY)
        if term is not None:
            return term.owed
        return None if self.monthly is None else self.monthly * _MONTHS_A_YEAR

    @property
    def is_exempt(self) -> bool:
        """Tell whether all that could be owed is a dash."""
        return bool(self.terms) and all(term.owed is None for term in self.terms.values())

    def count(self, months: Sequence[int], which: int = 0) -> int:
        """Add up what was counted in some months."""
        return sum(self.counts[month][which] for month in months if month in self.counts)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The months of the period with what is printed of each: count, accepted, errors, rate."""

    span: Span
    figures: tuple[tuple[int, int], ...]
    has_rates: bool
    decimals: int

    @property
    def heads(self) -> Iterator[str]:
        """Give the heads behind the targets."""
        for month in self.span.months:
            for at, which in self.figures:
                if at == month:
                    yield words.month_head(month, _FIGURES[which])
            if self.has_rates:
                yield words.rate_head(month)
        yield from (words.YEAR_DONE, words.YEAR_RATE)

    def cells(self, line: _Line) -> Iterator[PrintedCell]:
        """Give a line's figures under those heads; a month in which nothing was counted is blank."""
        for month in self.span.months:
            for at, which in self.figures:
                if at == month:
                    yield line.counts[month][which] if month in line.counts else None
            if self.has_rates:
                yield self.rate(line.count([month]), line.monthly, is_exempt=line.is_exempt)
        done = line.count(self.through)
        yield done
        yield self.rate(done, line.yearly, is_exempt=line.is_exempt)

    @property
    def through(self) -> range:
        """The months of the year through the period's last."""
        return range(1, self.span.months[-1] + 1)

    def rate(self, done: int, owed: int | None, *, is_exempt: bool) -> PrintedCell:
        """Give a percentage; "–" for a zero target or an exempt unit, blank where nothing is owed at all."""
        if owed is None:
            return NO_FIGURE if is_exempt else None
        found = percent(done, owed, digits=self.decimals)
        return NO_FIGURE if found is None else Percentage(found)


def done_table(office: OfficeYear, span: Span) -> PrintedTable:
    """Print what units owed and did in a period, with the year through its end, and the totals.

    An office with one category has it in the title, as 定南 prints its month.
    """
    lines = list(_lines(office, span))
    columns = _columns(office, span, lines)
    is_one = len(office.categories) == 1
    names = (words.NUMBER_HEAD, words.UNIT_HEAD, *([] if is_one else [words.CATEGORY_HEAD]))
    heads = (*names, words.YEARLY_TARGET, words.MONTHLY_TARGET, *columns.heads)
    subject = office.categories[0].name if is_one else words.ALL_CATEGORIES
    rows = tuple(
        (
            line.unit.number or None,
            line.unit.name,
            *([] if is_one else [line.category]),
            _target(line.yearly, line),
            _target(line.monthly, line, Cadence.MONTHLY),
            *columns.cells(line),
        )
        for line in lines
    )
    return PrintedTable(
        words.DONE,
        words.done_title(office.organisation, span.words, subject),
        simple_head(*heads),
        (6, *([_NAME_WIDTH] * (len(names) - 1)), *([_FIGURE_WIDTH] * (len(heads) - len(names)))),
        rows,
        total=(None, words.TOTAL, *([None] * (len(names) - 2)), *_totals(lines, columns)) if lines else None,
        joined=tuple(_joined(lines)),
        footnotes=(words.DONE_NOTE,),
    )


def _lines(office: OfficeYear, span: Span) -> Iterator[_Line]:
    terms: dict[tuple[str, str], dict[Cadence, ExportedQuota]] = {}
    for quota in office.quotas:
        terms.setdefault((quota.unit, quota.category), {})[quota.cadence] = quota
    through = set(range(1, span.months[-1] + 1))
    for unit in office.units:
        for category in office.categories:
            place = unit.name, category.name
            counts = office.counts.get(place, {})
            if place in terms or counts.keys() & through:
                yield _Line(unit, category.name, terms.get(place, {}), counts)


def _columns(office: OfficeYear, span: Span, lines: Sequence[_Line]) -> _Columns:
    def is_told(month: int, which: int) -> bool:
        sums = [line.counts[month] for line in lines if month in line.counts]
        return any(each[1] != each[0] for each in sums) if which == 1 else any(each[2] for each in sums)

    figures = tuple(
        (month, which) for month in span.months for which in range(3) if which == 0 or is_told(month, which)
    )
    return _Columns(span, figures, len(span.months) <= _MOST_RATES, office.decimals)


def _target(owed: int | None, line: _Line, cadence: Cadence | None = None) -> PrintedCell:
    if owed is not None:
        return owed
    is_dash = line.is_exempt and (cadence is None or cadence in line.terms)
    return NO_FIGURE if is_dash else None


def _totals(lines: Sequence[_Line], columns: _Columns) -> tuple[PrintedCell, ...]:
    """Add up the columns; a rate is that of the sums, of the lines that owe something."""
    yearly, monthly = (sum(filter(None, of)) for of in (map(_yearly, lines), map(_monthly, lines)))
    cells: list[PrintedCell] = [yearly, monthly]
    owing_monthly = [line for line in lines if line.monthly is not None]
    owing = [line for line in lines if line.yearly is not None]
    for month in columns.span.months:
        cells += [
            sum(line.count([month], which) for line in lines) for at, which in columns.figures if at == month
        ]
        if columns.has_rates:
            done = sum(line.count([month]) for line in owing_monthly)
            cells.append(columns.rate(done, monthly, is_exempt=True))
    cells.append(sum(line.count(columns.through) for line in lines))
    done = sum(line.count(columns.through) for line in owing)
    cells.append(columns.rate(done, yearly, is_exempt=True))
    return tuple(cells)


def _yearly(line: _Line) -> int | None:
    return line.yearly


def _monthly(line: _Line) -> int | None:
    return line.monthly


def _joined(lines: Sequence[_Line]) -> Iterator[Joined]:
    """Join number and name of a unit over its categories."""
    first = 0
    for _, of_unit in groupby(lines, key=lambda line: line.unit.name):
        count = len(list(of_unit))
        if count > 1:
            yield Joined(first, 0, count)
            yield Joined(first, 1, count)
        first += count
