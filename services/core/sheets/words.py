"""The small grammar of the office's cells: "2条/月", "4条/月（每个账号）", "–", "1，280", "21.3%"."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from models.enums import Cadence
from services.core.numbers import CountUnclear, half_up, parse_count

_PADDING = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_EXEMPT = frozenset({"-", "--", "–", "––", "—", "——", "―", "─", "−", "/", "\\", "无", "不涉及"})
_NUMBER = r"(?P<number>[0-9]{1,9}|[零〇一二两三四五六七八九十百千]{1,7})"
_MEASURE = r"(?:条|篇|次|期|件|个|项|份)?(?:信息)?"
_PER_ACCOUNT = re.compile(r"[(]?(?:按)?每(?:一)?个?(?:账号|帐号|账户|帐户)[)]?[:,、]?")
_LEAST = r"(?:不少于|不低于|至少|≥|>=)?"
_SPAN = r"(?P<span>个?月|年|季度?|半年|周|旬|天|日)"
_QUOTAS = (
    re.compile(rf"{_LEAST}{_NUMBER}{_MEASURE}(?:以上)?[/每]{_SPAN}"),
    re.compile(rf"(?:每|全)?{_SPAN}度?{_LEAST}(?:发布|公开|报送)?{_LEAST}{_NUMBER}{_MEASURE}(?:以上)?"),
    re.compile(rf"{_LEAST}{_NUMBER}{_MEASURE}(?:以上)?"),
)
_CADENCES = {"月": Cadence.MONTHLY, "个月": Cadence.MONTHLY, "年": Cadence.YEARLY}
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_COUNT_TAIL = re.compile(rf"(?<=[0-9])(?:\.0+)?{_MEASURE}$")
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
        return _CADENCES.get(self.span)


def label(text: str) -> str:
    """Take the layout out of a text: no white space beside a Chinese character, single spaces elsewhere."""
    return " ".join(_PADDING.sub("", text).split())


def plain(text: str) -> str:
    """Reduce a text for matching: half-width forms, no white space at all."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_exempt(text: str) -> bool:
    """Say whether a cell says "not owed" (any dash, 无); a blank cell does not say so."""
    return plain(text) in _EXEMPT


def find_quota(text: str) -> QuotaText | None:
    """Read a quota; None where the cell says anything more or else."""
    rest, accounts = _PER_ACCOUNT.subn("", plain(text))
    for pattern in _QUOTAS:
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
    rest = _COUNT_TAIL.sub("", plain(text))
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
