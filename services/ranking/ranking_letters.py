"""What a group is told of a ranking, read when it goes; and which groups can be told anything."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any

from models.enums import Language, PostShape, PostState
from services import sql
from services.core import office_hours
from services.core.period import Period
from services.core.quarter import AnyPeriod, read_any_period
from services.core.standings import Standings
from services.office import calendar_days
from services.ranking.standings import NoSuchDivision, StandingsReader
from services.reminding import reminder_rules


@dataclass(frozen=True, slots=True)
class NewPost:
    """A ranking to be posted: of which period, through which month, of which units, and how much of it."""

    organisation_id: int
    period: AnyPeriod
    through: Period
    division: str | None
    overall: bool
    shape: PostShape


@dataclass(frozen=True, slots=True)
class Post:
    """A ranking that was to be posted; without ``schedule_id`` it was asked for, or that is gone."""

    id: int
    wanted: NewPost
    schedule_id: int | None
    is_asked: bool
    state: PostState
    due_at: dtm.datetime


@dataclass(frozen=True, slots=True)
class RankingLetter:
    """What a group reads: standings as they are when it goes."""

    letter_id: int
    chat: int
    topic: int
    language: Language
    standings: Standings
    division: str | None
    shape: PostShape


@dataclass(frozen=True, slots=True)
class Held:
    """It may not go out now: at ``until`` at the earliest, None while nobody can say."""

    until: dtm.datetime | None = None


COLUMNS = (
    "id, organisation_id, schedule_id, period, through_on, division, overall, shape, is_asked, state, due_at"
)


def post_of(row: dict[str, Any]) -> Post:
    """Read a row of ``COLUMNS``."""
    through_on = sql.get_day(row["through_on"])
    wanted = NewPost(
        row["organisation_id"],
        read_any_period(row["period"]),
        Period.of_month(through_on.year, through_on.month),
        row["division"],
        bool(row["overall"]),
        PostShape(row["shape"]),
    )
    due_at = sql.moment(row["due_at"])
    assert due_at is not None  # noqa: S101 - the column is never empty
    return Post(row["id"], wanted, row["schedule_id"], bool(row["is_asked"]), PostState(row["state"]), due_at)


async def read_ranking(
    letter_id: int, post_id: int, group_id: int | None, now: dtm.datetime
) -> RankingLetter | Held | None:
    """Give what a letter says now; None when nothing is to be posted any more.

    One that an administrator asked for goes at any hour; a scheduled one in office hours, while neither the
    organisation's reminders nor its own schedule are paused, and where anything was done at all.
    """
    rows = await sql.look_up(f"SELECT {COLUMNS} FROM ranking_post WHERE id = $1", post_id)
    post = post_of(rows[0]) if rows else None
    if post is None or (post.schedule_id is None and not post.is_asked):
        return None
    held = None if post.is_asked else await _held(post.wanted.organisation_id, now)
    if held is not None:
        return held
    wanted = post.wanted
    places = await sql.look_up(_PLACE, group_id, wanted.organisation_id)
    if not places:
        return None
    try:
        found = await StandingsReader().measure(
            wanted.organisation_id,
            wanted.period,
            now.date(),
            through=wanted.through,
            division=wanted.division,
            overall=wanted.overall,
        )
    except NoSuchDivision:
        return None
    if not found.is_counted and not post.is_asked:  # everybody would share the first place
        return None
    place = places[0]
    return RankingLetter(
        letter_id,
        place["telegram_id"],
        place["topic"],
        Language(place["language"]),
        found,
        wanted.division,
        wanted.shape,
    )


_PLACE = (
    "SELECT c.telegram_id, g.topic, o.language FROM office_group g JOIN chat c ON c.id = g.chat_id "
    "JOIN organisation o ON o.id = c.organisation_id WHERE g.id = $1 AND o.id = $2"
)


async def _held(organisation_id: int, now: dtm.datetime) -> Held | None:
    rules = await reminder_rules.read_rules(organisation_id)
    if rules.paused_at is not None:
        return Held()
    calendar = await calendar_days.read_calendar(organisation_id, (now.year - 1, now.year + 1))
    if office_hours.are_open(now, calendar):
        return None
    return Held(office_hours.next_opening(now, calendar))
