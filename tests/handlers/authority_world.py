"""Two organisations with everybody in them, for asking who may see and change what of one unit's."""

import datetime as dtm
from dataclasses import dataclass, field, replace
from enum import StrEnum

from models.enums import Language, Platform, Role
from services import audit, sql
from services.arranging.units import add_alias
from services.core.access import Actor
from services.core.occasion import Occasion
from services.facts.ledger import record
from services.media import media_checks, media_register
from services.media.media_checks import Look
from services.media.media_register import NewMediaAccount
from services.membership import members
from services.office import groups
from services.office.groups import Place as GroupPlace
from services.office.organisations import Rosters
from tests.builders import (
    NOW,
    a_fact,
    a_quota,
    an_actor,
    an_administrator,
    an_organisation,
    categories_of,
    units_of,
)
from tests.handlers.talk import GROUP, KeptFiles, SentFiles

THEIR_GROUP, FREE_GROUP = GROUP - 1, GROUP - 2
MARCH = 3


class Asker(StrEnum):
    """Everybody who asks, by what they are to the unit that is asked about."""

    STRANGER = "stranger"
    REPORTER = "the unit's reporter"
    OTHER_REPORTER = "another unit's reporter"
    LEADER = "the unit's leader"
    COUNTY_LEADER = "the county's leader"
    REVIEWER = "reviewer"
    OFFICE = "administrator"
    OTHER_OFFICE = "another organisation's administrator"
    FOREIGN_REPORTER = "another organisation's reporter"
    STANDING = "administrator by the settings"
    FOUNDER = "founder of nothing yet"
    BOTH = "reporter of both units"  # asks only what nobody else is shown


class Place(StrEnum):
    """Where they ask."""

    PRIVATE = "private"
    OWN_GROUP = "the organisation's group"
    THEIR_GROUP = "another organisation's group"
    FREE_GROUP = "a group of nobody's"


CHATS = {Place.OWN_GROUP: GROUP, Place.THEIR_GROUP: THEIR_GROUP, Place.FREE_GROUP: FREE_GROUP}

# Figures and names that stand nowhere else.
FIGURE = "7341"
TARGET = "613"
UNIT = "市水务局"
OTHER_UNIT = "市公安局"
ALIAS = "隐泉分局"
DIVISION = "甲板块"
PERSON = "暗香浮"
GROUP_NAME = "隐泉工作群"
RULE = "347"
DEED = "暗号旧群名"
ACCOUNT = "隐泉发布"
RESPONSIBLE = "疏影横"
ORGANISATION = "峨眉山市"
CANARIES = (FIGURE, TARGET, ALIAS, DIVISION, PERSON, GROUP_NAME, RULE, DEED, ACCOUNT, RESPONSIBLE)


@dataclass
class World:
    """The ids by the names that rows use, the actors, and the files that were sent."""

    ids: dict[str, int]
    actors: dict[Asker, Actor]
    files: SentFiles = field(default_factory=SentFiles)
    store: KeptFiles = field(default_factory=KeptFiles)

    def organisation_at(self, place: Place) -> int | None:
        """Give the organisation that a group is registered for."""
        return {Place.OWN_GROUP: self.ids["a"], Place.THEIR_GROUP: self.ids["b"]}.get(place)


async def a_world() -> World:
    """Fill an empty database."""
    a, b = await an_organisation(ORGANISATION), await an_organisation("定南县")
    units = await units_of(a, [UNIT, OTHER_UNIT, "市教育局"])  # the last without anybody
    foreign = await units_of(b, ["县财政局"])
    ids = {"a": a, "b": b, "own": units[UNIT], "other": units[OTHER_UNIT], "foreign": foreign["县财政局"]}
    await _owe_and_do(ids)
    await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", DIVISION, ids["own"])
    await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", "乙板块", ids["other"])
    await sql.execute("UPDATE organisation SET zombie_days = $1 WHERE id = $2", int(RULE), a)
    deed = audit.Deed(None, "message/0/1", NOW)
    await add_alias(an_administrator(a), ids["own"], ALIAS, await Rosters().get(a), deed)
    for chat, organisation_id, name in ((GROUP, a, GROUP_NAME), (THEIR_GROUP, b, "定南工作群")):
        ids[f"group {organisation_id}"], _ = await groups.enter(
            GroupPlace(chat, 0, name), organisation_id, name, NOW
        )
    await deed.record(audit.Entry("group.rename", "group/1", DEED, GROUP_NAME), a)
    actors = await _people(ids)
    await _run_an_account(ids, actors[Asker.OFFICE])
    return World(ids, actors)


