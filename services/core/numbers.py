"""Percentages and counts as the office writes them: exact, half up, never through a float."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal

from services.core.errors import UserError

NO_FIGURE = "–"  # U+2013, the dash the offices print for "nothing to compute"

_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_COUNT = re.compile(r"[=+]?(?:[0-9]{1,9}|[一二两三四五六七八九十百]+) *(?:[条篇个]|$|[\s，,、;；])")
_NUMERALS = "零一二三四五六七八九"
_UNITS = {"千": 1000, "百": 100, "十": 10, "": 1}


class CountUnclear(UserError):
    """The text is not one whole number we are sure about (``text``)."""


def half_up(value: Decimal, digits: int) -> Decimal:
    """Round half away from zero to ``digits`` decimals, keeping trailing zeros.

    ``21.25`` to one decimal is ``21.3``; there is no negative zero. The value must be finite.
    """
    if not value.is_finite():
        raise ValueError(value)
    rounded = value.quantize(Decimal((0, (1,), -digits)), rounding=ROUND_HALF_UP, context=_WIDE)
    return rounded or abs(rounded)


def percent(part: int, whole: int, *, digits: int = 1) -> Decimal | None:
    """Express ``part ÷ whole`` in per cent, half up, never capped.

    None when ``whole`` is zero: a zero target has no percentage. Computed on integers, so that no
    intermediate rounding can move a half. ``whole`` below zero is a ValueError.
    """
    if whole < 0:
        raise ValueError(whole)
    if whole == 0:
        return None
    scaled = (2 * abs(part) * 10 ** (2 + digits) + whole) // (2 * whole)
    sign = 1 if part < 0 and scaled else 0
    return Decimal((sign, tuple(int(digit) for digit in str(scaled)), -digits))


def format_percent(value: Decimal | None) -> str:
    """Write a percentage with the decimals it carries: ``106.7%``; ``–`` for None."""
    return NO_FIGURE if value is None else f"{value:f}%"


def parse_count(text: str) -> int:
    """Read a count: one to nine digits after NFKC, or a Chinese numeral from 零 to 九千九百九十九.

    Only the canonical spelling is read, because 一百五 may be 105 or 150 and a wrong number is never
    guessed at. 两 stands for 2 alone, before 百 and before 千; 〇 for 零. Signs, decimals, separators and
    measure words raise CountUnclear.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _DIGITS.fullmatch(plain):
        return int(plain)
    value = _numeral(plain)
    if value is None:
        raise CountUnclear(text=text)
    return value


def begins_with_count(text: str) -> bool:
    """Tell whether a text begins with how many: ``3``, ``3 条``, ``=3``, ``三条``; not with a day."""
    return _COUNT.match(text) is not None


def _numeral(text: str) -> int | None:
    """Read a canonical Chinese numeral, or None.

    Every number has one spelling, so the text is evaluated loosely and then compared with the
    spelling of the value found.
    """
    plain = text.replace("〇", "零").replace("两百", "二百").replace("两千", "二千")
    if plain == "两":
        return 2
    total, digit = 0, 0
    for sign in plain:
        if sign in _NUMERALS:
            digit = _NUMERALS.index(sign)
        elif sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            return None
    total += digit
    return total if total <= 9999 and plain == spell(total) else None


def spell(value: int) -> str:
    """Spell 0 to 9,999 in Chinese numerals: 十二, 二十, 一百一十, 一千零五."""
    if not 0 <= value <= 9999:
        raise ValueError(value)
    if value == 0:
        return "零"
    spelt, gap = "", False
    for name, unit in _UNITS.items():
        digit = value // unit % 10
        if digit:
            spelt += ("零" if gap and spelt else "") + _NUMERALS[digit] + name
        gap = not digit
    return spelt.removeprefix("一") if 10 <= value < 20 else spelt
