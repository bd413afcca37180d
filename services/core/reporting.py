"""What a reporter wrote after `/report`, as a value: categories, numbers or pages, and the month."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.core.categories import CategoryIndex
from services.core.errors import UserError
from services.core.linked import Arranged, Named, arrange, named_from
from services.core.links import Link, split_links
from services.core.numbers import CountUnclear
from services.core.pairing import paired, settled
from services.core.period import Period
from services.core.shares import shared
from services.core.text import clean
from services.core.tokens import LINE, Gap, Name, Number, Time, Token
from services.core.vocabulary import LISTED
from services.core.wording import tokens_of

MAX_COUNT = 999_999_999
MAX_LENGTH = 4096  # characters, Telegram's own limit for a message


class MonthNeeded(UserError):
    """A year was given where counts belong to a month (``text``)."""


class PeriodsDiffer(UserError):
    """Two different months stand in one message (``first``, ``second``)."""


class CountsConflict(UserError):
    """One category has several counts that cannot all be meant (``category``)."""


class LinksConflict(UserError):
    """A number of a category is not how many links it has (``category``, ``count``, ``links``)."""


class CountTooLarge(UserError):
    """The counts of a category add up to more than ``limit`` (``category``)."""


class WordingUnclear(UserError):
    """A number stands with words of which only a part is known, so that they may mean anything (``text``)."""

    def __init__(self, text: str) -> None:
        super().__init__(text=text)
        self.text = text


class WordingTooLong(UserError):
    """The message is longer than ``limit`` characters."""


@dataclass(frozen=True, slots=True)
class Add:
    """So many more."""

    count: int


@dataclass(frozen=True, slots=True)
class Set:
    """Make it so many."""

    count: int


Amount = Add | Set | Link


@dataclass(frozen=True, slots=True)
class Line:
    """One category and what is said of it.

    ``category_ids``: one is meant; several fit equally well, in official order; none is missing (``text`` "")
    or unknown (``text`` as written). ``amount`` None: not said. ``account`` is the media account that it is
    counted for, 0 for none.
    """

    category_ids: tuple[int, ...]
    text: str
    amount: Amount | None
    account: int = 0

    @property
    def category_id(self) -> int | None:
        """Give the category, where exactly one is meant."""
        return self.category_ids[0] if len(self.category_ids) == 1 else None

    @property
    def is_clear(self) -> bool:
        """Tell whether nothing has to be asked."""
        return self.category_id is not None and self.amount is not None

    @property
    def adds_nothing(self) -> bool:
        """Tell whether it adds zero (setting zero is something)."""
        return self.amount == Add(0)


@dataclass(frozen=True, slots=True)
class Wording:
    """A message understood: its lines in the order written, each category at most once but for links.

    ``period`` is a month or None. ``unit_text`` is what stood first and is no category, number or time: a
    unit's name perhaps, or a category that nobody knows; "" if nothing did.
    """

    lines: tuple[Line, ...]
    period: Period | None
    unit_text: str = ""


def read_wording(text: str, categories: CategoryIndex, *, today: dtm.date) -> Wording:
    """Read what follows `/report` or 报送; nothing in it is ever guessed.

    Raises:
        CountUnclear, PeriodUnclear, LinkUnclear: a piece of it, named in ``text``, is no single whole number,
            month or address.
        MonthNeeded, PeriodsDiffer, CountsConflict, LinksConflict, CountTooLarge, WordingUnclear,
            WordingTooLong: as they say.
    """
    cleaned = _without_list_numbers(clean(text))
    if len(cleaned) > MAX_LENGTH:
        raise WordingTooLong(limit=MAX_LENGTH)
    if any(isinstance(piece, Link) for piece in split_links(cleaned)):
        arranged = arrange(cleaned, categories, today=today)
    else:
        arranged = _plain(cleaned, categories, today)
    named = shared(arranged.named, categories)
    for each in named:
        if isinstance(each.said, Number) and not each.category_ids and categories.is_touched(each.text):
            raise WordingUnclear(text=each.text)
    lines = _joined(map(_line, named))
    return Wording(merged(lines, categories), _month(arranged.times), arranged.unit_text)


def _without_list_numbers(text: str) -> str:
    """Leave out 1. 2. 3. at the heads of the lines, where every line has its number in order."""
    lines = [line for line in text.split("\n") if line.strip()]
    listed = [LISTED.match(line) for line in lines]
    if len(lines) < 2 or [int(each[1]) if each else 0 for each in listed] != [*range(1, len(lines) + 1)]:
        return text
    return "\n".join(line[each.end() :] for line, each in zip(lines, listed, strict=True) if each)


def _plain(text: str, categories: CategoryIndex, today: dtm.date) -> Arranged:
    tokens = tokens_of(text, categories, today=today)
    _refuse_neighbours(tokens, text)
    unit, rest = _split_unit(tokens, text)
    times = tuple((each, text[each.start : each.end]) for each in tokens if isinstance(each, Time))
    unit_text = " ".join(text[each.start : each.end] for each in unit)
    return Arranged(tuple(named_from(settled(paired(rest)), text)), times, unit_text)


def _refuse_neighbours(tokens: Sequence[Token], text: str) -> None:
    """Refuse two numbers in a row: 1 000 may be a thousand, or one and nought."""
    before: Number | None = None
    for token in tokens:
        if isinstance(token, Number):
            if before is not None:
                raise CountUnclear(text=text[before.start : token.end])
            before = token
        elif isinstance(token, Name) or (isinstance(token, Gap) and token.width == LINE):
            before = None


def _split_unit(tokens: Sequence[Token], text: str) -> tuple[list[Name], list[Token]]:
    """Split off the unknown words at the head that no number is written to."""
    unit: list[Name] = []
    rest = list(tokens)
    times: list[Token] = []
    while rest and (not isinstance(rest[0], Number)):
        token = rest[0]
        if isinstance(token, Name):
            if token.category_ids or _is_counted(rest, text):
                break
            unit.append(token)
        else:
            times.append(token)
        rest = rest[1:]
    return unit, [*times, *rest]


def _is_counted(tokens: Sequence[Token], text: str) -> bool:
    """Tell whether a number is written to the first word: 动泰3, 动泰:3, 动泰=3."""
    for token in tokens[1:]:
        if not isinstance(token, Gap) or text[token.start] not in ":+":
            return isinstance(token, Number)
    return False


def _line(named: Named) -> Line:
    amount: Amount | None
    match named.said:
        case Number(count=count, sets=sets):
            amount = Set(count) if sets else Add(count)
        case said:
            amount = said
    return Line(named.category_ids, named.text, amount)


def _joined(lines: Iterable[Line]) -> list[Line]:
    """Put unknown words that follow each other together: they are one thing to ask about."""
    found: list[Line] = []
    for line in lines:
        if found and _is_unknown(line) and _is_unknown(found[-1]):
            found[-1] = replace(line, text=f"{found[-1].text} {line.text}")
        else:
            found.append(line)
    return found


def _is_unknown(line: Line) -> bool:
    return bool(line.text) and not line.category_ids and line.amount is None


def merged(lines: Sequence[Line], categories: CategoryIndex) -> tuple[Line, ...]:
    """Let each category stand once with a number, and each page once under it, where it stood first.

    CountsConflict, LinksConflict or CountTooLarge where what is said of a category is not one thing.
    """
    places = dict.fromkeys((line.category_ids, _page(line)) for line in lines if line.category_ids)
    groups = {ids: [line for line in lines if line.category_ids == ids] for ids, _ in places}
    counted = {ids: _counted(group, categories) for ids, group in groups.items()}
    found: list[Line] = []
    for line in lines:
        place = (line.category_ids, _page(line))
        if not line.category_ids:
            found.append(line)
        elif place in places:
            del places[place]
            found += [line] if isinstance(line.amount, Link) else counted[line.category_ids]
    return tuple(found)


def _page(line: Line) -> str:
    return line.amount.key if isinstance(line.amount, Link) else ""


def _counted(lines: Sequence[Line], categories: CategoryIndex) -> list[Line]:
    """Make one line of a category's numbers; none where they only say how many links there are."""
    category = "/".join(map(categories.name_of, lines[0].category_ids))
    pages = {_page(line) for line in lines if isinstance(line.amount, Link)}
    plain = [line for line in lines if not isinstance(line.amount, Link)]
    adds = [line.amount.count for line in plain if isinstance(line.amount, Add)]
    sets = {line.amount.count for line in plain if isinstance(line.amount, Set)}
    if len(sets) > 1 or (sets and adds) or (len(lines[0].category_ids) > 1 and len(adds) > 1):
        raise CountsConflict(category=category)
    if pages and (sets or (adds and sum(adds) != len(pages))):
        raise LinksConflict(category=category, count=sum(adds) or max(sets, default=0), links=len(pages))
    if sum(adds) > MAX_COUNT:
        raise CountTooLarge(category=category, limit=MAX_COUNT)
    if pages or not plain:
        return []
    amount = Set(sets.pop()) if sets else Add(sum(adds)) if adds else None
    return [replace(plain[0], amount=amount)]


def _month(times: Sequence[tuple[Time, str]]) -> Period | None:
    """Give the one month that is written, with its year beside it or not."""
    months = {time.period: text for time, text in times if time.period.month is not None}
    years = {time.period: text for time, text in times if time.period.month is None}
    if not months:
        for text in years.values():
            raise MonthNeeded(text=text)
        return None
    month, *others = months
    if others:
        raise PeriodsDiffer(first=months[month], second=months[others[0]])
    for year, text in years.items():
        if year != month.year_period:
            raise PeriodsDiffer(first=text, second=months[month])
    return month
