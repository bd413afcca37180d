"""The model of what happens to a report afterwards: answers to questions, edits, taking back, moving."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.prove.machine.model import merged, page_of
from tests.prove.machine.office import UNITS, Closed, Refused
from tests.prove.machine.running import Running
from tests.prove.machine.values import NO_LINE, Answer, Draft, Name, Opening, Turn
from tests.prove.machine.words import Amount, Line, Said, Terms

MISSES = 2


class Afterwards(Running):
    """The whole truth."""

    def hear_line(self, turn: Turn, draft: Draft, at: int, missed: int, said: Said | None) -> Answer:
        """Take a message for what was asked; what means nothing is asked about again, but not for ever."""
        try:
            found = self.answer(turn, draft, at, said)
            key = "report.not_heard"
        except Refused as reason:
            found, key = None, reason.key
        if found is not None:
            return found
        return Answer("report.given_up") if missed >= MISSES else Answer(key, is_asked_again=True)

    def answer(self, turn: Turn, draft: Draft, at: int, said: Said | None) -> Answer | None:
        """Go on with what somebody says of a line that was asked about; None where it says nothing of it."""
        asked = (draft.lines or ())[at]
        if said is None or said.unit is not None or not said.lines:
            return None
        first, *others = said.lines
        if asked.category is not None and first.category not in {None, asked.category}:
            return None
        line = Line(first.category or asked.category, first.amount or asked.amount)
        lines = (*(draft.lines or ())[:at], line, *others, *(draft.lines or ())[at + 1 :])
        return self.advance(turn, replace(draft, lines=lines, month=said.month or draft.month))

    def name_unit(self, turn: Turn, draft: Draft, unit: str) -> Answer:
        """Go on with the unit that somebody names."""
        self.office.require_bound(turn.person)
        meant = self.office.find(turn.person, unit, self.office.organisations_of(turn.person, None))
        if meant is None:
            return Answer("report.name_unit", draft, asks=("report.unit_name", 0))
        return self.choose_unit(turn, draft, meant)

    def edit(self, turn: Turn, said: Said) -> Answer:
        """Offer to change the report of an edited message; nothing is changed by that."""
        opening = self.openings.get(turn.by)
        if opening is None or opening.member != turn.person or opening.terms is None:
            return Answer("report.edit_not_counted" if self.office.of(turn.person) else "")
        old = opening.terms
        if old.text == said.text:
            return Answer("")
        self.office.require(turn.person, old.unit)
        new = self._read_again(turn, opening, old, said)
        if new.saying == old.saying:
            return Answer("")
        for unit, month in ((old.unit, old.month), (new.unit, new.month)):
            self.office.require_open(unit, month, self.today)
        draft = Draft(opening.name, self.today, said, new.unit, new.month, new.lines, revises=old)
        return Answer("report.revision", draft)

    def _read_again(self, turn: Turn, opening: Opening, old: Terms, said: Said) -> Terms:
        unit = old.unit
        if said.unit is not None:
            organisations = self.office.organisations_of(turn.person, None)
            meant = self.office.find(turn.person, said.unit, organisations)
            if meant is None or UNITS[meant] != UNITS[old.unit]:
                raise Refused("error.words_unclear")
            unit = meant
        lines = said.lines
        if len(lines) == len(old.lines):
            lines = tuple(
                Line(line.category or agreed.category, line.amount)
                for line, agreed in zip(lines, old.lines, strict=True)
            )
        if not lines or not all(line.category and line.amount for line in lines):
            raise Refused("error.edit_unclear")
        known = self._known_pages(UNITS[unit], opening.name, lines)
        kept = tuple(line for line in merged(lines) if unit not in known.get(page_of(line), ()))
        return Terms(unit, said.month or old.month, kept, said.text)

    def find_last(self, turn: Turn) -> Answer:
        """Show somebody's own last report that still counts and can be taken back."""
        self.office.require_bound(turn.person)
        closed: Closed | None = None
        own = [each for each in self.openings.values() if each.member == turn.person and each.left]
        for opening in sorted(own, key=lambda each: -self._first_fact(each)):
            if not all(self.office.may_take_back(turn.person, place.unit) for place in opening.left):
                continue
            try:
                self._require_open(opening)
            except Closed as reason:
                closed = closed or reason
                continue
            return Answer("report.last", opening=opening.name)
        raise closed or Refused("error.nothing_to_withdraw")

    def _first_fact(self, opening: Opening) -> int:
        return min(at for at, fact in enumerate(self.facts) if fact.opening == opening.name)

    def _require_open(self, opening: Opening) -> None:
        for place in opening.left:
            self.office.require_open(place.unit, place.month, self.today)

    def _own(self, person: int, name: Name) -> Opening:
        opening = self.openings.get(name)
        if opening is None or opening.member != person:
            raise Refused("error.nothing_to_withdraw")
        return opening

    def withdraw(self, turn: Turn, name: Name) -> Answer:
        """Take a report back."""
        self.office.require_bound(turn.person)
        opening = self._own(turn.person, name)
        if not opening.left:
            raise Refused("error.already_withdrawn")
        if not all(self.office.may_take_back(turn.person, place.unit) for place in opening.left):
            raise Refused("error.not_permitted")
        self._require_open(opening)
        self._restate(turn, opening, None, opening.terms)
        return Answer("report.withdrawn")

    def list_targets(self, turn: Turn, name: Name) -> list[str]:
        """List the person's other units to which a report can be moved."""
        opening = self._own(turn.person, name)
        if not opening.left:
            raise Refused("error.already_withdrawn")
        unit = next(iter(opening.left)).unit
        self.office.require(turn.person, unit)
        return [
            each for each in self.office.own_units(turn.person) if UNITS[each] == UNITS[unit] and each != unit
        ]

    def move(self, turn: Turn, name: Name, unit: str) -> Answer:
        """Move a report to another unit: out of the one, into the other."""
        targets = self.list_targets(turn, name)
        if unit not in targets:
            self.office.require(turn.person, unit)
        terms = self.openings[name].terms
        if terms is None:
            raise Refused("error.already_withdrawn")
        draft = Draft(name, self.today, Said(()), None, terms.month, terms.lines, revises=terms)
        return self.choose_unit(turn, draft, unit)

    def press(self, turn: Turn, action: str, given: Mapping[str, Any], draft: Draft | None) -> Answer:
        """Do what a button of a report means; ``given`` has names where the button has ids."""
        match action:
            case "report.withdraw":
                return self.withdraw(turn, given["opening"])
            case "report.move":
                self.list_targets(turn, given["opening"])
                return Answer("report.which_target")
            case "report.move_to":
                return self.move(turn, given["opening"], given["unit"])
            case "report.keep":
                return Answer("report.kept")
            case "report.drop":
                return Answer("report.dropped")
        assert draft is not None
        return self._go_on(turn, action, given, draft)

    def _go_on(self, turn: Turn, action: str, given: Mapping[str, Any], draft: Draft) -> Answer:
        if action == "report.unit":
            return self.choose_unit(turn, draft, given["unit"])
        return self.advance(turn, _answered(action, given, draft))


def _answered(action: str, given: Mapping[str, Any], draft: Draft) -> Draft:
    """Give a draft with what a button says of it."""
    line = (draft.lines or NO_LINE)[given.get("at", 0)]
    match action:
        case "report.category":
            return draft.with_line(given["at"], Line(given["category"], line.amount))
        case "report.amount":
            return draft.with_line(given["at"], Line(line.category, Amount("add", given["count"])))
        case "report.rewrite":
            return draft.with_line(given["at"], Line(line.category, None))
        case "report.month":
            return replace(draft, month=dtm.date.fromisoformat(given["month"]))
        case "report.answer":
            return replace(draft, answered=draft.answered | {given["answer"]})
    assert action == "report.revise", action
    return draft
