"""A reporter's words taken apart: names, numbers, months, and the gaps between them."""

import datetime as dtm
import re
import unicodedata
from collections.abc import Iterator

from models.enums import Cadence
from services.core.categories import MAX_TYPED, CategoryIndex
from services.core.numbers import CountUnclear, parse_count
from services.core.period import Period, PeriodUnclear, parse_period
from services.core.tokens import COMMA, LINE, SPACE, Gap, Name, Number, Time, Token
from services.core.traditional import simplified
from services.core.vocabulary import (
    CHUNK,
    COMMAS,
    DAY,
    DAYS_AGO,
    EACH,
    ENGLISH_MONTH,
    FILLING,
    HEDGE,
    JOINT,
    MEASURE_AFTER,
    MONTH,
    MONTH_FIRST,
    MONTH_LAST,
    MONTH_NUMERALS,
    MORE_AFTER,
    NUMBER,
    NUMBER_IN_WORDS,
    RUN,
    SETTING,
    SPAN_AFTER,
    TAIL,
    UNIT_END,
)


def tokens_of(text: str, categories: CategoryIndex, *, today: dtm.date) -> tuple[Token, ...]:
    """Take cleaned text apart, in order; every sign lies in one token or says nothing.

    CountUnclear for what is written as a number and is no single whole one, PeriodUnclear for a time that
    is no single month or year.
    """
    return tuple(_Reader(text, categories, today).tokens())


