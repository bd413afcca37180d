"""What people write after `/media` (新媒体): an account, a post, a look, a quarter, an entry."""

import datetime as dtm
import re
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import dropwhile

from models.enums import FindingKind, Platform
from services.core.errors import UserError
from services.core.links import Link, split_links, title_of
from services.core.period import PeriodUnclear
from services.core.platforms import read_platform
from services.core.quarter import Quarter, parse_quarter
from services.core.reopening import DayUnclear
from services.core.spans import parse_span
from services.core.text import clean
from services.core.traditional import simplified

_GAPS = re.compile(r"[\s,，、;；:：]+")
_DATE = r"(?:[0-9]{4}[年/.-])?[0-9]{1,2}(?:月[0-9]{1,2}[日号]?|[/.-][0-9]{1,2})"
_DAY = re.compile(rf"{_DATE}|今天|今日|昨天|昨日|前天|today|yesterday", re.IGNORECASE)
_YEARLESS = re.compile(r"[0-9]{1,2}月[0-9]{1,2}[日号]?")
_AGO = re.compile(r"([0-9]{1,3})天前")
_AHEAD = {"明天": 1, "明日": 1, "后天": 2, "tomorrow": 1}  # read, so that they are refused in words
_NEAR = dtm.timedelta(days=31)
_GLUED = re.compile(
    r"(?<=[^\s0-9])(?<![0-9]年)((?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}[日号]|今天|昨天|前天)(?=\s|$)"
)
_SAID_BEFORE = re.compile(r"(监测|核查|最新更新|最新)(?=[0-9])")
_SPACED_MONTH = re.compile(r"([0-9]月)\s+([0-9]{1,2}[日号])")
_SEEN_ON, _LAST_ON = frozenset({"监测", "核查", "监测到", "seen"}), frozenset({"最新", "最新更新", "last"})
_UNSEEN = frozenset({"未能核查", "未核查", "无法核查", "无法查看", "看不到", "打不开", "unseen"})
_OF_LOOKS = _UNSEEN | _SEEN_ON | _LAST_ON
_CLAIMS = {
    **dict.fromkeys(("超期", "超过两周", "超过两周未更新", "超期未更新", "stale"), FindingKind.STALE),
    **dict.fromkeys(("僵尸", "僵尸账号", "zombie"), FindingKind.ZOMBIE),
}
_REGISTER = frozenset({"登记", "注册", "新增", "register"})
_OPEN = frozenset({"待整改", "未整改", "整改", "open"})
_RESPONSIBLE, _LEVEL = frozenset({"责任人", "负责人", "联系人"}), frozenset({"级别", "层级"})


class LastPostMissing(UserError):
    """A look says neither when the last post was nor that it could not be seen."""


class MediaLinksSeveral(UserError):
    """Several pages in one message: each is a post of its own."""


class MediaDaysDiffer(UserError):
    """Two days stand in one message, and nothing says which is the post's (``text``)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Nothing but an account's name; "" for none."""

    name: str


class Only(StrEnum):
    """Which accounts a list is narrowed down to."""

    LATE = "late"  # stale or zombie
    OPEN = "open"  # with findings that are still to be put right


@dataclass(frozen=True, slots=True)
class NarrowSaid:
    """A list of one platform, or of those that are late or to be put right."""

    platform: Platform | None = None
    only: Only | None = None


@dataclass(frozen=True, slots=True)
class PostSaid:
    """A post of the named account ("" for none), on a day (None: not said), perhaps with title and page."""

    name: str
    posted_on: dtm.date | None
    title: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class LookSaid:
    """A look at the named account on a day (None: today).

    ``last_post_on`` None: it could not be seen. ``claims`` is what the person says it is.
    """

    name: str
    checked_on: dtm.date | None
    last_post_on: dtm.date | None
    claims: FindingKind | None = None


@dataclass(frozen=True, slots=True)
class RegisterSaid:
    """An account to register, in the words that follow 登记."""

    words: tuple[str, ...]


MediaSaid = Asked | NarrowSaid | PostSaid | LookSaid | RegisterSaid | Quarter


def read_media(text: str, *, today: dtm.date) -> MediaSaid:
    """Read what follows the command; nothing in it is guessed.

    Raises:
        LinkUnclear, DayUnclear: what looks like an address or a day is none.
        LastPostMissing: a look without what was seen.
        MediaLinksSeveral: more than one page.
        MediaDaysDiffer: two days, and no 监测 or 最新 before them.
    """
    pieces = split_links(clean(text))
    links = [piece for piece in pieces if isinstance(piece, Link)]
    if len({link.key for link in links}) > 1:
        raise MediaLinksSeveral
    text = _spaced(" ".join(piece for piece in pieces if isinstance(piece, str)))
    words = [word for word in _GAPS.split(text) if word]
    said = [word.casefold() for word in words]
    if words and said[0] in _REGISTER:
        return RegisterSaid(tuple(words[1:]))
    if not links and (quarter := parse_quarter("".join(words), today=today)) is not None:
        return quarter
    if not links and _is_look(words, today):
        return _look(words, today)
    return _post(words, links, text, today)


