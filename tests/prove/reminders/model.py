"""What must become of everything due and of every letter, from the town and the clock alone."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.prove.reminders import rule
from tests.prove.reminders.planning import Planning
from tests.prove.reminders.records import (
    DEAD,
    GROUP,
    LEADER,
    NEEDLESS,
    OFFICE,
    OPEN,
    OWN,
    SENT,
    SUPERSEDED,
    TIMES_SENT,
    UNKNOWN,
    WAITING,
    Letter,
    Line,
    NotNow,
)
from tests.prove.reminders.rule import Name
from tests.prove.reminders.town import Organisation


class Model(Planning):
    """Follows the bot step by step: who is told, what goes out, what is lost."""

    # Who is told

    def dispatch(self, now: dtm.datetime) -> None:
        """Write letters, in office hours."""
        if self.town.is_restored:
            return
        for one in self.town.organisations.values():
            if not one.is_paused and rule.is_open_hour(now, one.overrides):
                self._dispatch(one, now)

    def _dispatch(self, one: Organisation, now: dtm.datetime) -> None:
        self._give_up_lost(now)
        for name in [*self._open]:
            is_due = name.organisation == one.id and self.dues[name].due_at <= now
            if is_due and not rule.is_wanted(one, name.step):
                self._settle(name, NEEDLESS)
        on_their_way = {name for key in self._waiting for name, _ in self.letters[key].lines}
        fresh = [name for name in self._latest(one, now) if name not in on_their_way]
        for name in fresh:
            if name.step != "listed":
                self._tell(name, now)
        series = defaultdict(list)
        for name in fresh:
            if name.step == "listed":
                series[name.rule, name.period_on].append(name)
        for names in series.values():
            self._list(one, names, now)

    def _give_up_lost(self, now: dtm.datetime) -> None:
        """Give up what nobody will send: of yesterday, discarded after a restore, to somebody forgotten."""
        for key in [*self._waiting]:
            letter = self.letters[key]
            is_past = letter.day_on < now.date() and not letter.is_list and not letter.may_have_gone
            is_to_nobody = not letter.is_list and self.town.people[letter.to].is_forgotten
            if is_past or is_to_nobody or self.town.has_discarded:
                letter.is_discarded = self.town.has_discarded
                self._close(letter, NEEDLESS, now)
        self.town.has_discarded = False

    def _latest(self, one: Organisation, now: dtm.datetime) -> list[Name]:
        """Supersede what a later step of the same says as well; give what is left."""
        series: dict[tuple[object, ...], list[Name]] = defaultdict(list)
        for name in self._open:
            if name.organisation == one.id and self.dues[name].due_at <= now:
                series[name.series].append(name)
        kept = []
        for names in series.values():
            *earlier, latest = sorted(names, key=lambda name: name.rank)
            for name in earlier:
                self._settle(name, SUPERSEDED)
            kept.append(latest)
        return sorted(kept)

    def _tell(self, name: Name, now: dtm.datetime) -> None:
        who = rule.hearers(self.town, name, now.date())
        parts = [] if who.waits else [*who.parts()]
        if name.decision and not (parts or who.waits):
            self._settle(name, NEEDLESS)
        if not parts:
            return
        if not rule.lacks(self.town, name, now.date()):
            self._settle(name, NEEDLESS)
            return
        told = {letter.to: letter.state for letter in self._letters_of(name) if letter.was_told}
        left = [(person, part) for person, part in parts if person not in told]
        if not left:
            self._settle(name, SENT if SENT in told.values() else UNKNOWN)
        for person, part in left:
            digest = f"digest/{person}/{now.date()}"
            is_apart = name.nudged and not self._takes_more(digest)
            self._write(f"nudge/{person}/{now.date()}" if is_apart else digest, person, [(name, part)], now)

    def _takes_more(self, key: str) -> bool:
        """Tell whether a letter is still to be written, or to go."""
        letter = self.letters.get(key)
        return letter is None or (letter.state == WAITING and not letter.may_have_gone)

    def _letters_of(self, name: Name) -> Iterator[Letter]:
        return (self.letters[key] for key in self._of[name])

    def _list(self, one: Organisation, names: list[Name], now: dtm.datetime) -> None:
        kind, month = names[0].rule, names[0].period_on
        warnings = [self.letters[key] for key in self._warnings[kind, one.id, month]]
        if any(letter.state == WAITING or _is_recent(letter, now) for letter in warnings):
            return
        still = [
            name for name in names if rule.lacks(self.town, name, now.date()) and self._is_warned(name, now)
        ]
        groups = [each for each in self.town.groups.values() if each.organisation == one.id]
        places = [each.id for each in groups if not each.is_known_lost]
        if still and not places:
            return
        for name in names:
            if name not in still:
                self._settle(name, NEEDLESS)
        for group in places if still else ():
            key = f"list/{group}/{kind}/{month:%Y-%m}"
            self._write(key, group, [(name, GROUP) for name in still], now)

    def _is_warned(self, name: Name, now: dtm.datetime) -> bool:
        """Tell whether the unit's own people read of the same at least two hours ago."""
        for key in self._warnings[name.rule, name.organisation, name.period_on]:
            letter = self.letters[key]
            if letter.state == SENT and not _is_recent(letter, now):
                told = self._about(letter, name)
                if any(of.unit == name.unit and part in {OWN, LEADER} for of, part in told):
                    return True
        return False

    @staticmethod
    def _about(letter: Letter, name: Name) -> list[Line]:
        return [
            (of, part)
            for of, part in letter.lines
            if (of.rule, of.organisation, of.period_on) == (name.rule, name.organisation, name.period_on)
        ]

    def _write(self, key: str, to: int, lines: Iterable[Line], now: dtm.datetime) -> None:
        letter = self.letters.get(key)
        if letter is None:
            letter = self.letters[key] = Letter(key, now.date(), to)
            self._waiting.add(key)
            self.touched.add(key)
        if not self._takes_more(key):
            return  # it has gone, or may have: what is due waits for another day
        for name, part in lines:
            letter.lines.add((name, part))
            self._of[name].add(key)
            if part in {OWN, LEADER}:
                self._warnings[name.rule, name.organisation, name.period_on].add(key)

    # What goes out

    def open(self, key: str, now: dtm.datetime) -> frozenset[Line]:
        """Give what a letter says when it is about to go; nothing when there is nothing to say any more.

        Raises:
            NotNow: it waits.
        """
        letter = self.letters[key]
        if letter.state != WAITING:
            return frozenset()
        if not letter.is_list and letter.day_on != now.date():
            self.settle(key, UNKNOWN if letter.may_have_gone else NEEDLESS, now)
            return frozenset()
        if self.town.is_restored:
            raise NotNow
        told, held = self._still(letter, now)
        if held and (letter.may_have_gone or not told):
            raise NotNow  # what may have gone goes again as a whole
        for line in letter.lines - told:
            self._unwrite(letter, line)
        if not told or (letter.is_list and letter.to not in self.town.groups):
            self._close(letter, NEEDLESS, now)
            return frozenset()
        return frozenset(told)

    def _still(self, letter: Letter, now: dtm.datetime) -> tuple[set[Line], bool]:
        told, held = set(), False
        for name, part in sorted(letter.lines):
            one = self.town.organisations[name.organisation]
            if self.dues[name].state not in {OPEN, SENT, UNKNOWN}:
                continue
            if one.is_paused or not rule.is_open_hour(now, one.overrides):
                held = True
            elif not self._is_needed(name, part, now):
                if self.dues[name].state == OPEN:
                    self._settle(name, NEEDLESS)
            else:
                told.add((name, part))
        return told, held

    def _is_needed(self, name: Name, part: str, now: dtm.datetime) -> bool:
        return rule.lacks(self.town, name, now.date()) and (part != GROUP or self._is_warned(name, now))

    def _unwrite(self, letter: Letter, line: Line) -> None:
        name = line[0]
        letter.lines.discard(line)
        if not any(of == name for of, _ in letter.lines):
            self._of[name].discard(letter.key)
        if not any(part in {OWN, LEADER} for _, part in self._about(letter, name)):
            self._warnings[name.rule, name.organisation, name.period_on].discard(letter.key)

    def settle(self, key: str, state: str, now: dtm.datetime) -> None:
        """Note how sending ended: for whom it was meant, it has told of what stands in it."""
        letter = self.letters[key]
        self._close(letter, state, now)
        if not letter.was_told:
            return
        for name in {name for name, _ in letter.lines}:
            if not self._counts(letter, name):
                continue
            if self.dues[name].state == OPEN or (state == SENT and self.dues[name].state == UNKNOWN):
                self._settle(name, state)

    def _counts(self, letter: Letter, name: Name) -> bool:
        """Tell whether a letter settles something; the office's copy does where nobody else is told."""
        if any(of == name and part != OFFICE for of, part in letter.lines):
            return True
        lines = (line for each in self._letters_of(name) for line in each.lines)
        return not any(of == name and part in {OWN, LEADER} for of, part in lines)

    def _close(self, letter: Letter, state: str, now: dtm.datetime) -> None:
        letter.state, letter.settled_at = state, now
        self._waiting.discard(letter.key)
        (self.unclear.add if state == UNKNOWN else self.unclear.discard)(letter.key)
        self.touched.add(letter.key)

    # What is lost

    def give_up_unclear(self, key: str, now: dtm.datetime) -> bool:
        """Leave a letter unknown that was sent as often as it may be; tell whether it was."""
        letter = self.letters[key]
        if letter.state == WAITING and letter.sendings >= (1 if letter.is_list else TIMES_SENT):
            self.settle(key, UNKNOWN, now)
            return True
        return False

    def refused(self, key: str, now: dtm.datetime) -> None:
        """Note that whom a letter was for refuses the bot."""
        letter = self.letters[key]
        (self.town.groups if letter.is_list else self.town.people)[letter.to].is_known_lost = True
        self.settle(key, DEAD, now)

    # What an administrator decides of what is unclear

    def acknowledge(self, key: str, now: dtm.datetime) -> None:
        """Take a letter for arrived (已看到)."""
        self._close(self.letters[key], SENT, now)
        self._settle_unclear(key, SENT)

    def send_again(self, key: str, now: dtm.datetime) -> None:
        """Have a list go once more (重发)."""
        letter = self.letters[key]
        self._close(letter, WAITING, now)
        self._waiting.add(key)
        letter.sendings, letter.times_resent = 0, letter.times_resent + 1
        self._settle_unclear(key, OPEN)

    def _settle_unclear(self, key: str, state: str) -> None:
        for name in {name for name, _ in self.letters[key].lines}:
            if self.dues[name].state == UNKNOWN:
                self._settle(name, state)

    def tellable(self, now: dtm.datetime) -> list[Name]:
        """Give what is open and needed now, and has somebody who could be told of it in private."""
        found = []
        for name in () if self.town.is_restored else sorted(self._open):
            one = self.town.organisations[name.organisation]
            if one.is_paused or not rule.is_open_hour(now, one.overrides) or name.step == "listed":
                continue
            if self.dues[name].due_at > now:
                continue
            who = rule.hearers(self.town, name, now.date())
            if any(who.parts()) and not who.waits and rule.lacks(self.town, name, now.date()):
                found.append(name)
        return found


def _is_recent(letter: Letter, now: dtm.datetime) -> bool:
    """Tell whether a letter arrived less than two hours ago."""
    return letter.state == SENT and letter.settled_at is not None and letter.settled_at > now - rule.RESPITE
