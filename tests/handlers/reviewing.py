"""A county whose news are reviewed, and who talks there."""

from collections.abc import Mapping
from dataclasses import replace

from models.enums import Role
from services import sql
from services.facts import ledger
from services.membership import members
from tests.builders import emeishan
from tests.handlers.talk import Talk, together

JUSTICE, POLICE = "市司法局", "市公安局"
NEWS = "动态通知类"
NAMES = {1: "李红", 2: "张敏", 3: "王强", 4: "赵刚"}


async def a_county() -> tuple[int, Mapping[str, int]]:
    """Found 峨眉山市 with four people, in which 动态通知类 is reviewed."""
    for number, name in NAMES.items():
        await members.remember(7000 + number)
        await sql.execute("UPDATE member SET name = $1 WHERE id = $2", name, number)
    organisation_id, units, _ = await emeishan()
    await rule("reviewed")
    return organisation_id, units


def people_of(county: tuple[int, Mapping[str, int]]) -> dict[str, Talk]:
    """Give a reporter, two reviewers and another unit's reporter, who share the files there are."""
    organisation_id, units = county
    people = together(
        organisation_id,
        {
            "reporter": (Role.REPORTER, units[JUSTICE]),
            "reviewer": (Role.REVIEWER, None),
            "second": (Role.ADMINISTRATOR, None),
            "police": (Role.REPORTER, units[POLICE]),
        },
    )
    for number, talk in enumerate(people.values(), start=1):
        talk.actor = replace(talk.actor, name=NAMES[number])
    return people


async def rule(name: str, category: str = NEWS) -> None:
    """Set how a category is reviewed."""
    await sql.execute("UPDATE category SET review_rule = $1 WHERE name = $2", name, category)


async def sums() -> tuple[int, ...]:
    """What is submitted, accepted and mistaken in all, after the ledger was added up once more."""
    assert await ledger.rebuild() == ()
    rows = await sql.fetch(
        "SELECT SUM(count) AS count, SUM(accepted) AS accepted, SUM(errors) AS errors FROM tally"
    )
    return tuple(int(rows[0][each] or 0) for each in ("count", "accepted", "errors"))


async def states() -> list[tuple[str, int]]:
    """How each review stands, and how often it was changed."""
    rows = await sql.fetch("SELECT state, version FROM review ORDER BY id")
    return [(row["state"], row["version"]) for row in rows]
