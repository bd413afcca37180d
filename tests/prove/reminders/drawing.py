"""A town drawn from a seed, and what happens in it day by day."""

import datetime as dtm
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.prove.reminders import deeds, office_deeds
from tests.prove.reminders.days import DAY, is_working, last_month, working_day_after
from tests.prove.reminders.deeds import Deed
from tests.prove.reminders.desk import Desk
from tests.prove.reminders.rule import Name, lacks
from tests.prove.reminders.town import (
    MONTHLY,
    YEARLY,
    Absence,
    Account,
    Group,
    Organisation,
    Person,
    Quota,
    Town,
    Unit,
)

ZONE = dtm.timezone(dtm.timedelta(hours=8))
CATEGORIES = {1: (1, 2, 3), 2: (4, 5, 6)}
"""Of each organisation: two with monthly quotas and one with a yearly one."""

LONG_AGO = dtm.date(2020, 1, 1)
ZEALS = (0.0, 0.5, 0.8, 1.0, 1.1, 1.5)
ON_OFF = ("at_half", "at_last_day", "when_overdue", "in_groups")
NUMBERS = {"days_before": (1, 3, 5, 8), "yearly_from": (1, 7, 10, 12)}
LIMITS = {"closing_days": (0, 3, 5, 10, 15), "stale_days": (7, 10, 14), "zombie_days": (90, 180)}


