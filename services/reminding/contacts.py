"""Who of an organisation can be written to today, and what they are to its units."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from models.enums import ReminderStep, Role
from services import sql
from services.core.recipients import Hearers, Person, choose_for_one, choose_hearers, present_among
from services.unhurried import unhurried


@dataclass(frozen=True, slots=True)
class Contacts:
    """An organisation's people on a day; ``chats`` are their private ones, by member id."""

    today: dtm.date
    people: Mapping[int, Person]
    chats: Mapping[int, int]
    reporters: Mapping[int, Sequence[Person]] = field(default_factory=dict)
    leaders: Mapping[int, Sequence[Person]] = field(default_factory=dict)
    administrators: Sequence[Person] = ()
    reviewers: Sequence[Person] = ()

    def hearers(self, step: ReminderStep, unit_id: int | None) -> Hearers:
        """Choose who of a unit hears of a step; nobody of none."""
        if unit_id is None:
            return Hearers()
        return choose_hearers(
            step, self.reporters.get(unit_id, ()), self.leaders.get(unit_id, ()), self.people, self.today
        )

    def office(self) -> tuple[int, ...]:
        """List the administrators who hear of everything."""
        return self._wanting(present_among(self.administrators, self.people))

    def desk(self) -> tuple[int, ...]:
        """List the reviewers, or where none can be written to the administrators: they hear what waits."""
        present = present_among(self.reviewers, self.people)
        return self._wanting(present) if present else self.office()

    def hearers_for(self, member_id: int | None) -> Hearers:
        """Choose who hears what is meant for one member."""
        return choose_for_one(self.people.get(member_id or 0), self.people, self.today)

    def _wanting(self, present: Sequence[Person]) -> tuple[int, ...]:
        return tuple(one.id for one in present if not one.is_left_alone(self.today))


_PEOPLE = """
SELECT b.unit_id, b.role, m.id, m.telegram_id, m.reminded_from_on, c.unreachable_at,
       a.id AS absence, a.stand_in_id
FROM binding b
JOIN member m ON m.id = b.member_id AND m.telegram_id IS NOT NULL
LEFT JOIN chat c ON c.telegram_id = m.telegram_id
LEFT JOIN absence a ON a.member_id = m.id AND a.first_on <= $2 AND a.last_on >= $2
WHERE b.organisation_id = $1
ORDER BY b.id, a.id
"""
_STANDING = """
SELECT NULL AS unit_id, 'administrator' AS role, m.id, m.telegram_id, m.reminded_from_on, c.unreachable_at,
       a.id AS absence, a.stand_in_id
FROM member m
LEFT JOIN chat c ON c.telegram_id = m.telegram_id
LEFT JOIN absence a ON a.member_id = m.id AND a.first_on <= $2 AND a.last_on >= $2
WHERE m.telegram_id = $1
ORDER BY a.id
"""


async def read_contacts(
    organisation_id: int, today: dtm.date, standing_administrators: Collection[int] = ()
) -> Contacts:
    """Read an organisation's people as they are today.

    ``standing_administrators`` are the Telegram ids of those whom the settings name: they are the office
    where nobody else administers the organisation.
    """
    rows = await sql.fetch(_PEOPLE, organisation_id, today)
    if not any(row["role"] == Role.ADMINISTRATOR.value for row in rows):
        for telegram_id in sorted(standing_administrators):
            rows += await sql.fetch(_STANDING, telegram_id, today)
    people: dict[int, Person] = {}
    chats: dict[int, int] = {}
    by_role: dict[tuple[Role, int | None], dict[int, Person]] = defaultdict(dict)
    async for row in unhurried(rows):
        person = people.setdefault(row["id"], _person(row))
        chats[person.id] = row["telegram_id"]
        by_role[Role(row["role"]), row["unit_id"]][person.id] = person

    def of(role: Role) -> dict[int, tuple[Person, ...]]:
        return {
            unit: tuple(found.values()) for (each, unit), found in by_role.items() if each is role and unit
        }

    return Contacts(
        today,
        people,
        chats,
        of(Role.REPORTER),
        of(Role.LEADER),
        tuple(by_role[Role.ADMINISTRATOR, None].values()),
        tuple(by_role[Role.REVIEWER, None].values()),
    )


def _person(row: Mapping[str, object]) -> Person:
    wants_from_on, stand_in = row["reminded_from_on"], row["stand_in_id"]
    return Person(
        id=int(str(row["id"])),
        is_reachable=row["unreachable_at"] is None,
        wants_from_on=None if wants_from_on is None else sql.get_day(wants_from_on),
        is_away=row["absence"] is not None,
        stand_in=None if stand_in is None else int(str(stand_in)),
    )
