"""From grids to quotas, duties and counts: what is clear is taken, everything else is doubted by address."""

from collections.abc import Sequence

from services.core.sheets.errors import SheetNotUnderstood
from services.core.sheets.grid import Grid
from services.core.sheets.merging import Merger
from services.core.sheets.tables import list_tables
from services.core.sheets.understanding import FindUnit, NameMatch, Understanding


def _know_nobody(_name: str) -> NameMatch:
    return NameMatch()


def understand(
    sheets: Sequence[Grid], *, year: int, find: FindUnit = _know_nobody, quarter_month: int | None = None
) -> Understanding:
    """Understand every table of units; `year` stands in where none is named, `find` knows the units.

    The sums of a quarter are counted in its `quarter_month`, and nowhere without one.

    Tables of another year than the first are doubted and left out. Where several sheets have tables,
    every address begins with its sheet: 2月!C5.

    Raises:
        SheetNotUnderstood: no sheet has a head that names units with a unit under it.
    """
    tables = list(list_tables(sheets, year=year, find=find, quarter_month=quarter_month))
    if not tables:
        raise SheetNotUnderstood(sheets=" / ".join(grid.name for grid in sheets))
    read = {table.sheet for table in tables}
    merger = Merger(tables[0], is_prefixed=len(read) > 1)
    for table in tables:
        merger.add(table)
    for grid in sheets:
        if grid.name not in read:
            merger.notebook.remark("", "sheet_without_units", sheet=grid.name)
    return merger.understanding()