class _Reader:
    """One pass over one text; ``at`` is where it has come to."""

    def __init__(self, text: str, categories: CategoryIndex, today: dtm.date) -> None:
        self.text, self.categories, self.today = simplified(text), categories, today
        self.at = 0
        self.sets: int | None = None  # where an equals sign stands that no number has followed yet
        self.is_first = True  # nothing has been named or counted yet

    def tokens(self) -> Iterator[Token]:
        while self.at < len(self.text):
            for token in self._next():
                self._settle(token)
                self.is_first = self.is_first and not isinstance(token, Name | Number)
                yield token
        self._settle(None)

    def _settle(self, token: Token | None) -> None:
        """Refuse an equals sign that no number follows."""
        if isinstance(token, Gap) and token.width == SPACE:
            return
        if self.sets is not None and not isinstance(token, Number):
            raise CountUnclear(text=self.text[self.sets : self.at][:20])
        self.sets = None

    def _next(self) -> tuple[Token, ...]:
        text, start = self.text, self.at
        if end := self.categories.awkward_end(text, start):
            return self._took(end, Name(start, end, self.categories.find(text[start:end])))
        if self.sets is None and not self._after("+") and (match := MONTH.match(text, start)):
            return self._took(match.end(), self._month(start, match.end()))
        if (match := CHUNK.match(text, start)) and (found := self.categories.find(match[0])):
            return self._took(match.end(), Name(start, match.end(), found))  # 12345热线
        if match := NUMBER.match(text, start):
            return self._number(match)
        if match := RUN.match(text, start):
            return self._run(start, self._run_end(start, match.end()))
        return self._sign(start)

    def _took(self, end: int, *tokens: Token) -> tuple[Token, ...]:
        self.at = end
        return tokens

    def _after(self, sign: str) -> bool:
        return self.text[: self.at].rstrip(" ").endswith(sign) if self.at else False

    def _sign(self, start: int) -> tuple[Token, ...]:
        sign = self.text[start]
        if sign in "=+" and self.sets is not None:
            raise CountUnclear(text=self.text[self.sets : start + 1])
        if sign == "=":
            self.sets = start
            return self._took(start + 1)
        if unicodedata.category(sign)[0] == "N":  # digits and fractions of other scripts
            raise CountUnclear(text=sign)
        if sign == "\n":
            return self._took(start + 1, Gap(start, start + 1, LINE))
        if match := COMMAS.match(self.text, start):
            width = LINE if "\n" in match[0] else COMMA
            return self._took(match.end(), Gap(start, match.end(), width))
        return self._took(start + 1, Gap(start, start + 1, SPACE))

    def _month(self, start: int, end: int) -> Time:
        glued = NUMBER.match(self.text, end)
        if glued and not MEASURE_AFTER.match(self.text, glued.end()):  # 2月15: a day, or fifteen?
            raise PeriodUnclear(text=self.text[start : glued.end()])
        return self._time(start, end)

    # Numbers

    def _number(self, match: re.Match[str]) -> tuple[Token, ...]:
        text, start, end = self.text, match.start(), match.end()
        is_odd = bool(match["lead"] or match["inner"])
        if self.categories.awkward_end(text, end) is None and (tail := TAIL.match(text, end)):
            is_odd, end = True, tail.end()
        if hedge := HEDGE.search(text, max(0, start - 4), start):
            is_odd, start = True, hedge.start()
        if span := SPAN_AFTER.match(text, end):
            raise PeriodUnclear(text=text[start : span.end()])
        bare, end = end, self._measured(end)
        if more := MORE_AFTER.match(text, end):
            is_odd, end = True, more.end()
        if is_odd:
            raise CountUnclear(text=text[start:end])
        count = parse_count(match["digits"])
        return self._took(end, self._numbered(start, end, count, is_measured=end > bare))

    def _numbered(self, start: int, end: int, count: int, *, is_measured: bool) -> Number:
        is_for_each = bool(EACH.search(self.text, max(0, start - 4), start))
        return Number(start, end, count, self._sets(start), is_measured, is_for_each)

    def _measured(self, end: int) -> int:
        """Pass over a measure word, unless it begins the name of a category: 3 项目建设."""
        measure = MEASURE_AFTER.match(self.text, end)
        if measure is None:
            return end
        run = RUN.match(self.text, measure.end() - 1)
        named = self.categories.awkward_end(self.text, measure.end() - 1)
        if named or (run and len(run[0]) > 1 and self.categories.find(run[0])):
            return end
        return measure.end()

    def _sets(self, start: int) -> bool:
        """Tell whether what stands before a number makes it a count to be set."""
        return self.sets is not None or bool(SETTING.search(self.text, max(0, start - 6), start))

    # Words

    def _run_end(self, start: int, end: int) -> int:
        """End a run of letters before an awkward name, and where Latin letters and others meet."""
        if self.categories.find(self.text[start:end]):
            return end
        for at in range(start + 1, end):
            if self.text[at].isascii() != self.text[at - 1].isascii():
                return at
            if self.categories.awkward_end(self.text, at):
                return at
        return end

    def _run(self, start: int, end: int) -> tuple[Token, ...]:
        run = self.text[start:end]
        if found := self.categories.find(run):
            return self._took(end, Name(start, end, found))
        if run.isascii():
            return self._english(start, end)
        return self._took(end, *self._words(start, end))

    def _english(self, start: int, end: int) -> tuple[Token, ...]:
        if match := ENGLISH_MONTH.match(self.text, start):
            period = parse_period(match[0], today=self.today)
            if period is not None:
                return self._took(match.end(), Time(start, match.end(), period))
        return self._took(end, Name(start, end, ()))

    def _words(self, start: int, end: int) -> list[Token]:
        """Read a run of Chinese: numbers with measure words or at its end, and what stands between."""
        found: list[Token] = []
        at = start
        for match in NUMBER_IN_WORDS.finditer(self.text[start:end]):
            first, last = start + match.start(), start + match.end()
            found += self._phrase(at, first, is_counted=True)
            count, is_measured = _in_words(match), match["numeral"] != match[0]
            found.append(self._numbered(first, last, count, is_measured=is_measured))
            at = last
        follows = self.text[end : end + 3].lstrip(" :=+")[:1]
        return found + self._phrase(at, end, is_counted=follows.isdecimal())

    def _phrase(self, start: int, end: int, *, is_counted: bool) -> list[Token]:
        """Read words without a number; what is not understood as a whole is one unknown name."""
        if start == end:
            return []
        understood = self._understood(start, end) if end - start <= MAX_TYPED else None
        if understood is None and is_counted and self.is_first:
            understood = self._unit_first(start, end)
        return [Name(start, end, ())] if understood is None else understood

    def _understood(self, start: int, end: int) -> list[Token] | None:
        """Read a name, with a time before or after it and filling words; None if anything is left over."""
        if start == end:
            return []
        if found := self.categories.find(self.text[start:end]):
            return [Name(start, end, found)]
        if time := self._time_at(start, end):
            rest = self._understood(time.end, end)
            return None if rest is None else [time, *rest]
        if match := FILLING.match(self.text, start, end):
            return self._understood(match.end(), end)
        return self._understood_at_end(start, end)

    def _understood_at_end(self, start: int, end: int) -> list[Token] | None:
        if match := SETTING.search(self.text, start, end) or EACH.search(self.text, start, end):
            return self._understood(start, match.start())
        if match := MONTH_LAST.search(self.text, start, end):
            rest = self._understood(start, match.start())
            return None if rest is None else [*rest, self._time(match.start(), end)]
        return self._understood_both(start, end)

    def _understood_both(self, start: int, end: int) -> list[Token] | None:
        """Read 动态和法定: a category, a joint, and whatever can be understood after it."""
        for match in JOINT.finditer(self.text, start + 1, end):
            if found := self.categories.find(self.text[start : match.start()]):
                rest = self._understood(match.end(), end)
                gap = Gap(match.start(), match.end(), COMMA)
                return None if rest is None else [Name(start, match.start(), found), gap, *rest]
        return None

    def _time_at(self, start: int, end: int) -> Time | None:
        if match := DAY.match(self.text, start, end):
            day = self.today - dtm.timedelta(days=DAYS_AGO[match[0]])
            return Time(start, match.end(), Period.containing(day, Cadence.MONTHLY))
        match = MONTH_FIRST.match(self.text, start, end)
        return self._time(start, match.end()) if match else None

    def _time(self, start: int, end: int) -> Time:
        period = parse_period(self.text[start:end], today=self.today)
        if period is None:
            raise PeriodUnclear(text=self.text[start:end])
        return Time(start, end, period)

    def _unit_first(self, start: int, end: int) -> list[Token] | None:
        """Read a unit's name and a category written together: 市司法局动态, 上月市司法局动态.

        三月街道 is a place: a numbered month belongs to the name.
        """
        if self.text[start] not in MONTH_NUMERALS and (time := self._time_at(start, end)):
            rest = self._unit_first(time.end, end)
            return None if rest is None else [time, *rest]
        for cut in range(start + 2, min(end - 1, start + MAX_TYPED)):
            if UNIT_END.search(self.text, start, cut) and (rest := self._understood(cut, end)):
                return [Name(start, cut, ()), *rest]
        return None


def _in_words(match: re.Match[str]) -> int:
    if match["numeral"] is None or match["before"] or match["after"] or match["more"]:
        raise CountUnclear(text=match[0])
    try:
        return parse_count(match["numeral"])
    except CountUnclear:
        raise CountUnclear(text=match[0]) from None
