"""What shares a commit is committed for each that went well, whatever became of the others."""

import asyncio
from functools import partial

import pytest

from bot.commits import SharedCommits
from bot.nursery import Nursery
from services import sql

NAMES = ("甲", "乙", "丙", "丁")


class Refusal(Exception):
    """One work of several goes wrong."""


async def found(name: str) -> str:
    await sql.execute(
        "INSERT INTO organisation (name, year, closing_days, version) VALUES ($1, 2024, 5, 1)", name
    )
    if name == "丙":
        raise Refusal
    return name


async def test_one_that_is_refused_takes_nobody_with_it(database: str) -> None:
    nursery = Nursery()
    commits = SharedCommits(nursery)
    works = [asyncio.ensure_future(commits.run(partial(found, name))) for name in NAMES]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [each for each in outcomes if isinstance(each, str)] == ["甲", "乙", "丁"]
    assert isinstance(outcomes[2], Refusal)
    rows = await sql.fetch("SELECT name FROM organisation ORDER BY id")
    assert [row["name"] for row in rows] == ["甲", "乙", "丁"]
    with pytest.raises(Refusal):
        await commits.run(partial(found, "丙"))
    await nursery.close(grace=1)
