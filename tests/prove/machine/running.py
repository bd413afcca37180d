"""The model of what an office does besides: opening months again, its rule, letting people in and out."""

import datetime as dtm

from tests.prove.machine.model import Model
from tests.prove.machine.office import (
    ADMINISTRATOR,
    REPORTER,
    UNITS,
    Binding,
    Invitation,
    Refused,
    Reopening,
)
from tests.prove.machine.values import Answer, Turn

LINKS_LIVE = dtm.timedelta(days=7)
TRIES = 5
LONGEST = dtm.timedelta(days=60)


class Running(Model):
    """What administrators change, and what becomes of it."""

    def reopen(self, turn: Turn, unit: str, month: dtm.date, until: dtm.date) -> Answer:
        """Open a closed month again for one unit."""
        office = self.office
        office.require_bound(turn.person)
        if not any(each.role == ADMINISTRATOR for each in office.of(turn.person)):
            raise Refused("error.not_permitted")
        if not office.administers(turn.person, UNITS[unit]):
            return Answer(None)  # which unit is meant is asked; nothing comes of it
        self._require_closed(unit, month)
        if not self.today <= until <= self.today + LONGEST:
            raise Refused("error.reopening_ends")
        office.reopenings.append(Reopening(unit, month, until))
        return Answer("month.opened")

    def _require_closed(self, unit: str, month: dtm.date) -> None:
        match self.office.standing(unit, month, self.today):
            case "ahead":
                raise Refused("error.month_ahead")
            case "late" if self.today > self.office.closes_on(UNITS[unit], month):
                raise Refused("error.month_open_again")
            case "open" | "late":
                raise Refused("error.month_not_closed")

    def close_again(self, turn: Turn, number: int) -> Answer:
        """Close a month that was opened again before its time; they are numbered from 1."""
        opened = self.office.reopenings[number - 1]
        self.office.require_bound(turn.person)
        if not self.office.administers(turn.person, UNITS[opened.unit]):
            raise Refused("error.not_permitted")
        if opened.until < self.today:
            raise Refused("error.reopening_over")
        opened.until = self.today - dtm.timedelta(days=1)
        return Answer("month.closed_again")

    def end_binding(self, binding: Binding) -> None:
        """Take a role away; a unit that somebody leaves is chosen no more."""
        self.office.bindings.remove(binding)
        if self.office.chosen.get(binding.person) == binding.unit:
            del self.office.chosen[binding.person]

    def join(self, turn: Turn, invitation: Invitation, tried: list[tuple[int, dtm.datetime]]) -> Answer:
        """Open an invitation's link; ``tried`` are the links that were worth nothing, by whom and when."""
        lately = [
            1 for person, at in tried if person == turn.person and at > self.now - dtm.timedelta(hours=1)
        ]
        if len(lately) >= TRIES:
            raise Refused("error.codes_too_many")
        mine = Binding(turn.person, UNITS[invitation.unit], invitation.unit, REPORTER)
        if invitation.used_by in {None, turn.person} and mine in self.office.bindings:
            works = self.office.own_units(turn.person)
            return Answer("start.held" if works else "error.nothing_here")
        is_over = invitation.expires_at <= self.now or invitation.unit not in self.office.active
        if invitation.used_by is not None or is_over:
            tried.append((turn.person, self.now))
            raise Refused("error.code_useless")
        invitation.used_by = turn.person
        for each in list(self.office.bindings):
            if each is invitation.succeeds:  # another of the same kind is not the one that was handed over
                self.end_binding(each)
        self.office.bindings.append(mine)
        return Answer("start.joined")
