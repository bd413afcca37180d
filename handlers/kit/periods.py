"""A period somewhere in what people type: 市司法局 2月, 上月 市司法局, 一季度 乡镇."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from services.core.period import PeriodUnclear

T = TypeVar("T")

MAX_WORDS = 12  # a unit and a period are fewer; more is a sentence
PERIOD_WORDS = 4  # 2024 年 2 月

_LATIN = re.compile(r"[A-Za-z]")
_GAPS = re.compile(r"[\s,，:：、]+")


def split_off(text: str, parse: Callable[[str], T | None]) -> tuple[str, T | None]:
    """Take a period out of a text, wherever it stands between spaces or commas; the rest is the name.

    PeriodUnclear where the text speaks of a time that ``parse`` knows to be none, or of two.
    """
    words = [word for word in _GAPS.split(text) if word]
    if len(words) > MAX_WORDS:
        return " ".join(words), None
    for length in range(min(PERIOD_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            period = parse(" ".join(words[start : start + length]))
            if period is not None:
                rest = " ".join(words[:start] + words[start + length :])
                if split_off(rest, parse)[1] is not None:
                    raise PeriodUnclear(text=text)
                return rest, period
    return " ".join(words), None


def unglue(name: str, parse: Callable[[str], T | None]) -> tuple[str, T] | None:
    """Take a period off the end or the beginning of a name: 市司法局2月, 上月市司法局."""
    for rest, piece in _cuts(name):
        if not _LATIN.search(piece):  # "may" at the head of a name in pinyin is no May
            period = parse(piece)
            if period is not None:
                return rest.strip(), period
    return None


def _cuts(name: str) -> Iterator[tuple[str, str]]:
    """Cut a name in two, the longest piece first, so that 12月 is never read as 2月."""
    if len(name) > 60:  # no unit is called that
        return
    for at in range(1, len(name)):
        yield name[:at], name[at:]
    for at in range(len(name) - 1, 0, -1):
        yield name[at:], name[:at]
