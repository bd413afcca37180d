"""Pictures as values: everything that is drawn, nothing of how it is drawn; each also exists as text."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from math import ceil
from typing import Any

ROWS_READABLE = 50
"""So many bars at most are readable in one picture: Telegram shows photos 1,280 px high."""

LONGEST_SHARE = Decimal("1.5")
"""A longer bar is broken and its figure speaks: one of 405% would make all others look alike."""

ALBUM = 10
"""So many pictures go as one at most (Bot API)."""


class Tone(StrEnum):
    """What a figure means; it is drawn as a colour, and never without a word or a sign beside it."""

    GOOD = "good"  # 已完成
    STEADY = "steady"  # 正常
    SLOW = "slow"  # 偏慢
    ALARM = "alarm"  # 告急、未完成
    PLAIN = "plain"  # nothing to judge: exempt, or not begun


@dataclass(frozen=True, slots=True)
class Bar:
    """A unit's line.

    Attributes:
        place: "1", or "–" for one that is not placed.
        name: the unit's, as the office writes it.
        share: 1 is the line of 100%, 4.05 is 405%; None draws no bar. It must be finite (ValueError).
        value: the figure as it is printed, "106.7%".
        note: what the figure is made of, "32/30".
        moved: "▲2", "▼1", "–" for no change, "新", or "" for nothing to compare with.
        word: the lamp's word, or "".
        is_own: whether it is the reader's own unit, which stands out.
    """

    place: str
    name: str
    share: Decimal | None
    value: str
    note: str = ""
    moved: str = ""
    tone: Tone = Tone.PLAIN
    word: str = ""
    is_own: bool = False

    def __post_init__(self) -> None:
        """Refuse a share that is no number, and write equal ones in one way (1.50 is 1.5)."""
        if self.share is not None:
            object.__setattr__(self, "share", _shortest(self.share))


@dataclass(frozen=True, slots=True)
class Block:
    """A group of units (乡镇, 部门) under its heading; "" for none."""

    heading: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class RankingPicture:
    """Units by completion: ``subtitle`` is the period, ``as_of`` says 数据截至…, ``legend`` what a bar is.

    ``page`` is "2/4" where one picture cannot hold all of them, else "".
    """

    title: str
    subtitle: str
    as_of: str
    legend: str
    blocks: tuple[Block, ...]
    footnotes: tuple[str, ...] = ()
    page: str = ""

    @property
    def bar_count(self) -> int:
        """Count the bars of all blocks."""
        return sum(len(block.bars) for block in self.blocks)

    @property
    def has_broken_bars(self) -> bool:
        """Tell whether a bar is longer than is drawn."""
        return any(
            bar.share is not None and bar.share > LONGEST_SHARE for one in self.blocks for bar in one.bars
        )


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A month of a unit's year: how much is ``done`` of its ``target``; None is no target."""

    label: str
    done: int
    target: int | None
    tone: Tone = Tone.PLAIN
    word: str = ""


@dataclass(frozen=True, slots=True)
class YearPicture:
    """One unit's year, month by month."""

    title: str
    subtitle: str
    months: tuple[MonthColumn, ...]
    footnotes: tuple[str, ...] = ()

    @property
    def has_broken_columns(self) -> bool:
        """Tell whether a month has more than is drawn, measured by the largest target of all."""
        largest = max((month.target or 0 for month in self.months), default=0)
        return largest > 0 and any(month.done > ceil(LONGEST_SHARE * largest) for month in self.months)


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture of the file store, shown as it is: ``name`` is its name there."""

    name: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of two pictures that are compared: its ``name`` in the file store and what is said of it.

    ``heading`` tells which of the two it is, ``lines`` whose it is: the first is written largest.
    """

    name: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPicture:
    """Two pictures of the file store beside each other; ``title`` says how alike they are.

    ``tone`` colours the title: alarm where they are one and the same.
    """

    title: str
    first: Side
    second: Side
    tone: Tone = Tone.SLOW

    @property
    def names(self) -> tuple[str, str]:
        """Name both in the file store."""
        return self.first.name, self.second.name


