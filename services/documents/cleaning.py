"""Text and numbers of a cell as people see them: nothing invisible, nothing reworded."""

import re
import unicodedata
from decimal import Context, Decimal

_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})  # private-use characters stay: rare names are written with them
_SPACES = re.compile(r"[^\S\n]+")
_SHOWN_DIGITS = Context(prec=15)  # what spreadsheets show of a binary fraction


def clean(text: str) -> str:
    """Take out control, bidi and zero-width characters and blank lines; line breaks stay.

    No compatibility forms (NFKC): a printed rule keeps its full-width punctuation.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\t", " ")
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def printable(text: str) -> str:
    """Take out what no .docx or .xlsx may hold or what turns a line around; spaces and line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\t", " ")
    if text.isprintable():  # most texts are, and then there is nothing to take out
        return text
    return "".join(sign for sign in text if sign == "\n" or not _is_unprintable(sign))


def _is_unprintable(sign: str) -> bool:
    # Noncharacters (U+FFFE, U+FFFF, U+FDD0…) are refused by XML.
    code = ord(sign)
    return unicodedata.category(sign) in _INVISIBLE or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def show(value: object) -> str:
    """Print a value of a spreadsheet: 12.0 → 12, 0.30000000000000004 → 0.3, True → TRUE."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return _show_number(value)
    return str(value)


def _show_number(value: float) -> str:
    shown = Decimal(repr(value))
    if not shown.is_finite():
        return str(value)
    shown = _SHOWN_DIGITS.plus(shown)
    text = format(shown, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