def draw_town(dice: random.Random, units: int, first_on: dtm.date) -> Town:
    """Draw two organisations with so many units in all, and their people."""
    town = Town()
    numbers = iter(range(1, 100_000))
    town.organisations = {1: Organisation(1), 2: Organisation(2)}
    for number in range(1, units + 1):
        unit = Unit(number, 1 if number <= (2 * units + 2) // 3 else 2, dice.choice(ZEALS))
        unit.quotas = [*_quotas(dice, unit.organisation)]
        town.units[number] = unit
        _draw_people(dice, town, unit, numbers)
        if dice.random() < 0.5:
            _draw_account(dice, town, unit, first_on)
    for organisation in town.organisations.values():
        for _ in range(dice.choice((1, 2, 2, 3))):
            organisation.administrators.append(_person(town, numbers))
        for _ in range(dice.choice((0, 1, 1, 2))):
            group = Group(len(town.groups) + 1, organisation.id)
            town.groups[group.id] = group
    if dice.random() < 0.3:  # somebody of one office helps out in the other
        town.organisations[2].administrators.append(town.organisations[1].administrators[0])
    _draw_more(dice_apart(dice), town, numbers, first_on)
    return town


def dice_apart(dice: random.Random) -> random.Random:
    """Give dice of their own: however often they are thrown, the others fall as before."""
    alike = random.Random()
    alike.setstate(dice.getstate())
    return random.Random(alike.getrandbits(64))


def _draw_more(dice: random.Random, town: Town, numbers: Iterator[int], first_on: dtm.date) -> None:
    """Draw leaders of a whole organisation, some from the other one, and targets for each account."""
    for one in town.organisations.values():
        known = dice.sample([*town.people], 2)
        one.leaders += dice.choice(([], known[:1], known, [_person(town, numbers)]))
    of_desk = dice_apart(dice)
    for one in town.organisations.values():
        known = of_desk.sample([*town.people], 1)
        one.reviewers += of_desk.choice(
            ([], known, [_person(town, numbers)], [*known, _person(town, numbers)])
        )
    for unit in town.units.values():
        for quota in unit.quotas:
            quota.is_per_account = dice.random() < 0.15
            for _ in range(dice.choice((0, 0, 1, 2)) if quota.is_per_account else 0):
                _draw_account(dice, town, unit, first_on)


def _quotas(dice: random.Random, organisation: int) -> Iterator[Quota]:
    first, second, third = CATEGORIES[organisation]
    yield Quota(first, MONTHLY, dice.choice((None, 1, 2, 4, 8)), LONG_AGO)
    if dice.random() < 0.4:
        yield Quota(second, MONTHLY, dice.choice((None, 1, 3)), LONG_AGO)
    if dice.random() < 0.6:
        yield Quota(third, YEARLY, dice.choice((None, 1, 6, 12)), LONG_AGO)


def _person(town: Town, numbers: Iterator[int]) -> int:
    person = Person(next(numbers))
    town.people[person.id] = person
    return person.id


def _draw_people(dice: random.Random, town: Town, unit: Unit, numbers: Iterator[int]) -> None:
    colleagues = [each for unit_id in town.units for each in town.reporters[unit_id]]
    for _ in range(dice.choice((0, 1, 1, 1, 1, 2, 2))):
        known = dice.choice(colleagues) if colleagues and dice.random() < 0.15 else None
        person = known if known is not None else _person(town, numbers)
        if person not in town.reporters[unit.id]:
            town.reporters[unit.id].append(person)
    if dice.random() < 0.7:
        above = [each for unit_id in town.units for each in town.leaders[unit_id]]
        known = dice.choice(above) if above and dice.random() < 0.6 else None
        town.leaders[unit.id].append(known if known is not None else _person(town, numbers))


def _draw_account(dice: random.Random, town: Town, unit: Unit, first_on: dtm.date) -> None:
    last = first_on - dice.randint(0, 20) * DAY if dice.random() < 0.9 else None
    number = len(town.accounts) + 1
    town.accounts[number] = Account(number, unit.id, last, dice.choice((2, 7, 12, 20, 400)))


@dataclass
class Days:
    """Draws what happens on one day after the other."""

    dice: random.Random
    town: Town
    only_reports: bool = False
    _other_dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._other_dice = dice_apart(self.dice)
        self._desk = Desk(dice_apart(self._other_dice), self.town, ZONE)
        self._groups_ever = len(self.town.groups)
        self._leaving: set[int] = set()

    def deeds_of(self, day: dtm.date) -> list[Deed]:
        """Draw what happens on a day, in order."""
        others = (self._posts, self._people, self._groups, self._offices, self._units, self._months)
        found = [*self._reports(day)]
        for draw in () if self.only_reports else others:
            found += draw(day)
        if not self.only_reports:
            found += self._desk.deeds_of(day, self._leaving, CATEGORIES)
        return sorted(found, key=lambda deed: deed.at)

    def _happens(self, one_in: float) -> bool:
        return self.dice.random() * one_in < 1

    def _at(self, day: dtm.date) -> dtm.datetime:
        seconds = self.dice.randrange(7 * 3600, 22 * 3600)
        return dtm.datetime.combine(day, dtm.time(), ZONE) + dtm.timedelta(seconds=seconds)

    def _reports(self, day: dtm.date) -> Iterator[Deed]:
        month, before = day.replace(day=1), last_month(day.replace(day=1))
        for unit in self.town.units.values():
            rules = self.town.organisations[unit.organisation]
            if not unit.is_active or not is_working(day, rules.overrides):
                continue
            is_late = self._happens(20) and day <= working_day_after(
                month - DAY, rules.closing_days, rules.overrides
            )
            for quota in unit.quotas:
                days = 21 if quota.cadence == MONTHLY else 250
                if quota.target and self.dice.random() < quota.target * unit.zeal / days:
                    count = -1 if self._happens(25) else 1
                    wanted = before if is_late else month
                    yield deeds.counted(self._at(day), unit, quota.category, wanted, count)

    def _posts(self, day: dtm.date) -> Iterator[Deed]:
        for account in self.town.accounts.values():
            if account.is_watched and self._happens(account.gap):
                yield deeds.posted(self._at(day), account, day)
            elif account.last_post_on and self._happens(300):
                last = account.last_post_on - self.dice.randint(1, 12) * DAY
                yield deeds.taken_back(self._at(day), account, last)
            elif account.is_watched and self._happens(1500):
                yield deeds.deregistered(self._at(day), account)

    def _people(self, day: dtm.date) -> Iterator[Deed]:
        for person in self.town.people.values():
            if person.is_forgotten:
                continue
            if self._happens(3000) and not self._administers(person):
                self._leaving.add(person.id)  # nothing else is decided of them, however late in the day
                yield deeds.forgotten(self._at(day), person)
                continue
            ahead = [one for one in person.absences if one.last_on >= day]
            if not ahead and self._happens(150):
                first = day + self.dice.randint(0, 5) * DAY
                yield deeds.away(self._at(day), person, self._absence(person, first))
            if self._happens(150):
                yield deeds.later(self._at(day), person, day + self.dice.randint(1, 6) * DAY)
            if not person.refuses and self._happens(300):
                yield deeds.blocked(self._at(day), person)
            if (person.refuses and self._happens(20)) or self._happens(1000):
                yield deeds.came_back(self._at(day), person)

    def _administers(self, person: Person) -> bool:
        return any(person.id in one.administrators for one in self.town.organisations.values())

    def _absence(self, person: Person, first: dtm.date) -> Absence:
        others = [each for each in self.town.people if each != person.id]
        near = [each for each in others if abs(each - person.id) <= 4]
        stand_in = self.dice.choice(near or others) if others and self._happens(1.8) else None
        return Absence(first, first + self.dice.choice((0, 1, 4, 9)) * DAY, stand_in)

    def _groups(self, day: dtm.date) -> Iterator[Deed]:
        for group in self.town.groups.values():
            if self._happens(500):
                yield office_deeds.group_gone(self._at(day), group)
            elif not group.refuses and self._happens(150):
                yield deeds.blocked(self._at(day), group)
            elif group.refuses and self._happens(15):
                yield deeds.came_back(self._at(day), group)
        yield from self._nudges(day)
        for organisation in self.town.organisations:
            if self._other_dice.random() * 150 < 1:
                self._groups_ever += 1
                group = Group(self._groups_ever, organisation)
                yield office_deeds.group_added(dtm.datetime.combine(day, dtm.time(8), ZONE), group)

    def _nudges(self, day: dtm.date) -> Iterator[Deed]:
        """Draw apart whom an administrator wants reminded: units that lack something of the month."""
        if self._other_dice.random() * 6 > 1:
            return
        hour = dtm.time(self._other_dice.randrange(8, 18), self._other_dice.randrange(60))
        for unit in self.town.units.values():
            name = Name(MONTHLY, unit.organisation, unit.id, 0, day.replace(day=1), "nudged", str(day))
            if self._other_dice.random() < 0.2 and lacks(self.town, name, day):
                yield office_deeds.nudged(dtm.datetime.combine(day, hour, ZONE), unit, day)

    def _offices(self, day: dtm.date) -> Iterator[Deed]:
        for one in self.town.organisations.values():
            if not one.is_paused and self._happens(60):
                yield office_deeds.paused(self._at(day), one.id, is_paused=True)
            elif one.is_paused and self._happens(3):
                yield office_deeds.paused(self._at(day), one.id, is_paused=False)
            if self._happens(30):
                yield self._rule(day, one)
            if self._happens(45):
                decided = day + self.dice.randint(-3, 25) * DAY
                is_working = self.dice.random() < 0.5
                yield office_deeds.day_decided(self._at(day), one.id, decided, is_working=is_working)
        if not self.town.is_restored and self._happens(60):
            restored = office_deeds.restored(self._at(day))
            yield restored
            if self._happens(2):
                soon = restored.at + self.dice.random() * dtm.timedelta(hours=2)
                yield office_deeds.decided(soon, discards=self._happens(1.5))
        elif self.town.is_restored and self._happens(1.5):
            yield office_deeds.decided(self._at(day), discards=self._happens(2))

    def _rule(self, day: dtm.date, one: Organisation) -> Deed:
        if self._happens(2):
            name = self.dice.choice(ON_OFF)
            return office_deeds.chose(self._at(day), one.id, name, not getattr(one, name))
        if self._happens(2):
            name = self.dice.choice([*NUMBERS])
            return office_deeds.chose(self._at(day), one.id, name, self.dice.choice(NUMBERS[name]))
        name = self.dice.choice([*LIMITS])
        return office_deeds.ruled(self._at(day), one.id, name, self.dice.choice(LIMITS[name]))

    def _units(self, day: dtm.date) -> Iterator[Deed]:
        for unit in self.town.units.values():
            if unit.is_active and self._happens(2500):
                yield deeds.retired(self._at(day), unit)
            elif unit.is_active and self._happens(400):
                yield self._change_of(day, unit)

    def _months(self, day: dtm.date) -> Iterator[Deed]:
        """Draw months that are opened again for a unit, which then reports, or does not."""
        for unit in self.town.units.values():
            if not unit.is_active or self._other_dice.random() * 200 > 1:
                continue
            month = day.replace(day=1)
            for _ in range(self._other_dice.choice((1, 2, 2, 3, 4))):
                month = last_month(month)
            at = dtm.datetime.combine(day, dtm.time(self._other_dice.randrange(8, 20)), ZONE)
            until_on = day + self._other_dice.randint(1, 20) * DAY
            yield office_deeds.reopened(at, unit, month, until_on)
            for quota in unit.quotas:
                if self._other_dice.random() < 0.4:
                    yield deeds.counted(at + dtm.timedelta(hours=1), unit, quota.category, month, 1)

    def _change_of(self, day: dtm.date, unit: Unit) -> Deed:
        mine = [each for each in self.town.reporters[unit.id] if each not in self._leaving]
        if self._happens(3):
            quota = Quota(
                CATEGORIES[unit.organisation][0], MONTHLY, self.dice.choice((None, 1, 3)), day + DAY
            )
            return deeds.owes_from_now(self._at(day), unit, quota)
        others = [each for each in self.town.people if each not in mine and each not in self._leaving]
        if mine and (self._happens(2) or not others):
            return deeds.released(self._at(day), self.dice.choice(mine), unit, "reporter")
        return deeds.bound(self._at(day), self.dice.choice(others), unit, "reporter")