GONE = StoredPicture("gone")
"""What stands where a stored picture was until it was deleted."""

Picture = RankingPicture | YearPicture | ComparisonPicture
"""What is drawn."""
ShownPicture = Picture | StoredPicture
"""What is shown."""

_KINDS: Mapping[str, type[Picture]] = {
    "comparison": ComparisonPicture,
    "ranking": RankingPicture,
    "year": YearPicture,
}


def to_json(picture: Picture) -> str:
    """Write a picture in the one way there is: equal pictures give equal text."""
    kind = next(name for name, made in _KINDS.items() if isinstance(picture, made))
    return json.dumps(
        {"kind": kind} | asdict(picture),
        default=str,  # a share, which is written in one way only
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def read_picture(text: str) -> Picture:
    """Read back what ``to_json`` wrote; ValueError for anything else."""
    try:
        kept = json.loads(text)
        made = _KINDS[kept.pop("kind")]
        if made is ComparisonPicture:
            sides = {which: _side(kept.pop(which)) for which in ("first", "second")}
            return ComparisonPicture(**kept | sides | {"tone": Tone(kept["tone"])})
        footnotes = tuple(kept.pop("footnotes"))
        if made is YearPicture:
            months = tuple(_month(month) for month in kept.pop("months"))
            return YearPicture(**kept, months=months, footnotes=footnotes)
        blocks = tuple(_block(block) for block in kept.pop("blocks"))
        return RankingPicture(**kept, blocks=blocks, footnotes=footnotes)
    except (ArithmeticError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(text[:80]) from error


def content_key(picture: Picture) -> str:
    """Name a picture by what it shows: SHA-256 in hexadecimal, equal for equal pictures."""
    return hashlib.sha256(to_json(picture).encode("utf-8", "surrogatepass")).hexdigest()


def paged(picture: RankingPicture, rows: int = ROWS_READABLE) -> tuple[RankingPicture, ...]:
    """Split a ranking into pictures of ``rows`` bars at most, as even as may be; one that fits stays whole.

    A block that goes over the edge goes on under its heading.
    """
    if picture.bar_count <= rows:
        return (picture,)
    count = -(-picture.bar_count // rows)
    ends = [picture.bar_count * page // count for page in range(count + 1)]
    return tuple(
        replace(picture, blocks=tuple(_between(picture.blocks, first, last)), page=f"{page}/{count}")
        for page, (first, last) in enumerate(pairwise(ends), start=1)
    )


def _between(blocks: tuple[Block, ...], first: int, last: int) -> Iterator[Block]:
    """Give what of the blocks is from the ``first`` bar to before the ``last``."""
    for block in blocks:
        bars = block.bars[max(first, 0) : max(last, 0)]
        if bars:
            yield Block(block.heading, bars)
        first -= len(block.bars)
        last -= len(block.bars)


def _side(kept: dict[str, Any]) -> Side:
    return Side(**kept | {"lines": tuple(kept["lines"])})


def _block(kept: dict[str, Any]) -> Block:
    return Block(kept["heading"], tuple(_bar(bar) for bar in kept["bars"]))


def _bar(kept: dict[str, Any]) -> Bar:
    share = kept["share"]
    read = {"share": None if share is None else Decimal(share), "tone": Tone(kept["tone"])}
    return Bar(**(kept | read))


def _month(kept: dict[str, Any]) -> MonthColumn:
    return MonthColumn(**(kept | {"tone": Tone(kept["tone"])}))


def _shortest(value: Decimal) -> Decimal:
    """Drop the zeros at a number's end, however many digits it has."""
    if not value.is_finite():
        raise ValueError(value)
    sign, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits)).rstrip("0")
    if not written or not isinstance(exponent, int):
        return Decimal(0)
    kept = tuple(map(int, written))
    return Decimal((sign, kept, exponent + len(digits) - len(kept)))
