"""What the lines above a table and the name of its sheet say about all of its columns."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.enums import Cadence
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.vocabulary import (
    NOT_A_TITLE,
    PRINTED_MONTHS,
    QUARTERS,
    TITLE_CADENCES,
    TITLE_MONTH,
    TITLE_QUARTER,
    TITLE_SPAN,
    TITLE_YEAR,
    subject_of,
)
from services.core.sheets.words import label, plain


@dataclass(frozen=True, slots=True)
class Context:
    """What holds of a whole table; `month` is set only where exactly one is named, or was asked for.

    `quarter` is the one that the lines name, 0 for none; `is_asked` that its sums belong in `month` because
    somebody said so.
    """

    title: str
    year: int
    month: int | None
    cadence: Cadence | None
    quarter: int = 0
    is_asked: bool = False

    @property
    def quarter_months(self) -> tuple[int, ...]:
        """The months of the quarter."""
        return tuple(range(3 * self.quarter - 2, 3 * self.quarter + 1)) if self.quarter else ()

    @property
    def subject(self) -> str:
        """What the title is about, "" where it does not say."""
        return subject_of(self.title)


def read_context(
    grid: Grid, top: int, *, year: int, notebook: Notebook, quarter_month: int | None = None
) -> Context:
    """Read the lines above a head that begins in row `top`; `year` stands in where none is named.

    `quarter_month` is the month in which a quarter's sums are to be counted, where somebody was asked.
    """
    rows = (cell.text for row in grid.cells[:top] for cell in row if cell.text)
    lines = [label(text) for text in (*grid.above, *rows)]
    title = next((line for line in lines if not NOT_A_TITLE.fullmatch(plain(line))), "")
    found = [plain(line) for line in (*lines, grid.name)]
    printed = next((int(match[1]) for text in found if (match := TITLE_YEAR.search(text))), year)
    if printed != year:
        notebook.doubt("", "year_differs", printed=printed, expected=year)
    context = Context(
        title, printed, _month_of(lines, grid.name, notebook), _cadence_of(found), _quarter_of(found)
    )
    if context.month is None and quarter_month in context.quarter_months:
        return replace(context, month=quarter_month, is_asked=True)
    return context


def _quarter_of(lines: list[str]) -> int:
    """Give the one quarter that the lines name; 0 where there is none, or several."""
    found = {QUARTERS[match[1]] for line in lines for match in TITLE_QUARTER.finditer(line)}
    return found.pop() if len(found) == 1 else 0


def _month_of(lines: list[str], sheet: str, notebook: Notebook) -> int | None:
    """Give the one month that the lines name, or else the sheet's name; none where they disagree."""
    above, own = _months_in(lines), _months_in([sheet])
    months = above | own
    if len(months) > 1 and len(above) == 1 and len(own) == 1:
        notebook.doubt("", "month_differs", sheet=sheet, named=min(own), printed=min(above))
    return months.pop() if len(months) == 1 else None


def _months_in(lines: Iterable[str]) -> set[int]:
    months = set()
    for line in lines:
        text = plain(line)
        for word, number in PRINTED_MONTHS.items():
            text = text.replace(word, number)
        if not TITLE_SPAN.search(text):
            months |= {int(match[1] or match[2]) for match in TITLE_MONTH.finditer(text)}
    return months


def _cadence_of(lines: list[str]) -> Cadence | None:
    found = {cadence for text in lines for cadence, pattern in TITLE_CADENCES if pattern.search(text)}
    return found.pop() if len(found) == 1 else None
