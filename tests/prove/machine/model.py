"""What every message counts for, worked out from what people did and from nothing else.

Written from the product's own words (docs/commands.md), not from its code: plain dicts and lists, no
database, no service. ``Model.facts`` is what the ledger has to hold.
"""

import datetime as dtm
from dataclasses import replace
from statistics import median

from tests.prove.machine.office import QUOTAS, UNITS, Office, Refused, month_of
from tests.prove.machine.values import (
    NO_LINE,
    Answer,
    Asked,
    Changed,
    Draft,
    Fact,
    Name,
    Opening,
    Place,
    Turn,
)
from tests.prove.machine.words import Amount, Line, Said, Terms

ALWAYS_BELIEVED = 20
FEWEST_MONTHS = 3
SOON = dtm.timedelta(minutes=10)


class Model:
    """The one truth."""

    def __init__(self, office: Office, now: dtm.datetime) -> None:
        self.office = office
        self.now = now
        self.facts: list[Fact] = []
        self.openings: dict[Name, Opening] = {}

    @property
    def today(self) -> dtm.date:
        """The day it is in China."""
        return (self.now + dtm.timedelta(hours=8)).date()

    def tally(self, unit: str, category: str, month: dtm.date) -> int:
        """Add up what is counted."""
        wanted = (unit, category, month)
        return sum(fact.count for fact in self.facts if fact.place[:3] == wanted)

    def tallies(self) -> dict[tuple[str, str, dtm.date], int]:
        """Add everything up, without zeros."""
        found = {fact.place[:3]: 0 for fact in self.facts}
        for fact in self.facts:
            found[fact.place[:3]] += fact.count
        return {key: count for key, count in found.items() if count}

    def submit(self, turn: Turn, said: Said) -> Answer:
        """Take a report."""
        return self.advance(turn, Draft(turn.by, self.today, said))

    def advance(self, turn: Turn, draft: Draft) -> Answer:
        """Count a draft, or ask what is missing."""
        self.office.require_bound(turn.person)
        try:
            return self._count(turn, self._complete(turn, draft))
        except Asked as asked:
            return asked.answer

    def choose_unit(self, turn: Turn, draft: Draft, unit: str) -> Answer:
        """Go on for a unit, and remember it where the person has several."""
        self.office.require(turn.person, unit)
        own, before = self.office.own_units(turn.person), self.office.chosen.get(turn.person)
        if len(own) > 1 and unit in own:
            self.office.chosen[turn.person] = unit
        try:
            return self.advance(turn, replace(draft, unit=unit))
        except Refused:
            self.office.chosen.pop(turn.person, None)
            if before:
                self.office.chosen[turn.person] = before
            raise

    def _complete(self, turn: Turn, draft: Draft) -> Draft:
        if draft.lines is None:
            draft = self._read(turn, draft)
        unit = draft.unit or ""
        if unit in self.office.heirs:
            raise Refused("error.unit_merged")
        if unit not in self.office.active and not self.office.administers(turn.person, UNITS[unit]):
            raise Refused("error.unit_retired")
        self.office.require(turn.person, unit)
        draft = self._dated(draft, unit)
        self.office.require_open(unit, draft.month or self.today, self.today)
        for at, line in enumerate(draft.lines or ()):
            if line.category is None:
                raise Asked(Answer("report.which_category", draft, asks=("report.line", at)))
            if line.amount is None:
                raise Asked(Answer("report.how_many", draft, asks=("report.line", at)))
        return draft

    def _read(self, turn: Turn, draft: Draft) -> Draft:
        said = draft.said
        unit = draft.unit or self._unit_of(turn, draft)
        return replace(draft, unit=unit, month=said.month or draft.month, lines=said.lines or NO_LINE)

    def _unit_of(self, turn: Turn, draft: Draft) -> str:
        office, said = self.office, draft.said
        own = office.own_units(turn.person, turn.group_of)
        reported_to = office.organisations_of(turn.person, turn.group_of)
        if said.unit is not None:
            meant = office.find(turn.person, said.unit, reported_to)
            if meant is not None:
                return meant
            if not own:
                raise Asked(Answer("report.name_unit", draft, asks=("report.unit_name", 0)))
        administers = any(office.administers(turn.person, each) for each in reported_to)
        if not own and not administers:
            raise Refused("error.unit_retired")
        chosen = office.chosen.get(turn.person)
        if len(own) == 1 or chosen in own:
            if said.unit is not None:  # words that nobody knows
                raise Refused("error.words_unclear")
            return own[0] if len(own) == 1 else str(chosen)
        key = "report.which_unit" if own else "report.name_unit"
        raise Asked(Answer(key, draft, asks=("report.unit_name", 0)))

    def _dated(self, draft: Draft, unit: str) -> Draft:
        if draft.month is not None:
            return draft
        month = month_of(draft.said_on)
        before = month_of(month - dtm.timedelta(days=1))
        is_doubtful = self.office.is_month_doubtful(draft.said_on)
        if is_doubtful and self.office.standing(unit, before, self.today) == "late":
            raise Asked(Answer("report.which_month", draft))
        return replace(draft, month=month)

    def _count(self, turn: Turn, draft: Draft) -> Answer:
        opening = self.openings.get(draft.opening)
        if opening is not None and draft.revises is None:
            return Answer("report.already" if opening.left else "report.already_withdrawn")
        unit, month = draft.unit or "", draft.month or self.today
        said = merged(draft.lines or ())
        known = self._known_pages(UNITS[unit], draft.opening, said)
        ours = {page for page, by in known.items() if unit in by}
        theirs = set(known) - ours
        left_out = ours | (theirs if "not_here" in draft.answered else set())
        lines = tuple(line for line in said if page_of(line) not in left_out)
        if not lines and not (draft.revises and not said):
            return Answer("report.nothing_new" if ours else "report.dropped")
        if lines and all(line.amount == Amount("add", 0) for line in lines):
            raise Refused("error.nothing_to_count")
        text = draft.revises.text if draft.revises and not draft.said.text else draft.said.text
        terms = Terms(unit, month, lines, text)
        self._doubt(draft, terms, theirs - left_out)
        is_late = self.office.require_open(unit, month, self.today)
        if opening is None:
            changes = self._open(turn, draft.opening, terms, is_late=is_late)
        else:
            changes = self._restate(turn, opening, terms, draft.revises)
        key = "report.received" if draft.revises is None else "report.corrected"
        shown = tuple(
            Changed(place.category, count, self.tally(unit, place.category, month))
            for place, count in changes.items()
            if (place.unit, place.month) == (unit, month)
        )
        return Answer(key, None, draft.opening, None, _joined(shown), unit, month, is_late)

    def _known_pages(self, organisation: str, but: Name, lines: tuple[Line, ...]) -> dict[int, set[str]]:
        """Tell of each page that counts already for which units of the organisation it does."""
        found: dict[int, set[str]] = {}
        for page in filter(None, map(page_of, lines)):
            for unit in UNITS:
                counted = sum(
                    fact.count
                    for fact in self.facts
                    if (fact.place.page, fact.place.unit) == (page, unit) and fact.opening != but
                )
                if counted > 0 and UNITS[unit] == organisation:
                    found.setdefault(page, set()).add(unit)
        return found

    def _doubt(self, draft: Draft, terms: Terms, theirs: set[int]) -> None:
        if draft.revises is None and "is_another" not in draft.answered and self._is_said(draft, terms):
            raise Asked(Answer("report.said_before", draft))
        if "is_so_many" not in draft.answered:
            for line in terms.lines:
                if key := self._too_many(terms, line):
                    raise Asked(Answer(key, draft))
        if theirs and "count_here_too" not in draft.answered:
            raise Asked(Answer("report.known_elsewhere", draft))

    def _is_said(self, draft: Draft, terms: Terms) -> bool:
        """Tell whether anybody has said the same for the same unit and month within ten minutes."""
        lately = {
            fact.opening
            for fact in self.facts
            if (fact.place.unit, fact.place.month) == (terms.unit, terms.month)
            and fact.at >= self.now - SOON
            and fact.opening != draft.opening
        }
        others = [self.openings[name].terms for name in lately]
        adds = any(line.amount and line.amount.kind == "add" for line in terms.lines)
        return adds and any(other is not None and other.saying == terms.saying for other in others)

    def _too_many(self, terms: Terms, line: Line) -> str:
        """Tell how a count is asked about that is far beyond what is usual; "" for one that is not."""
        if line.amount is None or line.amount.kind == "page" or line.amount.number <= ALWAYS_BELIEVED:
            return ""
        place = (terms.unit, line.category or "")
        months = self.office.closed_before(terms.unit, terms.month, self.today)
        last_six = [next(months) for _ in range(6)]
        counted = {fact.place.month for fact in self.facts if fact.place[:2] == place} & set(last_six)
        known = [self.tally(*place, month) for month in last_six if counted and month >= min(counted)]
        _, target = QUOTAS.get(place, ("", None))
        usual = median(known) if len(known) >= FEWEST_MONTHS else target
        if usual is None:
            return "report.so_many_at_first"
        return "report.so_many" if line.amount.number > 10 * usual else ""

    def _open(self, turn: Turn, name: Name, terms: Terms, *, is_late: bool) -> dict[Place, int]:
        opening = self.openings[name] = Opening(name, turn.person, self.now, terms)
        changes = {}
        for line in terms.lines:
            place = _place(terms, line)
            count = self._worth(line, self.tally(*place[:3]))
            self._add(turn._replace(by=name), opening, place, count, is_late=is_late)
            changes[place] = count
        return changes

    def _restate(
        self, turn: Turn, opening: Opening, new: Terms | None, old: Terms | None
    ) -> dict[Place, int]:
        """Make a report say something else, or (None) nothing."""
        if opening.terms != old:
            raise Refused("error.report_changed")
        if new is not None and old is not None:
            self.office.require(turn.person, old.unit)
            self.office.require_open(old.unit, old.month, self.today)
        wanted = {_place(new, line): line for line in new.lines} if new else {}
        agreed = {_place(old, line): line for line in old.lines} if old else {}
        changes = {
            place: self._worth(wanted[place], 0) - opening.parts.get(place, 0) if place in wanted else -count
            for place, count in (dict.fromkeys(wanted, 0) | opening.parts).items()
            if place not in wanted or wanted[place].amount != agreed.get(place, Line(None, None)).amount
        }
        for place, line in wanted.items():
            if place in changes and line.amount and line.amount.kind == "set":
                others = sum(
                    count for other, count in changes.items() if other[:3] == place[:3] and other != place
                )
                changes[place] = line.amount.number - self.tally(*place[:3]) - others
        changes = {place: count for place, count in changes.items() if count}
        for place in changes:
            together = sum(count for other, count in changes.items() if other[:3] == place[:3])
            if self.tally(*place[:3]) + together < 0:
                raise Refused("error.count_below_zero")
        for place, count in changes.items():
            late = self.office.standing(place.unit, place.month, self.today) == "late"
            self._add(turn, opening, place, count, is_late=late)
        opening.terms = new
        return changes

    @staticmethod
    def _worth(line: Line, counted: int) -> int:
        assert line.amount is not None
        match line.amount:
            case ("add", number):
                return number
            case ("set", number):
                return number - counted
        return 1

    def _add(self, turn: Turn, opening: Opening, place: Place, count: int, *, is_late: bool) -> None:
        opening.parts[place] = opening.parts.get(place, 0) + count
        self.facts.append(Fact(opening.name, place, count, is_late, turn.person, turn.by, self.now))


def page_of(line: Line) -> int:
    return line.amount.number if line.amount and line.amount.kind == "page" else 0


def _place(terms: Terms, line: Line) -> Place:
    return Place(terms.unit, line.category or "", terms.month, page_of(line))


def merged(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Add up what buttons have made the same category of."""
    kept: dict[tuple[str | None, int], Line] = {}
    for line in lines:
        key = ("", page_of(line)) if page_of(line) else (line.category, 0)
        if key not in kept:
            kept[key] = line
        elif not key[1]:
            before, after = kept[key].amount, line.amount
            if not before or not after or {before.kind, after.kind} != {"add"}:
                raise Refused("error.counts_conflict")
            kept[key] = Line(line.category, Amount("add", before.number + after.number))
    return tuple(kept.values())


def _joined(changes: tuple[Changed, ...]) -> tuple[Changed, ...]:
    """Put the changes of one category together."""
    found: dict[str, Changed] = {}
    for one in changes:
        so_far = found[one.category].difference if one.category in found else 0
        found[one.category] = Changed(one.category, so_far + one.difference, one.after)
    return tuple(found.values())
