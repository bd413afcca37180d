"""The review desk of a town: what is reported there, accepted, taken back and corrected day by day."""

import datetime as dtm
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.prove.reminders.deeds import Deed, Statement
from tests.prove.reminders.rule import REVIEW, Name, due_of_acceptance
from tests.prove.reminders.town import Report, Town, Unit

REPORTED = (
    "INSERT INTO review (id, opening, unit_id, category_id, month_on, state, count, member_id, asked_at, "
    "changed_at) VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8, $8)"
)
CHANGED = (
    "UPDATE review SET state = $1, accepted = $2, asked_at = CASE WHEN $3 THEN $4 ELSE asked_at END, "
    "changed_at = $4, version = $5 WHERE id = $6"
)
STEPPED = (
    "INSERT INTO review_step (id, review_id, version, state, count, accepted, source, happened_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, '', $7)"
)
DUE = (
    "INSERT INTO due (key, organisation_id, unit_id, decision_id, member_id, rule, step, period_on, due_at, "
    "state, planned_at) VALUES ($1, $2, $3, $4, $5, 'review', 'accepted', $6, $7, 'open', $8)"
)
STEPS_OF_ONE = 1000
"""A step's id is its review's times this, and its version."""


def reported(at: dtm.datetime, report: Report, organisation: int) -> Deed:
    """Report something that waits for a reviewer."""
    moment = at.astimezone(dtm.UTC)

    def change(town: Town) -> None:
        report.asked_at = at
        town.reports[report.id] = report
        town.waiting[organisation].add(report.id)

    statements: tuple[Statement, ...] = (
        (
            REPORTED,
            (
                *(report.id, f"message/m0/{report.id}", report.unit, report.category, report.month),
                *(report.count, report.member, moment),
            ),
        ),
        _step(report, 1, "pending", moment),
    )
    words = f"member/{report.member} reports {report.count} for unit {report.unit}: report {report.id}"
    return Deed(at, words, change, statements)


def _step(report: Report, version: int, state: str, moment: dtm.datetime) -> Statement:
    accepted = report.count if state == "accepted" else 0
    number = report.id * STEPS_OF_ONE + version
    return STEPPED, (number, report.id, version, state, report.count, accepted, moment)


def decided(at: dtm.datetime, report: Report, version: int, state: str, organisation: int) -> Deed:
    """Have a report, at its next version, be accepted, returned, or wait (again)."""
    moment = at.astimezone(dtm.UTC)
    is_accepted = state == "accepted"

    def change(town: Town) -> None:
        report.state, report.version = state, version
        if state == "pending":
            report.asked_at = at
            town.waiting[organisation].add(report.id)
        else:
            town.waiting[organisation].discard(report.id)
        if is_accepted:
            town.acceptances.append((organisation, report.id, version, at))

    accepted = report.count if is_accepted else 0
    statements: tuple[Statement, ...] = (
        (CHANGED, (state, accepted, state == "pending", moment, version, report.id)),
        _step(report, version, state, moment),
    )
    if is_accepted:
        number = report.id * STEPS_OF_ONE + version
        values = (f"review/{report.id}/{version}/accepted", organisation, report.unit, number, report.member)
        due_at = due_of_acceptance(at).astimezone(dtm.UTC)
        statements += ((DUE, (*values, report.month, due_at, moment)),)
    return Deed(at, f"report {report.id} is {state}, version {version}", change, statements)


@dataclass
class Desk:
    """Draws what is reported for review and what reviewers do."""

    dice: random.Random
    town: Town
    zone: dtm.tzinfo
    reports_ever: int = 0

    def deeds_of(self, day: dtm.date, leaving: Iterable[int], categories: Any) -> Iterator[Deed]:
        """Draw what happens on a day."""
        for unit in self.town.units.values():
            if unit.is_active and self.dice.random() < 0.15:
                yield from self._report(day, unit, {*leaving}, categories[unit.organisation])
        for organisation, waiting in self.town.waiting.items():
            for number in sorted(waiting):
                yield from self._decide(day, self.town.reports[number], organisation)
        for report in [*self.town.reports.values()]:
            is_late = report.state == "accepted" and self.dice.random() < 0.01
            if is_late and day - report.asked_at.date() < dtm.timedelta(days=40):
                organisation = self.town.units[report.unit].organisation
                yield decided(self._at(day), report, report.version + 1, "pending", organisation)

    def _report(self, day: dtm.date, unit: Unit, leaving: set[int], categories: Any) -> Iterator[Deed]:
        office = self.town.organisations[unit.organisation].administrators
        people = [*self.town.reporters[unit.id], *office[:1]]
        staying = [each for each in people if each not in leaving]
        if staying:
            self.reports_ever += 1
            report = Report(
                self.reports_ever,
                unit.id,
                self.dice.choice(categories),
                day.replace(day=1),
                self.dice.randint(1, 4),
                self.dice.choice(staying),
            )
            yield reported(self._at(day), report, unit.organisation)

    def _decide(self, day: dtm.date, report: Report, organisation: int) -> Iterator[Deed]:
        """Accept or return something that waits; what was accepted may be taken back within minutes."""
        if self.dice.random() > 0.3:
            return
        at, version = self._at(day), report.version + 1
        states = ["returned" if self.dice.random() < 0.1 else "accepted"]
        if self.dice.random() < 0.15:
            states += ["pending"] + ["accepted"] * (self.dice.random() < 0.5)
        for number, state in enumerate(states):
            moment = at + number * dtm.timedelta(minutes=4)
            yield decided(moment, report, version + number, state, organisation)

    def _at(self, day: dtm.date) -> dtm.datetime:
        seconds = self.dice.randrange(7 * 3600, 23 * 3600 + 3000)
        return dtm.datetime.combine(day, dtm.time(), self.zone) + dtm.timedelta(seconds=seconds)


def misread(town: Town, names: Iterable[Name], content: Any) -> str:
    """Say where a digest's figures of reviewing are not the town's; "" where they all are."""
    wanted: Counter[tuple[Any, ...]] = Counter()
    for name in names:
        if name.decision:
            report = town.reports[int(name.decision.partition("/")[0])]
            pending = sum(
                each.count
                for each in map(town.reports.__getitem__, town.waiting[name.organisation])
                if (each.unit, each.month) == (report.unit, report.month)
            )
            wanted[report.unit, report.category, report.month, report.count, pending] += 1
    said = Counter(
        (
            each.unit_id,
            int(each.category.removeprefix("栏目")),
            each.month.starts_on,
            each.count,
            each.pending,
        )
        for each in content.accepted
    )
    if said != wanted:
        return f"says {dict(said)} were accepted, not {dict(wanted)}"
    for part in content.office:
        some = [town.reports[number] for number in town.waiting[part.organisation_id]]
        queue = (len(some), min(each.asked_at.date() for each in some)) if some else None
        told = (part.queue.reports, part.queue.oldest_on) if part.queue else None
        if queue != told:
            return f"says {told} wait, not {queue}"
    return ""


def lines_of_desk(names: Iterable[Name], content: Any) -> Iterator[tuple[Name, str]]:
    """Give what a digest tells of reviewing: acceptances, and (in an office's part) what waits."""
    offices = {part.organisation_id for part in content.office if part.queue is not None}
    for name in names:
        if name.decision:
            yield name, "reporter"
        elif name.rule == REVIEW and name.organisation in offices:
            yield name, "office"
