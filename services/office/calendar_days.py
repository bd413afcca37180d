"""An organisation's own working days and days off, which beat the published calendar."""

import datetime as dtm
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.calendar import WorkCalendar
from services.core.errors import UserError
from services.core.stretches import Stretch
from services.office import organisations
from services.office.calendar import work_calendar
from services.transaction import transact

MOST = 400
"""So many days of its own an organisation may have: more is a slip."""


class DaysTooMany(UserError):
    """An organisation decides at most ``most`` days for itself."""


@dataclass(frozen=True, slots=True)
class OwnDays:
    """Neighbouring days that an organisation decided alike; ``is_published`` says it changes nothing."""

    stretch: Stretch
    is_working: bool
    is_published: bool


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """What an organisation decided of this year's days and later ones, in order.

    ``estimated_year`` is the first of them whose days off nobody has published yet, 0 for none.
    """

    organisation_id: int
    organisation: str
    decided: tuple[OwnDays, ...]
    estimated_year: int


async def read_calendar(organisation_id: int, years: Iterable[int]) -> WorkCalendar:
    """Give the working days as an organisation has them."""
    return work_calendar(years, await list_overrides(organisation_id))


async def list_overrides(organisation_id: int) -> Mapping[dtm.date, bool]:
    """Give the days an organisation decided for itself, and whether they are worked."""
    rows = await sql.look_up(
        "SELECT day_on, is_working FROM calendar_day WHERE organisation_id = $1 ORDER BY day_on",
        organisation_id,
    )
    return {sql.get_day(row["day_on"]): bool(row["is_working"]) for row in rows}


async def read_days(actor: Actor, organisation_id: int, today: dtm.date) -> OfficeDays:
    """Give an organisation's own days of this year and later to somebody who may change them."""
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)
    organisation = await organisations.get_organisation(organisation_id)
    overrides = await list_overrides(organisation_id)
    days = {day: is_working for day, is_working in overrides.items() if day.year >= today.year}
    calendar = work_calendar({today.year, today.year + 1, *(day.year for day in days)})
    return OfficeDays(
        organisation_id,
        organisation.name,
        tuple(_gathered(days, calendar)),
        min(calendar.estimated_years, default=0),
    )


def _gathered(days: Mapping[dtm.date, bool], calendar: WorkCalendar) -> Iterator[OwnDays]:
    """Join neighbours that were decided alike."""
    first = last = None
    for day, is_working in days.items():
        alike = last is not None and day - last == dtm.timedelta(days=1) and days[last] is is_working
        if first is not None and last is not None and not alike:
            yield _own(Stretch(first, last), calendar, is_working=days[last])
        first = first if alike else day
        last = day
    if first is not None and last is not None:
        yield _own(Stretch(first, last), calendar, is_working=days[last])


def _own(stretch: Stretch, calendar: WorkCalendar, *, is_working: bool) -> OwnDays:
    as_published = all(calendar.is_working(day) is is_working for day in stretch.days())
    return OwnDays(stretch, is_working, as_published)


async def decide_days(actor: Actor, organisation_id: int, days: Mapping[dtm.date, bool], deed: Deed) -> None:
    """Say of days whether they are worked, whatever was said of them before.

    Raises:
        DaysTooMany: they would be more than anybody can mean.
    """
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)

    async def work() -> None:
        before = await list_overrides(organisation_id)
        if len({*before, *days}) > MOST:
            raise DaysTooMany(most=MOST)
        changed = {day: is_working for day, is_working in days.items() if before.get(day) is not is_working}
        for day, is_working in sorted(changed.items()):
            await sql.execute(
                "INSERT INTO calendar_day (organisation_id, day_on, is_working) VALUES ($1, $2, $3) "
                "ON CONFLICT (organisation_id, day_on) DO UPDATE SET is_working = excluded.is_working",
                organisation_id,
                day,
                is_working,
            )
        await _record("calendar.decide", organisation_id, changed, deed)

    await transact(work)


async def leave_days(actor: Actor, organisation_id: int, stretch: Stretch, deed: Deed) -> None:
    """Let days be what the published calendar says again."""
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)

    async def work() -> None:
        before = await list_overrides(organisation_id)
        await sql.execute(
            "DELETE FROM calendar_day WHERE organisation_id = $1 AND day_on >= $2 AND day_on <= $3",
            organisation_id,
            stretch.first_on,
            stretch.last_on,
        )
        left = {day: before[day] for day in stretch.days() if day in before}
        await _record("calendar.leave", organisation_id, left, deed)

    await transact(work)


async def _record(action: str, organisation_id: int, days: Mapping[dtm.date, bool], deed: Deed) -> None:
    if not days:
        return
    told = {
        "working": [str(day) for day, is_working in sorted(days.items()) if is_working],
        "off": [str(day) for day, is_working in sorted(days.items()) if not is_working],
    }
    kept = {key: value for key, value in told.items() if value}
    before, after = (kept, None) if action == "calendar.leave" else (None, kept)
    await deed.record(audit.Entry(action, f"organisation/{organisation_id}", before, after), organisation_id)
