"""The small grammar of the office's cells: "2条/月", "4条/月（每个账号）", "–", "1，280", "21.3%"."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from models.enums import Cadence
from services.core.numbers import CountUnclear, half_up, parse_count
from services.core.sheets.vocabulary import CADENCES, COUNT_TAIL, EXEMPT, PER_ACCOUNT, QUOTAS

_PADDING = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LONGEST_MATCHED = 500  # what is longer is a rule or a note
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_RATE = re.compile(r"(?P<value>[0-9]{1,6}(?:\.[0-9]{1,17})?)(?P<sign>%?)")


@dataclass(frozen=True, slots=True)
class QuotaText:
    """A quota as one cell says it; `span` is the word for its time, "" when the cell names none."""

    target: int
    span: str
    is_per_account: bool

    @property
    def cadence(self) -> Cadence | None:
        """Monthly or yearly; None for no span or another one."""
        return CADENCES.get(self.span)


def label(text: str) -> str:
    """Take the layout out of a text: no white space beside a Chinese character, single spaces elsewhere."""
    return " ".join(_PADDING.sub("", text).split())


def plain(text: str) -> str:
    """Reduce a text for matching: half-width forms, no white space at all, nothing beyond 500 characters."""
    return _plain(text[:_LONGEST_MATCHED])


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_exempt(text: str) -> bool:
    """Say whether a cell says "not owed" (any dash, 无); a blank cell does not say so."""
    return plain(text) in EXEMPT


def find_quota(text: str) -> QuotaText | None:
    """Read a quota; None where the cell says anything more or else."""
    rest, accounts = PER_ACCOUNT.subn("", plain(text))
    for pattern in QUOTAS:
        match = pattern.fullmatch(rest)
        if match is None:
            continue
        target = find_count(match["number"])
        if target is None:
            return None
        return QuotaText(target, match.groupdict().get("span") or "", accounts > 0)
    return None


def find_count(text: str) -> int | None:
    """Read a whole number, its measure word and thousands separators allowed; None where it is none."""
    rest = COUNT_TAIL.sub("", plain(text))
    if _GROUPED.fullmatch(rest):
        rest = rest.replace(",", "")
    try:
        return parse_count(rest)
    except CountUnclear:
        return None


def list_rates(text: str) -> tuple[Decimal, ...]:
    """Read a printed rate as per cent, with the decimals it is to be compared at.

    With "%" those are the printed ones. A number of a sheet has lost its sign and its trailing zeros:
    0.213 and 21.3 may both be 21.3%, so both are given, with one decimal at least and two at most.
    """
    match = _RATE.fullmatch(plain(text))
    if match is None:
        return ()
    value = Decimal(match["value"])
    if match["sign"]:
        return (value,)
    return tuple(half_up(rate, min(max(decimals(rate.normalize()), 1), 2)) for rate in (value, value * 100))


def decimals(value: Decimal) -> int:
    """Count the decimals a number is written with."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
