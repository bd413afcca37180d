"""The sheets of what happened: media accounts, looks, findings, submissions; calendar and rules."""

from services.core.printing import PrintedCell, PrintedTable, simple_head
from services.core.sheets import export_words as words

Row = tuple[PrintedCell, ...]

_NAME, _DAY, _TEXT, _FIGURE = 16, 12, 30, 8
_SUBMITTED = (18, _NAME, _NAME, 9, _FIGURE, _FIGURE, _FIGURE, _NAME, _TEXT, _TEXT, 6, _DAY, _TEXT)
_FOUND = (_DAY, _FIGURE, _NAME, _NAME, _FIGURE, _NAME, _DAY, _FIGURE, _DAY, _DAY, _DAY, _TEXT, _TEXT)
_LOOKED = (_DAY, _FIGURE, _NAME, _NAME, _DAY, _DAY, _TEXT, _DAY)
_MEDIA = (_FIGURE, _NAME, _NAME, _FIGURE, _DAY, _DAY, _DAY, _DAY, _DAY)


def _listing(
    name: str, heads: tuple[str, ...], widths: tuple[int, ...], rows: tuple[Row, ...] = ()
) -> PrintedTable:
    return PrintedTable(name, "", simple_head(*heads), widths, rows)


def media_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List the media accounts."""
    return _listing(words.MEDIA, words.MEDIA_HEADS, _MEDIA, rows)


def look_table() -> PrintedTable:
    """Begin the list of looks at accounts."""
    return _listing(words.LOOKS, words.LOOKED_HEADS, _LOOKED)


def finding_table() -> PrintedTable:
    """Begin the list of findings and what became of them."""
    return _listing(words.FINDINGS, words.FOUND_HEADS, _FOUND)


def submission_table() -> PrintedTable:
    """Begin the list of submissions; people appear as member/<id> only."""
    return _listing(words.SUBMISSIONS, words.SUBMITTED_HEADS, _SUBMITTED)


def calendar_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List the days that the office works or has off, whatever the published calendar says."""
    return _listing(words.CALENDAR, words.CALENDAR_HEADS, (_DAY, _FIGURE), rows)


def rule_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List how the organisation wants things done."""
    return _listing(words.RULES, words.RULE_HEADS, (_NAME, _NAME), rows)
