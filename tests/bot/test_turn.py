"""One update's turn: what belongs together is committed together."""

from pathlib import Path

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from bot.database import opened, postgres_credentials
from services import sql
from services.membership import members
from services.transaction import is_passing, transact
from tests.databases import TEMPLATE, create_database, current_file
from tests.prove.town import PATIENCE, founded

ADMINISTRATOR = 700000001


@pytest.mark.parametrize("failpoint", ["lane.before_reply:2", "lane.after_reply:2"])
async def test_after_a_death_the_same_words_answer_the_same_question(tmp_path: Path, failpoint: str) -> None:
    async with founded(tmp_path, current_file(tmp_path / "duban.db"), with_examples=True) as town:
        await town.say(ADMINISTRATOR, "/progress")
        await town.say(ADMINISTRATOR, "qxbcdfghjkxq")
        await town.start(failpoint=failpoint)
        assert await town.wait_for_death(PATIENCE)
        await town.start()
        wanted = 3 if failpoint.startswith("lane.after") else 2
        sent = await town.until_sent(ADMINISTRATOR, wanted)
        assert all("qxbcdfghjkxq" in call["parameters"]["text"] for call in sent[1:])


async def end_our_sessions(url: str) -> None:
    other = await asyncpg.connect(**postgres_credentials(url))
    try:
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await other.close()


async def test_a_session_that_postgres_ends_is_a_passing_fault(postgres_template: str) -> None:
    url = await create_database(postgres_template, template=TEMPLATE)
    async with opened(url):
        ends = [True]

        async def work() -> None:
            await members.remember(7)
            if ends:
                ends.pop()
                await end_our_sessions(url)
            await members.remember(8)

        await transact(work)
        rows = await sql.fetch("SELECT telegram_id FROM member ORDER BY telegram_id")
        assert [row["telegram_id"] for row in rows] == [7, 8]


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.AdminShutdownError("terminating connection due to administrator command"),
        asyncpg.CrashShutdownError("terminating connection because of crash"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_restarting_postgres_is_a_passing_fault(error: Exception) -> None:
    assert is_passing(error)
    assert is_passing(OperationalError(error))


def test_a_bug_is_no_passing_fault() -> None:
    assert not is_passing(KeyError("unit"))
    assert not is_passing(OperationalError(asyncpg.UndefinedTableError("no such table")))
