"""Rows of the matrix: rankings, which everybody of an organisation may read."""

import datetime as dtm

from models.enums import PostBasis, PostShape, PostTiming
from services import audit, sql
from services.core.posting import Plan
from services.ranking import ranking_schedules
from tests.builders import NOW, a_quota, categories_of
from tests.handlers.authority import Pressed, Row, Said, Typed
from tests.handlers.authority_sets import HERE, OFFICE, READERS, STANDING, A
from tests.handlers.authority_world import GROUP_NAME, UNIT, Asker, World

MEMBERS = (READERS | {Asker.OTHER_REPORTER}) - STANDING
ALL = MEMBERS | STANDING


async def _nothing_owed(world: World) -> None:
    """Have a unit whose target is zero, which only the whole list shows."""
    (nothing,) = (await categories_of(world.ids["a"], ["无任务"])).values()
    rows = await sql.fetch("SELECT id FROM unit WHERE name = '市教育局'")
    await a_quota(rows[0]["id"], nothing, 0)


async def _scheduled(world: World) -> None:
    """Have a schedule that posts to the organisation's group."""
    plan = Plan(
        PostBasis.YEAR, PostTiming.LAST_WORKING_DAY, 1, dtm.time(9), overall=False, shape=PostShape.FIRST
    )
    deed = audit.Deed(None, "message/0/1", NOW)
    a = world.ids["a"]
    await ranking_schedules.add(world.actors[Asker.OFFICE], a, plan, [world.ids[f"group {a}"]], deed)


RANK = Said("/rank")
POSTED = (RANK, Pressed("rank.post"), Pressed("rank.post", {"groups": [1]}))
SCHEDULES = (RANK, Pressed("rank.schedules"))
CARD = (*SCHEDULES, Pressed("rank.schedule"))
DRAFT = (*SCHEDULES, Pressed("rank.draft"), Pressed("rank.draft", {"ask": "groups"}))
RANKINGS = (
    Row("command rank", (RANK,), MEMBERS, UNIT, asked=STANDING),
    Row("command rank", (Said("排名 3月"),), MEMBERS, UNIT, at=HERE, asked=STANDING),
    Row("guess rankings", (Typed("3月排名"),), MEMBERS, UNIT, at=HERE, asked=STANDING),
    Row("action rank.show", (RANK, Pressed("rank.show", A)), ALL, UNIT, at=HERE, by=Asker.STANDING),
    Row("action rank.whole", (RANK, Pressed("rank.whole")), ALL, UNIT, at=HERE, arrange=_nothing_owed),
    Row("action rank.unit", (RANK, Pressed("rank.unit")), ALL, UNIT, by=Asker.REPORTER),
    Row("action rank.post", (RANK, Pressed("rank.post")), OFFICE, GROUP_NAME),
    Row("action rank.preview", (*POSTED, Pressed("rank.preview")), OFFICE, GROUP_NAME),
    Row(
        "action rank.send",
        (*POSTED, Pressed("rank.preview"), Pressed("rank.send")),
        OFFICE,
        changes="ranking_post",
    ),
    Row("action rank.schedules", SCHEDULES, OFFICE, GROUP_NAME, arrange=_scheduled),
    Row("action rank.schedule", CARD, OFFICE, GROUP_NAME, arrange=_scheduled),
    Row("action rank.draft", DRAFT, OFFICE, GROUP_NAME),
    Row(
        "action rank.save",
        (*CARD, Pressed("rank.draft"), Pressed("rank.save")),
        OFFICE,
        changes="ranking_schedule",
        arrange=_scheduled,
    ),
    Row(
        "action rank.pause",
        (*CARD, Pressed("rank.pause")),
        OFFICE,
        changes="ranking_schedule",
        arrange=_scheduled,
    ),
    Row(
        "action rank.resume",
        (*CARD, Pressed("rank.pause"), Pressed("rank.resume")),
        OFFICE,
        changes="ranking_schedule",
        arrange=_scheduled,
    ),
    Row(
        "action rank.delete",
        (*CARD, Pressed("rank.delete")),
        OFFICE,
        changes="ranking_schedule",
        arrange=_scheduled,
    ),
)
