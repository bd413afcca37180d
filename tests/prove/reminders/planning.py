"""The model of what becomes due, each once."""

import datetime as dtm
from collections import defaultdict
from dataclasses import dataclass, field

from tests.prove.reminders import rule
from tests.prove.reminders.days import DAY, PUBLISHED, is_working, working_day_after
from tests.prove.reminders.records import NOBODY, OPEN, Due, Letter
from tests.prove.reminders.rule import CALENDAR, MEDIA, REVIEW, Name
from tests.prove.reminders.town import MONTHLY, Organisation, Town


@dataclass
class Planning:
    """What has become due so far; ``now`` is what the bot's clock shows, right or wrong."""

    town: Town
    planned: set[tuple[str, int, dtm.date, str]] = field(default_factory=set)
    dues: dict[Name, Due] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    touched: set[Name | str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._open: set[Name] = set()
        self._waiting: set[str] = set()
        self.unclear: set[str] = set()
        self._of: defaultdict[Name, set[str]] = defaultdict(set)
        self._warnings: defaultdict[tuple[str, int, dtm.date], set[str]] = defaultdict(set)

    def plan(self, now: dtm.datetime) -> None:
        """Write down what has become due."""
        for one in self.town.organisations.values():
            self._plan_accounts(one, now)
            self._plan_queue(one, now)
            for month in rule.months_about(now.date()):
                if not rule.is_closed(one, month, now.date()):
                    self._plan_month(one, month, now)
            self._plan_calendar(one, now)

    def hear_nudges(self) -> None:
        """Write down what administrators have wanted and reviewers have accepted since."""
        for organisation, unit, month, day, at in self.town.nudges:
            self._due(Name(MONTHLY, organisation, unit, NOBODY, month, "nudged", day), at)
        self.town.nudges.clear()
        for organisation, number, version, at in self.town.acceptances:
            report = self.town.reports[number]
            decision = f"{number}/{version}"
            name = Name(REVIEW, organisation, report.unit, NOBODY, report.month, "accepted", "", decision)
            self._due(name, rule.due_of_acceptance(at))
        self.town.acceptances.clear()

    def _plan_month(self, one: Organisation, month: dtm.date, now: dtm.datetime) -> None:
        for kind, step, due_at in rule.month_steps(one, month, now.tzinfo):
            if due_at > now or not self._is_new(kind, one.id, month, step):
                continue
            for unit in self.town.units.values():
                is_ours = unit.organisation == one.id and unit.is_active
                if is_ours and rule.owes(self.town, unit.id, kind, month):
                    self._due(Name(kind, one.id, unit.id, NOBODY, month, step), due_at)

    def _is_new(self, kind: str, organisation: int, month: dtm.date, step: str) -> bool:
        before = len(self.planned)
        self.planned.add((kind, organisation, month, step))
        return len(self.planned) > before

    def _plan_calendar(self, one: Organisation, now: dtm.datetime) -> None:
        if now.month != 11 or now.year + 1 in PUBLISHED:
            return
        first = now.date().replace(day=1)
        day = working_day_after(first - DAY, 1, one.overrides)
        due_at = dtm.datetime.combine(day, dtm.time(9), now.tzinfo)
        if due_at <= now and self._is_new(CALENDAR, one.id, first, "asked"):
            self._due(Name(CALENDAR, one.id, NOBODY, NOBODY, first, "asked"), due_at)

    def _plan_queue(self, one: Organisation, now: dtm.datetime) -> None:
        today = now.date()
        due_at = dtm.datetime.combine(today, dtm.time(9), now.tzinfo)
        if due_at <= now and is_working(today, one.overrides) and rule.has_waited(self.town, one.id, today):
            self._due(Name(REVIEW, one.id, NOBODY, NOBODY, today, "pending"), due_at)

    def _plan_accounts(self, one: Organisation, now: dtm.datetime) -> None:
        for account in self.town.accounts.values():
            unit, last = self.town.units[account.unit], account.last_post_on
            if unit.organisation != one.id or not unit.is_active or not account.is_watched:
                continue
            if last is None or last > now.date():
                continue
            for step, due_at in rule.account_steps(one, last, now.tzinfo):
                if due_at <= now:
                    self._due(Name(MEDIA, one.id, unit.id, account.id, last, step), due_at)

    def _due(self, name: Name, due_at: dtm.datetime) -> None:
        if name not in self.dues:
            self.dues[name] = Due(due_at)
            self._settle(name, OPEN)

    def _settle(self, name: Name, state: str) -> None:
        self.dues[name].state = state
        self.touched.add(name)
        (self._open.add if state == OPEN else self._open.discard)(name)
