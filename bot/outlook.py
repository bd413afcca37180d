"""What becomes due next and what waits, for whoever walks the sandbox day by day."""

import datetime as dtm
from typing import Any

from handlers.views.ranking_schedules import posting_words
from handlers.views.remind import step_words
from locales import Texts
from services.chasing import prospects
from services.chasing.prospects import Prospect, RankingProspect
from services.core import office_hours
from services.core.calendar import CalendarUncovered
from services.office import calendar_days, organisations
from services.reminding import reminder_rules, shortfalls

NEXT, RANKINGS = 4, 2


async def look_ahead(now: dtm.datetime, texts: Texts) -> list[dict[str, Any]]:
    """Tell of every organisation what comes next and what waits; ``now`` in the deployment's zone."""
    found: list[dict[str, Any]] = []
    for each in await organisations.list_organisations():
        waiting = await prospects.count_waiting(each.id)
        rules = await reminder_rules.read_rules(each.id)
        found.append(
            {
                "organisation": each.name,
                "is_paused": rules.paused_at is not None,
                "waiting": {"letters": waiting.letters, "dues": waiting.dues},
                "opens_at": await _opens_at(each.id, now),
                "next": await _next(each.id, now, texts),
            }
        )
    return found


async def _opens_at(organisation_id: int, now: dtm.datetime) -> str | None:
    """Give the next moment at which something may go out; the moment itself in office hours."""
    calendar = await calendar_days.read_calendar(organisation_id, shortfalls.years_about(now.date()))
    try:
        return office_hours.next_opening(now, calendar).isoformat()
    except CalendarUncovered:
        return None


async def _next(organisation_id: int, now: dtm.datetime, texts: Texts) -> list[dict[str, Any]]:
    steps = [_told(one, texts) for one in await prospects.foresee(organisation_id, now, NEXT)]
    posts = [_posted(one, texts) for one in await prospects.foresee_rankings(organisation_id, now)]
    posts.sort(key=_moment)
    return sorted([*steps, *posts[:RANKINGS]], key=_moment)


def _moment(told: dict[str, Any]) -> dtm.datetime:
    return dtm.datetime.fromisoformat(told["due_at"])


def _posted(one: RankingProspect, texts: Texts) -> dict[str, Any]:
    return {
        "words": posting_words(one.posts, texts),
        "due_at": one.posts.due_at.isoformat(),
        "groups": one.groups,
        "is_estimated": one.is_estimated,
    }


def _told(one: Prospect, texts: Texts) -> dict[str, Any]:
    return {
        "rule": one.rule.value,
        "step": one.step.value,
        "month": str(one.month),
        "words": step_words(one.rule, one.step, one.month, texts),
        "due_at": one.due_at.isoformat(),
        "units": one.units,
        "is_estimated": one.is_estimated,
    }
