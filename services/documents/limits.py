"""How much is read at most: a county's largest table has some hundred rows, so these are generous."""

from services.documents.errors import DocumentTooLarge, SheetTooLarge

MEGABYTE = 1024 * 1024
MAX_CONTENT = 20 * MEGABYTE  # what the Bot API lets a bot download
MAX_TEXT = 4 * MEGABYTE  # of a text table: many times what fits into its cells
MAX_UNPACKED = 48 * MEGABYTE  # all parts of a packed workbook that are unpacked
MAX_WORD_UNPACKED = 12 * MEGABYTE  # its tree in memory is about eight times as large
MAX_MEMBERS = 2_000
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_CELLS = 100_000  # of all tables together
MAX_MERGES = 10_000
MAX_DEPTH = 40  # of elements within elements; a sheet has seven
MAX_CHARACTERS = 16 * MEGABYTE  # of all cells of a workbook, where one text may be shared by many
MAX_TABLES = 50
READER_MEMORY = 400 * MEGABYTE  # of the process that reads workbooks; the largest honest one needs half
READER_SECONDS = 20


def too_large(name: str, limit: int = MAX_UNPACKED) -> DocumentTooLarge:
    """Give the error that names the bounds; `limit` in bytes."""
    return DocumentTooLarge(
        name=name, limit=limit // MEGABYTE, rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS
    )


class Allowance:
    """What is left of the bounds while the tables of one document are read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cells = MAX_CELLS

    def take(self, sheet: str, *, rows: int, columns: int) -> None:
        """Take a rectangle before it is built; raises SheetTooLarge when it does not fit."""
        self._cells -= rows * columns
        if rows > MAX_ROWS or columns > MAX_COLUMNS or self._cells < 0:
            raise self.exceeded(sheet)

    def exceeded(self, sheet: str) -> SheetTooLarge:
        """Give the error that names the bounds."""
        return SheetTooLarge(
            name=self._name, sheet=sheet, rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS
        )
