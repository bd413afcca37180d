"""What the lines above a table and the name of its sheet say about all of its columns."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.enums import Cadence
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.vocabulary import (
    NOT_A_TITLE,
    PRINTED_MONTHS,
    TITLE_CADENCES,
    TITLE_MONTH,
    TITLE_SPAN,
    TITLE_YEAR,
    subject_of,
)
from services.core.sheets.words import label, plain


@dataclass(frozen=True, slots=True)
class Context:
    """What holds of a whole table; `month` is set only where exactly one is named."""

    title: str
    year: int
    month: int | None
    cadence: Cadence | None

    @property
    def subject(self) -> str:
        """What the title is about, "" where it does not say."""
        return subject_of(self.title)


def read_context(grid: Grid, top: int, *, year: int, notebook: Notebook) -> Context:
    """Read the lines above a head that begins in row `top`; `year` stands in where none is named."""
    rows = (cell.text for row in grid.cells[:top] for cell in row if cell.text)
    lines = [label(text) for text in (*grid.above, *rows)]
    title = next((line for line in lines if not NOT_A_TITLE.fullmatch(plain(line))), "")
    found = [plain(line) for line in (*lines, grid.name)]
    printed = next((int(match[1]) for text in found if (match := TITLE_YEAR.search(text))), year)
    if printed != year:
        notebook.doubt("", "year_differs", printed=printed, expected=year)
    return Context(title, printed, _month_of(lines, grid.name, notebook), _cadence_of(found))


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