def parse_past_day(text: str, *, today: dtm.date) -> dtm.date | None:
    """Read one day: 2月25日, 2024-02-25, 昨天, 3天前; without a year the latest there has been.

    A day that comes within the month, and 明天, is given as it is: it is told that it lies ahead, not taken
    for last year's. None for what is no day; DayUnclear for 2月30日.
    """
    plain = simplified(text)
    if plain.casefold() in _AHEAD:
        return today + dtm.timedelta(days=_AHEAD[plain.casefold()])
    if (ago := _AGO.fullmatch(plain)) is not None:
        return today - dtm.timedelta(days=int(ago[1]))
    if not _DAY.fullmatch(plain):
        return None
    if "月" not in plain and re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}", plain):
        plain = "月".join(re.split(r"[/.-]", plain)) + "日"
    try:
        span = parse_span(plain, today=today)
    except PeriodUnclear:
        span = None
    is_yearless = _YEARLESS.fullmatch(plain) is not None
    if span is None and is_yearless and (leap_day := _leap_day_of(plain, today)) is not None:
        return leap_day
    if span is None or (span.ends_before - span.starts_on).days != 1:
        raise DayUnclear(text=text)
    return _ahead_if_near(span.starts_on, today) if is_yearless else span.starts_on


def _leap_day_of(plain: str, today: dtm.date) -> dtm.date | None:
    """Give this year's 29 February where that is meant and lies ahead: there was none last year."""
    month, day = map(int, re.findall(r"[0-9]+", plain))
    if (month, day) != (2, 29) or not isleap(today.year):
        return None
    return dtm.date(today.year, month, day)


def _ahead_if_near(day: dtm.date, today: dtm.date) -> dtm.date:
    try:
        ahead = day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day
    return ahead if today < ahead < today + _NEAR else day


def _spaced(text: str) -> str:
    spaced = _SPACED_MONTH.sub(r"\1\2", simplified(text))
    return _SAID_BEFORE.sub(r" \1 ", _GLUED.sub(r" \1", spaced))


def _is_look(words: list[str], today: dtm.date) -> bool:
    """Tell a look from a post whose title has such words in it: 昨天 最新 监测 情况通报."""
    after_name = list(
        dropwhile(lambda word: word.casefold() not in _OF_LOOKS and not _is_day(word, today), words)
    )
    is_of_looks = [word.casefold() in _OF_LOOKS for word in after_name]
    if not any(is_of_looks) or is_of_looks[0]:
        return any(is_of_looks)
    rest = (word for word in after_name if word.casefold() not in _OF_LOOKS)
    return all(word.casefold() in _CLAIMS or _is_day(word, today) for word in rest)


def _is_day(word: str, today: dtm.date) -> bool:
    try:
        return parse_past_day(word, today=today) is not None
    except DayUnclear:
        return True


def _look(words: list[str], today: dtm.date) -> LookSaid:
    name: list[str] = []
    checked_on = last_post_on = claims = None
    is_last = is_unseen = False
    for word in words:
        key = word.casefold()
        if key in _SEEN_ON | _LAST_ON:
            is_last = key in _LAST_ON
        elif key in _CLAIMS:
            claims = _CLAIMS[key]
        elif (day := parse_past_day(word, today=today)) is not None and is_last:
            last_post_on = day
        elif day is not None:
            checked_on = day
        elif key in _UNSEEN:
            is_unseen = True
        else:
            name.append(word)
    if last_post_on is None and not is_unseen:
        raise LastPostMissing
    return LookSaid(" ".join(name), checked_on, last_post_on, claims)


def _post(words: list[str], links: list[Link], text: str, today: dtm.date) -> Asked | NarrowSaid | PostSaid:
    name: list[str] = []
    title = ""
    posted_on: dtm.date | None = None
    for word in words:
        day = parse_past_day(word, today=today)
        if day is not None and posted_on is not None and day != posted_on:
            raise MediaDaysDiffer(text=word)
        if day is not None and posted_on is None:
            posted_on = day
            title = title_of(_after(word, text))
        elif posted_on is None:
            name.append(word)
    if posted_on is None and not links:
        return _narrowed(name) or Asked(" ".join(name))
    return PostSaid(" ".join(name), posted_on, title, links[0] if links else None)


def _after(word: str, text: str) -> str:
    """Give what stands after a word, with the signs of a title: 通知：今年，我们…."""
    gap = _GAPS.pattern
    found = re.search(rf"(?:^|{gap}){re.escape(word)}(?:{gap}|$)", text)
    return text[found.end() :] if found else ""


def _narrowed(words: Sequence[str]) -> NarrowSaid | None:
    """Read a platform, 超期 or 待整改, alone or together; None where any word is something else."""
    platform: Platform | None = None
    only: Only | None = None
    for word in words:
        if word.casefold() in _CLAIMS:
            only = Only.LATE
        elif word.casefold() in _OPEN:
            only = Only.OPEN
        elif (found := read_platform(word)) is not None:
            platform = found
        else:
            return None
    return NarrowSaid(platform, only) if words else None


@dataclass(frozen=True, slots=True)
class Registration:
    """What 登记 says of an account; ``words`` are its name and its unit's, in whatever order."""

    platform: Platform | None
    words: tuple[str, ...]
    responsible: str = ""
    level: str = ""


def read_registration(words: Sequence[str]) -> Registration:
    """Read 微信 苍溪财政 县财政局 责任人 张三 级别 县级; what is not said is asked for later."""
    platform: Platform | None = None
    said: dict[str, list[str]] = {"": [], "responsible": [], "level": []}
    into = ""
    for word in words:
        found = read_platform(word) if platform is None and not into else None
        if word in _RESPONSIBLE:
            into = "responsible"
        elif word in _LEVEL:
            into = "level"
        elif found is not None:
            platform = found
        else:
            said[into].append(word)
    return Registration(platform, tuple(said[""]), " ".join(said["responsible"]), " ".join(said["level"]))
