"""The model's offices: who may act for which unit, and which months take reports."""

import datetime as dtm
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import chinese_calendar

REPORTER, ADMINISTRATOR = "reporter", "administrator"
HERE, ELSEWHERE = "峨眉山市", "定南县"
JUSTICE, SCHOOLS, POLICE, WATER = "市司法局", "市教育局", "市公安局", "县水利局"
NOTICES, DUTIES, OPEN_DAY, NEWS = "动态通知类", "法定主动公开内容", "政务公开日活动信息", "政务信息"
MONTHLY, YEARLY = "monthly", "yearly"

UNITS = {JUSTICE: HERE, SCHOOLS: HERE, POLICE: HERE, WATER: ELSEWHERE}
CATEGORIES = {NOTICES: HERE, DUTIES: HERE, OPEN_DAY: HERE, NEWS: ELSEWHERE}
QUOTAS: dict[tuple[str, str], tuple[str, int]] = {
    (JUSTICE, NOTICES): (MONTHLY, 2),
    (SCHOOLS, NOTICES): (MONTHLY, 2),
    (POLICE, NOTICES): (MONTHLY, 2),
    (SCHOOLS, DUTIES): (MONTHLY, 1),
    (POLICE, DUTIES): (MONTHLY, 1),
    (JUSTICE, OPEN_DAY): (YEARLY, 1),
    (SCHOOLS, OPEN_DAY): (YEARLY, 1),
    (POLICE, OPEN_DAY): (YEARLY, 1),
    (WATER, NEWS): (MONTHLY, 3),
}
"""What each unit owes; what is missing here is exempt."""

LI, WANG, ZHAO, SUN, OFFICE, STRANGER, OTHER = range(7001, 7008)
NEWCOMERS = (7011, 7012, 7013)
PEOPLE = {
    LI: "李明",
    WANG: "王芳",
    ZHAO: "赵强",
    SUN: "孙丽",
    OFFICE: "周主任",
    STRANGER: "路人",
    OTHER: "外县同志",
    7011: "新人甲",
    7012: "新人乙",
    7013: "新人丙",
}


@dataclass
class Binding:
    """A role for one unit, or for an organisation as a whole."""

    person: int
    organisation: str
    unit: str | None
    role: str


AT_FIRST = (
    Binding(LI, HERE, JUSTICE, REPORTER),
    Binding(WANG, HERE, JUSTICE, REPORTER),
    Binding(ZHAO, HERE, JUSTICE, REPORTER),
    Binding(ZHAO, HERE, SCHOOLS, REPORTER),
    Binding(SUN, HERE, SCHOOLS, REPORTER),
    Binding(OFFICE, HERE, None, ADMINISTRATOR),
    Binding(OTHER, ELSEWHERE, WATER, REPORTER),
    Binding(OTHER, ELSEWHERE, None, ADMINISTRATOR),
)


@dataclass
class Reopening:
    """A closed month that takes reports again from one unit, through a day."""

    unit: str
    month: dtm.date
    until: dtm.date


@dataclass(frozen=True)
class Refused(Exception):
    """The person is told why, and nothing at all has happened; ``key`` is the reason's text."""

    key: str


@dataclass(frozen=True)
class Closed(Exception):
    """The month takes nothing from the unit any more; a button that led here has done its work."""

    unit: str
    month: dtm.date


def month_of(day: dtm.date) -> dtm.date:
    """Give a day's month by its first day."""
    return day.replace(day=1)


def month_before(month: dtm.date) -> dtm.date:
    """Give the month before."""
    return month_of(month - dtm.timedelta(days=1))


def month_after(month: dtm.date) -> dtm.date:
    """Give the month after."""
    return month_of(month + dtm.timedelta(days=31))


def working_day_after(day: dtm.date, count: int) -> dtm.date:
    """Give the count-th working day after a day."""
    while count:
        day += dtm.timedelta(days=1)
        count -= chinese_calendar.is_workday(day)
    return day


