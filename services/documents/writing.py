"""Tables out as CSV that Excel opens rightly, and in which nobody's words are a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""

CSV_TYPE = "text/csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def begins_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula, were it typed."""
    return text.lstrip(" ").startswith(_FORMULA)


def harmless(cell: str) -> str:
    """Give a cell's text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if begins_a_formula(cell) else cell


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows in UTF-8, without a byte order mark; it belongs in front of the first ones."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8")
