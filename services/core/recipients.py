"""Who hears of what is due: reporters first, then leaders, the office always (docs/reminders.md)."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.enums import ReminderStep
from services.core.reminding import TO_LEADERS


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be written to, or not.

    ``wants_from_on`` is the day before which they asked to be left alone, ``stand_in`` whom they named for
    the days they are away.
    """

    id: int
    is_reachable: bool = True
    wants_from_on: dtm.date | None = None
    is_away: bool = False
    stand_in: int | None = None

    def is_left_alone(self, today: dtm.date) -> bool:
        """Tell whether they asked for a later day."""
        return self.wants_from_on is not None and today < self.wants_from_on


@dataclass(frozen=True, slots=True)
class Hearers:
    """Whom to tell, by member id; ``waits`` is that the only ones there are asked for a later day."""

    own: tuple[int, ...] = ()
    leaders: tuple[int, ...] = ()
    waits: bool = False


def choose_hearers(
    step: ReminderStep,
    reporters: Iterable[Person],
    leaders: Iterable[Person],
    people: Mapping[int, Person],
    today: dtm.date,
) -> Hearers:
    """Choose who of a unit hears of a step; ``people`` are all that may stand in for somebody."""
    is_wanted_now = step is ReminderStep.NUDGED
    present = present_among(reporters, people)
    own = tuple(one.id for one in present if is_wanted_now or not one.is_left_alone(today))
    asks_for_later = len(own) < len(present)
    above: tuple[int, ...] = ()
    if step in TO_LEADERS or not (own or asks_for_later):
        above = tuple(one.id for one in present_among(leaders, people) if not one.is_left_alone(today))
    return Hearers(own, above, waits=asks_for_later and not own and step not in TO_LEADERS)


def choose_for_one(wanted: Person | None, people: Mapping[int, Person], today: dtm.date) -> Hearers:
    """Choose who hears what is meant for one person; it waits for somebody who is away or asked for later.

    Nobody does where they are not there any more or cannot be written to.
    """
    if wanted is None or not (wanted.is_away or wanted.is_reachable):
        return Hearers()
    own = tuple(one.id for one in present_among((wanted,), people) if not one.is_left_alone(today))
    return Hearers(own, waits=not own)


def present_among(wanted: Iterable[Person], people: Mapping[int, Person]) -> tuple[Person, ...]:
    """List who can be written to, each once: somebody away gives way to who stands in for them."""
    found: dict[int, Person] = {}
    for each in wanted:
        one = people.get(each.stand_in) if each.is_away and each.stand_in is not None else each
        if one is not None and one.is_reachable and not one.is_away:
            found[one.id] = one
    return tuple(found.values())
