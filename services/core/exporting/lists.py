"""The lists of media accounts, submissions and months opened again."""

from services.core.printing import PrintedCell, PrintedTable, simple_head
from services.core.sheets import export_words as words

Row = tuple[PrintedCell, ...]

_NAME, _DAY, _TEXT, _FIGURE = 16, 12, 30, 8
_SUBMITTED = (18, _NAME, _NAME, 9, _FIGURE, _FIGURE, _FIGURE, _NAME, _TEXT, _TEXT, 6, _DAY, _TEXT)
_REOPENED = (9, _NAME, _DAY, _TEXT, 18, _DAY)
_MEDIA = (_FIGURE, _NAME, _NAME, _FIGURE, _DAY, _DAY, _DAY, _DAY, _DAY)


def _listing(
    name: str, heads: tuple[str, ...], widths: tuple[int, ...], rows: tuple[Row, ...] = (), title: str = ""
) -> PrintedTable:
    return PrintedTable(name, title, simple_head(*heads), widths, rows)


def media_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List the media accounts."""
    return _listing(words.MEDIA, words.MEDIA_HEADS, _MEDIA, rows)


def submission_table() -> PrintedTable:
    """Begin the list of submissions, which is for reading only; people appear as member/<id>."""
    return _listing(words.SUBMISSIONS, words.SUBMITTED_HEADS, _SUBMITTED, title=words.ONLY_READ)


def reopening_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List the closed months that were opened again, which is for reading only."""
    return _listing(words.REOPENINGS, words.REOPENED_HEADS, _REOPENED, rows, title=words.ONLY_READ)