@dataclass
class Office:
    """Both organisations: their people, their rules and their months."""

    bindings: list[Binding] = field(default_factory=lambda: [replace(each) for each in AT_FIRST])
    closing_days: dict[str, int] = field(default_factory=lambda: {HERE: 5, ELSEWHERE: 5})
    reopenings: list[Reopening] = field(default_factory=list)
    chosen: dict[int, str] = field(default_factory=dict)
    active: set[str] = field(default_factory=lambda: set(UNITS))
    aliases: dict[str, str] = field(default_factory=dict)
    heirs: dict[str, str] = field(default_factory=dict)

    def of(self, person: int) -> list[Binding]:
        """List what a person is."""
        return [each for each in self.bindings if each.person == person]

    def own_units(self, person: int, organisation: str | None = None) -> list[str]:
        """List the units a person reports for that report themselves, in official order."""
        mine = {each.unit for each in self.of(person) if each.role == REPORTER}
        found = [unit for unit in UNITS if unit in mine & self.active and organisation in {None, UNITS[unit]}]
        return found or (self.own_units(person) if organisation else [])

    def organisations_of(self, person: int, first: str | None) -> list[str]:
        """List the organisations a person reports to, that of the group first."""
        mine = {each.organisation for each in self.of(person)}
        return sorted(mine, key=lambda each: (each != first, each != HERE))

    def administers(self, person: int, organisation: str) -> bool:
        """Tell whether a person runs an organisation."""
        return any(
            each.role == ADMINISTRATOR and each.organisation == organisation for each in self.of(person)
        )

    def may_report(self, person: int, unit: str) -> bool:
        """Tell whether a person may change a unit's figures."""
        is_own = any(each.unit == unit and each.role == REPORTER for each in self.of(person))
        return is_own or self.administers(person, UNITS[unit])

    def may_take_back(self, person: int, unit: str) -> bool:
        """Tell whether a person may take back what they reported for a unit, or for one merged into it."""
        heir = unit
        while heir in self.heirs:
            heir = self.heirs[heir]
        return self.may_report(person, unit) or self.may_report(person, heir)

    def find(self, person: int, name: str, organisations: list[str]) -> str | None:
        """Give the unit that a name means to a person; None where it means none that they may know of.

        Refused for a unit that is not theirs. One that reports no more is known to its own people only.
        """
        unit = name if name in self.active else self.aliases.get(name, name)
        if unit not in self.active:
            unit = name
        if UNITS[unit] not in organisations:
            return None
        if self.may_report(person, unit):
            return unit
        if unit in self.active:
            raise Refused("error.unit_of_another")
        return None

    def require_bound(self, person: int) -> None:
        """Refuse whoever belongs nowhere."""
        if not self.of(person):
            raise Refused("error.not_bound")

    def require(self, person: int, unit: str) -> None:
        """Refuse whoever may not change a unit's figures."""
        self.require_bound(person)
        if not self.may_report(person, unit):
            raise Refused("error.not_permitted")

    def closes_on(self, organisation: str, month: dtm.date) -> dtm.date:
        """Give the last day on which a month takes late reports."""
        last_on = month_after(month) - dtm.timedelta(days=1)
        return working_day_after(last_on, self.closing_days[organisation])

    def retire(self, unit: str) -> None:
        """Have a unit report no more."""
        self.active.discard(unit)

    def restore(self, unit: str) -> None:
        """Have a unit report again, under its own name."""
        self.active.add(unit)
        self.heirs.pop(unit, None)
        self.aliases.pop(unit, None)

    def merge(self, unit: str, into: str) -> None:
        """Merge a unit into another, which its names mean and its people serve from now on."""
        self.active.discard(unit)
        self.heirs[unit] = into
        self.aliases = {name: into if of == unit else of for name, of in self.aliases.items()} | {unit: into}
        self.chosen = {person: into if of == unit else of for person, of in self.chosen.items()}
        for each in [each for each in self.bindings if each.unit == unit]:
            if replace(each, unit=into) in self.bindings:
                self.bindings.remove(each)
            else:
                each.unit = into

    def standing(self, unit: str, month: dtm.date, today: dtm.date) -> str:
        """Tell whether a month is ahead, open, late (but counts) or closed."""
        if today < month:
            return "ahead"
        if today < month_after(month):
            return "open"
        if today <= self.closes_on(UNITS[unit], month):
            return "late"
        opened = [each.until for each in self.reopenings if (each.unit, each.month) == (unit, month)]
        return "late" if any(today <= until for until in opened) else "closed"

    def require_open(self, unit: str, month: dtm.date, today: dtm.date) -> bool:
        """Tell whether a month takes reports as late; refuse one that takes none."""
        match self.standing(unit, month, today):
            case "ahead":
                raise Refused("error.month_ahead")
            case "closed":
                raise Closed(unit, month)
            case standing:
                return standing == "late"

    def closed_before(self, unit: str, month: dtm.date, today: dtm.date) -> Iterator[dtm.date]:
        """Give the closed months before a month, the latest first, opened again or not."""
        while True:
            month = month_before(month)
            if today > self.closes_on(UNITS[unit], month):
                yield month

    @staticmethod
    def is_month_doubtful(today: dtm.date) -> bool:
        """Tell whether no working day of the month has ended yet."""
        day = month_of(today)
        while day < today:
            if chinese_calendar.is_workday(day):
                return False
            day += dtm.timedelta(days=1)
        return True


@dataclass
class Invitation:
    """A link that one person can use within seven days; ``succeeds`` is the binding that it ends."""

    unit: str
    succeeds: Binding | None
    expires_at: dtm.datetime
    used_by: int | None = None
