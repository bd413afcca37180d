"""What a drawn deed means to a model as it stands: who does what to which report."""

import datetime as dtm
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.prove.machine.office import month_before, month_of
from tests.prove.reviews.drawing import Deed
from tests.prove.reviews.model import Model
from tests.prove.reviews.office import (
    AUTO,
    LI,
    ON_EVIDENCE,
    OUTSIDER,
    PEOPLE,
    QIAN,
    REPORTS_FOR,
    REVIEWED,
    UNITS,
    WANG,
    ZHOU,
)
from tests.prove.reviews.values import Call, Line, Name, Place, Shown, Terms

T = TypeVar("T")

REPORTERS = (LI, LI, WANG, WANG, ZHOU)
DECIDING = (QIAN, QIAN, QIAN, ZHOU, ZHOU, ZHOU, OUTSIDER, LI)
FILES = ("picture", "picture", "document", "owed", "useless")
KINDS = ((), ("picture",), ("picture", "document"), ("link",), ("document", "link"))
REASONS = ("缺少佐证", "内容不符")


class Meaning:
    """What a deed means to a model as it stands; None where it means nothing there."""

    def __init__(self, model: Model, number: int) -> None:
        self._model = model
        self._number = number

    def of(self, deed: Deed) -> Call | None:
        """Give what a deed means."""
        found: Call | None = getattr(self, f"_{deed.kind}")(deed)
        return found

    def at_once(self, deed: Deed) -> list[Call]:
        """Give two or three things that people do about one report at the same time."""
        place = self._review(deed.at, "pending", "pending", "returned", "awaiting", "accepted")
        if place is None:
            return []
        shown, reporter = self._now(place), place.report[0]
        self._number += 10
        decided = self._model.reviews[place].decided
        choices: list[Callable[[], Call | None]] = [
            lambda: self._call("accept", QIAN, shown=shown, part=None),
            lambda: self._call("accept", ZHOU, shown=shown, part=(1 + deed.many % 2, 1)),
            lambda: self._call("accept_each", ZHOU, shown=self._shown_of(place.unit, deed.more)),
            lambda: self._call(
                "return_each", QIAN, shown=self._shown_of(place.unit, deed.more), reason=REASONS[1]
            ),
            lambda: self._call("send_back", (QIAN, ZHOU)[deed.many % 2], shown=shown, reason=REASONS[0]),
            lambda: self._call("withdraw", reporter, report=place.report),
            lambda: self._corrected(place.report, deed.many, deed.more),
            lambda: self._call("send", reporter, report=place.report, file="picture"),
            lambda: self._call("link", reporter, report=place.report, page=9),
            lambda: self._call("resubmit", reporter, shown=shown),
            lambda: self._call("undo", decided[0] if decided else ZHOU, shown=shown),
            lambda: self._setting(place, deed.many),
            lambda: self._call("require", ZHOU, category=place.category, kinds=_one(KINDS, deed.many)),
        ]
        dice = random.Random(deed.who)
        calls = [choice() for choice in dice.sample(choices, 2 + deed.more % 2)]
        return [each for each in calls if each is not None]

    def _call(self, kind: str, person: str, **given: object) -> Call:
        self._number += 1
        return Call(kind, person, {"number": self._number, **given})

    def _months(self) -> tuple[dtm.date, ...]:
        month = month_of(self._model.today)
        return month, month, month_before(month)

    def _submit(self, deed: Deed) -> Call:
        person = _one(REPORTERS, deed.who)
        unit = _one(sorted(REPORTS_FOR[person]), max(0, deed.at % 6 - 4))
        file = _one(("none", "none", "picture", "document", "owed", "useless"), deed.more)
        if deed.who % 23 == 0:
            person, unit, file = LI, UNITS[1], "none"
        lines = self._lines(deed.many, deed.more)
        return self._call(
            "submit", person, terms=Terms(unit, _one(self._months(), deed.more // 7), lines), file=file
        )

    def _lines(self, many: int, more: int) -> dict[str, Line]:
        categories = list(self._model.office.rules)
        first, second = categories[many % 3], categories[(many + 1 + more % 2) % 3]
        lines = {first: self._line(many // 3)}
        if more % 3 == 0:
            lines[second] = self._line(more // 3)
        return _unmixed(lines)

    def _line(self, dice: int) -> Line:
        kind = _one(("add", "add", "add", "link", "set"), dice)
        return Line(kind, self._number * 10 + dice % 7 if kind == "link" else 1 + dice // 5 % 5)

    def _setting(self, place: Place, many: int) -> Call:
        line = Line("set", 1 + many % 3)
        return self._call(
            "submit", ZHOU, terms=Terms(place.unit, place.month, {place.category: line}), file="none"
        )

    def _accept(self, deed: Deed) -> Call | None:
        return self._deciding(deed, "accept", part=None)

    def _part(self, deed: Deed) -> Call | None:
        return self._deciding(deed, "accept", part=(deed.many % 5, deed.more % 3))

    def _send_back(self, deed: Deed) -> Call | None:
        return self._deciding(deed, "send_back", reason=_one(REASONS, deed.many))

    def _deciding(self, deed: Deed, kind: str, **given: object) -> Call | None:
        place = self._review(deed.at, "pending")
        if place is None:
            return None
        return self._call(kind, _one(DECIDING, deed.who), shown=self._shown(place, deed.more), **given)

    def _undo(self, deed: Deed) -> Call | None:
        decided = [place for place, review in self._model.reviews.items() if review.decided]
        place = _late(decided, deed.at) if decided and deed.more % 4 else self._review(deed.at, "accepted")
        if place is None:
            return None
        by = self._model.reviews[place].decided
        person = by[0] if by and deed.who % 4 else _one(DECIDING, deed.who // 4)
        return self._call("undo", person, shown=self._shown(place, deed.many))

    def _resubmit(self, deed: Deed) -> Call | None:
        place = self._review(deed.at, "returned")
        if place is None:
            return None
        person = place.report[0] if deed.who % 3 else _one(PEOPLE, deed.who // 3)
        return self._call("resubmit", person, shown=self._shown(place, deed.more))

    def _accept_each(self, deed: Deed) -> Call | None:
        if not self._model.reviews:
            return None
        unit = _one(UNITS, deed.at)
        return self._call("accept_each", _one(DECIDING, deed.who), shown=self._shown_of(unit, deed.more))

    def _return_each(self, deed: Deed) -> Call | None:
        shown = self._shown_of(_one(UNITS, deed.at), deed.more) if self._model.reviews else ()
        return self._call("return_each", _one(DECIDING, deed.who), shown=shown, reason=REASONS[0])

    def _undo_each(self, deed: Deed) -> Call | None:
        """Take back what one reviewer has decided at the same moment."""
        last = self._review(deed.at, "accepted", "returned")
        if last is None:
            return None
        reviews, decided = self._model.reviews, self._model.reviews[last].decided
        together = [place for place in reviews if decided and reviews[place].decided == decided] or [last]
        shown = tuple(self._shown(place, deed.more + at) for at, place in enumerate(together))
        return self._call("undo_each", decided[0] if decided else ZHOU, shown=shown)

    def _resubmit_each(self, deed: Deed) -> Call | None:
        last = self._review(deed.at, "returned")
        if last is None:
            return None
        reviews, person = self._model.reviews, last.report[0]
        returned = [
            place for place in reviews if place.report[0] == person and reviews[place].now.state == "returned"
        ] or [last]
        shown = tuple(self._shown(place, deed.more + at) for at, place in enumerate(returned))
        return self._call("resubmit_each", person, shown=shown)

    def _send(self, deed: Deed) -> Call | None:
        if not self._model.reports:
            return None
        report = _late(list(self._model.reports), deed.at)
        waiting = self._review(deed.at, "returned", "awaiting")
        if waiting is not None and deed.many % 2:
            report = waiting.report
        person = report[0] if deed.who % 4 else _one(REPORTERS, deed.who // 4)
        return self._call(
            "send",
            person,
            report=report,
            file=_one(FILES, deed.more),
        )

    def _link(self, deed: Deed) -> Call | None:
        """Send a page in reply, now and then one that is the report's already."""
        found = self._send(deed)
        if found is None:
            return None
        known = sorted(self._model.pages_of(self._model.reports[found.given["report"]]))
        page = _one(known, deed.more) if known and deed.more % 3 == 0 else self._number * 10 + 9
        return self._call("link", found.person, report=found.given["report"], page=page)

    def _piece(self, deed: Deed) -> Call | None:
        albums = [name for name in self._model.exhibits if name in self._model.reports]
        if not albums:
            return None
        owed = [name for name in albums if self._model.exhibits[name].state == "owed"]
        album = _late(owed if owed and deed.many % 2 else albums, deed.at)
        return self._call("piece", album[0], album=album, file=_one(FILES, deed.more))

    def _place(self, deed: Deed) -> Call | None:
        bare = [name for name, each in self._model.exhibits.items() if each.report not in self._model.reports]
        others = [*self._model.exhibits] if deed.more % 3 == 0 else bare
        if not others or not self._model.reports:
            return None
        parcel = _late(others, deed.at)
        person = parcel[0] if deed.who % 4 else _one(REPORTERS, deed.who // 4)
        own = [name for name in self._model.reports if name[0] == person]
        return self._call(
            "place", person, parcel=parcel, report=_late(own or [*self._model.reports], deed.many)
        )

    def _correct(self, deed: Deed) -> Call | None:
        if not self._model.reports:
            return None
        return self._corrected(_late(list(self._model.reports), deed.at), deed.many, deed.more)

    def _corrected(self, report: Name, many: int, more: int) -> Call | None:
        old = self._model.reports[report].terms
        if old is None:
            return self._call(
                "correct",
                report[0],
                report=report,
                new=Terms(UNITS[0], self._months()[0], self._lines(many, more)),
                old=None,
            )
        lines = _unmixed(dict(old.lines) | self._lines(many, more))
        if len(lines) > 2:
            del lines[next(iter(lines))]
        return self._call("correct", report[0], report=report, new=Terms(old.unit, old.month, lines), old=old)

    def _move(self, deed: Deed) -> Call | None:
        own = [name for name in self._model.reports if name[0] != LI]
        if not own:
            return None
        report = _late(own, deed.at)
        terms = self._model.reports[report].terms
        other = UNITS[0] if terms is None or terms.unit == UNITS[1] else UNITS[1]
        return self._call("move", report[0], report=report, unit=other)

    def _withdraw(self, deed: Deed) -> Call | None:
        if not self._model.reports:
            return None
        report = _late(list(self._model.reports), deed.at)
        return self._call(
            "withdraw", report[0] if deed.who % 5 else _one(REPORTERS, deed.who // 5), report=report
        )

    def _set_rule(self, deed: Deed) -> Call:
        category = _one(list(self._model.office.rules), deed.at)
        rule = _one((REVIEWED, REVIEWED, ON_EVIDENCE, AUTO), deed.more)
        return self._call("set_rule", ZHOU, category=category, rule=rule)

    def _require(self, deed: Deed) -> Call:
        category = _one(list(self._model.office.rules), deed.at)
        return self._call("require", ZHOU, category=category, kinds=_one(KINDS, deed.more))

    def _set_four_eyes(self, deed: Deed) -> Call:
        return self._call("set_four_eyes", ZHOU, is_on=bool(deed.many % 2))

    def _reopen(self, deed: Deed) -> Call | None:
        unit, month = _one(UNITS, deed.at), month_before(month_of(self._model.today))
        if not self._model.office.is_closed(unit, month, self._model.today):
            return None
        until = self._model.today + dtm.timedelta(days=deed.many % 5)
        return self._call("reopen", ZHOU, unit=unit, month=month, until=until)

    def _review(self, at: int, *states: str) -> Place | None:
        """Choose a review, most often one that stands as is wanted."""
        known = list(self._model.reviews)
        fitting = [place for place in known if self._model.reviews[place].now.state in states]
        if not known or not (fitting or at % 4 == 0):
            return None
        return _late(fitting if fitting and at % 6 else known, at)

    def _now(self, place: Place) -> Shown:
        return Shown(place, self._model.reviews[place].now.version)

    def _shown(self, place: Place, dice: int) -> Shown:
        version = self._model.reviews[place].now.version
        return Shown(place, max(1, version - 1) if dice % 6 == 0 else version)

    def _shown_of(self, unit: str, dice: int) -> tuple[Shown, ...]:
        """Choose some of a unit's, most often those that wait; perhaps one as it was before."""
        reviews = self._model.reviews
        waiting = [place for place in reviews if place.unit == unit and reviews[place].now.state == "pending"]
        chosen = (waiting or list(reviews))[:4]
        return tuple(self._shown(place, dice + at) for at, place in enumerate(chosen))


def _unmixed(lines: dict[str, Line]) -> dict[str, Line]:
    """Leave only the last link where there is one: links and numbers are not said in one message."""
    links = {category: line for category, line in lines.items() if line.kind == "link"}
    return dict([links.popitem()]) if links else lines


def _one(choices: Sequence[T], dice: int) -> T:
    return choices[dice % len(choices)]


def _late(choices: Sequence[T], dice: int) -> T:
    """Choose one, most often of the last few."""
    last = choices[-4:] if dice % 5 else choices
    return last[(dice // 5) % len(last)]