async def _owe_and_do(ids: dict[str, int]) -> None:
    categories = await categories_of(ids["a"], ["动态通知类", "法定主动公开内容", "政务新媒体"])
    ids["news"], ids["law"], _ = categories.values()
    for number, platform in enumerate(("wechat", "weibo"), start=1):  # several, so that it is asked which
        await sql.execute(
            "INSERT INTO media_account (organisation_id, unit_id, platform, name, registered_on, version) "
            "VALUES ($1, $2, $3, $4, $5, 1)",
            *(ids["a"], ids["own"], platform, f"水务{number}号", NOW.date()),
        )
    foreign = (await categories_of(ids["b"], ["政务信息"]))["政务信息"]
    for unit in ("own", "other"):
        await a_quota(ids[unit], ids["news"], 2)
        await a_quota(ids[unit], ids["law"], int(TARGET) if unit == "own" else 1)
    await a_quota(ids["foreign"], foreign, 5)
    await record(
        [
            a_fact(ids["own"], ids["news"], MARCH, int(FIGURE)),
            a_fact(ids["other"], ids["news"], MARCH, 2),
            a_fact(ids["other"], ids["law"], MARCH, 1),
        ],
        NOW,
    )


async def _run_an_account(ids: dict[str, int], office: Actor) -> None:
    """Have the unit an official account that has been silent for too long."""
    day = dtm.date(2024, 3, 20)
    occasion = Occasion("message/0/2", NOW, day)
    account = await media_register.register(
        office,
        NewMediaAccount(
            ids["own"], Platform.WECHAT, ACCOUNT, "", RESPONSIBLE, registered_on=dtm.date(2024, 1, 1)
        ),
        occasion,
    )
    of_a_sheet = replace(occasion, source="sheet/0/B2")  # a look of their own would be for them to undo
    await media_checks.record(office, Look(account.id, day, dtm.date(2024, 2, 20)), of_a_sheet)
    ids["account"] = account.id
    ids["finding"] = int((await sql.fetch("SELECT id FROM media_finding"))[0]["id"])


async def _people(ids: dict[str, int]) -> dict[Asker, Actor]:
    a, b = ids["a"], ids["b"]
    bound = {
        Asker.STRANGER: (),
        Asker.REPORTER: ((a, "own", Role.REPORTER),),
        Asker.OTHER_REPORTER: ((a, "other", Role.REPORTER),),
        Asker.LEADER: ((a, "own", Role.LEADER),),
        Asker.COUNTY_LEADER: ((a, "", Role.LEADER),),
        Asker.REVIEWER: ((a, "", Role.REVIEWER),),
        Asker.OFFICE: ((a, "", Role.ADMINISTRATOR),),
        Asker.OTHER_OFFICE: ((b, "", Role.ADMINISTRATOR),),
        Asker.FOREIGN_REPORTER: ((b, "foreign", Role.REPORTER),),
        Asker.STANDING: (),
        Asker.FOUNDER: (),
        Asker.BOTH: ((a, "own", Role.REPORTER), (a, "other", Role.REPORTER)),
    }
    found = {}
    for number, (asker, roles) in enumerate(bound.items(), start=7001):
        await members.remember(number)
        for organisation_id, unit, role in roles:
            await members.bind(number, organisation_id, ids[unit] if unit else None, role, NOW)
        if asker is Asker.FOUNDER:
            await sql.execute("UPDATE member SET is_founder = TRUE WHERE telegram_id = $1", number)
        found[asker] = await members.get_actor(
            number, f"第{number}人", Language.CHINESE, is_deployment_administrator=asker is Asker.STANDING
        )
    quiet = an_actor(telegram_id=7100)
    ids["quiet"] = await members.remember(quiet.telegram_id)
    await members.bind(quiet.telegram_id, a, ids["own"], Role.REPORTER, NOW - dtm.timedelta(days=1))
    await sql.execute("UPDATE member SET name = $1 WHERE id = $2", PERSON, ids["quiet"])
    return found
