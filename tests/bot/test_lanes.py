"""Each chat in order, chats side by side, and nothing that goes wrong in one lane stops it for good."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tortoise import connections
from tortoise.exceptions import OperationalError

from bot import lanes as lanes_module
from bot.decoding import describe
from services import audit, inbox, sql
from services.inbox import StoredUpdate
from services.membership import members
from tests.databases import TEMPLATE, create_database, current_file
from tests.prove.house import House, housed, until
from tests.prove.town import Town, founded
from tests.sandbox.client import LI, ZHANG

INCIDENT = re.compile(r"[0-9A-F]{6}")


def texts_of(calls: list[dict[str, Any]]) -> list[str]:
    return ["en" if "English" in call["parameters"]["text"] else "zh" for call in calls]


async def test_every_chat_is_answered_in_its_own_order(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        said: dict[int, list[str]] = {ZHANG: [], LI: []}
        for number in range(12):
            for person, language in (
                (ZHANG, "en" if number % 3 else "zh"),
                (LI, "zh" if number % 2 else "en"),
            ):
                await house.client.say(f"/lang {language}", chat=person, sender=person)
                said[person].append(language)
        for person, languages in said.items():
            assert texts_of(await house.until_answers(person, 12)) == languages
        entries = await sql.fetch("SELECT member_id, before, after FROM audit_entry ORDER BY id")
        for member in {row["member_id"] for row in entries}:
            chain = [row for row in entries if row["member_id"] == member]
            assert [row["before"] for row in chain[1:]] == [row["after"] for row in chain[:-1]]


async def test_poison_parks_itself_alone_and_the_person_is_told_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = members.change_language
    broken = [True]

    async def poisoned(*given: Any, **named: Any) -> None:
        if broken.pop() if broken else False:
            raise RuntimeError("bad\0 thing \ud800")
        await change(*given, **named)

    monkeypatch.setattr(members, "change_language", poisoned)
    async with housed(tmp_path) as house:
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        first = (await house.until_answers(ZHANG, 1))[0]["parameters"]["text"]
        number = INCIDENT.search(first)
        assert number is not None
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        assert texts_of((await house.until_answers(ZHANG, 2))[1:]) == ["en"]
        (row,) = await sql.fetch("SELECT problem FROM inbox WHERE state = 'dead'")
        assert row["problem"].startswith(f"{number[0]} RuntimeError: bad")
        assert "\0" not in row["problem"]
        assert await house.parts.problems() == ["1 updates were set aside within the last hour"]


def update(person: int, text: str, number: int) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1709256600,
            "chat": {"id": person, "type": "private", "first_name": "x"},
            "from": {"id": person, "is_bot": False, "first_name": "x", "language_code": "zh-hans"},
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": text.index(" ")}],
        },
    }


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the write lock, as another program on the same file might."""
    with contextlib.closing(sqlite3.connect(folder / "duban.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def stored(house: House, person: int, text: str, number: int) -> StoredUpdate:
    body = json.dumps(update(person, text, number)).encode()
    (row,) = await inbox.store([describe(body)], house.parts.clock.now())
    assert row is not None
    return row


async def has_started(house: House, *people: int) -> None:
    for person in people:
        await house.client.say("/start", chat=person, sender=person)
        await house.until_answers(person, 1)


async def test_a_locked_database_is_waited_for_and_nothing_is_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lanes_module, "FIRST_PAUSE", 0.01)
    async with housed(tmp_path) as house:
        await has_started(house, ZHANG)
        row = await stored(house, ZHANG, "/lang en", 1)
        await connections.get("default").execute_script("PRAGMA busy_timeout = 10")
        with locked(tmp_path):
            house.parts.lanes.accept([row])

            async def waits() -> bool:
                return "database is locked" in caplog.text

            await until(waits)
        await house.until_answers(ZHANG, 2)
        assert len(await sql.fetch("SELECT id FROM audit_entry")) == 1


async def test_trouble_after_the_commit_never_does_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with housed(tmp_path) as house:
        await has_started(house, ZHANG)
        drain = house.parts.delivery.drain
        troubles = [
            OperationalError(sqlite3.OperationalError("database is locked")),
            RuntimeError("whatever"),
        ]

        async def troubled(chat: int, **how: bool) -> None:
            if troubles:
                raise troubles.pop()
            await drain(chat, **how)

        monkeypatch.setattr(house.parts.delivery, "drain", troubled)
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await house.client.say("/lang zh", chat=ZHANG, sender=ZHANG)

        async def done() -> bool:
            return not troubles and not await sql.fetch("SELECT id FROM inbox WHERE state = 'new'")

        await until(done)
        await house.parts.tick.run()
        assert texts_of((await house.until_answers(ZHANG, 3))[1:]) == ["en", "zh"]
        assert len(await sql.fetch("SELECT id FROM audit_entry")) == 2
        assert await sql.fetch("SELECT id FROM inbox WHERE state = 'dead'") == []


async def test_an_update_that_is_handed_out_twice_is_done_once(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await has_started(house, ZHANG)
        row = await stored(house, ZHANG, "/lang en", 1)
        house.parts.lanes.accept([row, row])
        house.parts.lanes.accept([row])

        async def idle() -> bool:
            return house.parts.lanes.waiting == 0

        await until(idle)
        assert len(await sql.fetch("SELECT id FROM audit_entry")) == 1
        assert len(await house.answers(ZHANG)) == 2


async def test_a_commit_whose_answer_got_lost_is_not_made_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database commits, then the connection breaks: the transaction is tried again whole."""
    async with housed(tmp_path) as house:
        await has_started(house, ZHANG)
        client = type(connections.get("default"))
        context = client._in_transaction
        breaks = [True]

        def fragile(self: Any) -> Any:
            inner = context(self)
            leave = type(inner).__aexit__

            class Breaking(type(inner)):  # type: ignore[misc]
                __slots__ = ()

                async def __aexit__(self, *error: object) -> None:
                    await leave(self, *error)
                    if error[0] is None and breaks:
                        breaks.pop()
                        raise ConnectionResetError("after the commit")

            inner.__class__ = Breaking
            return inner

        monkeypatch.setattr(client, "_in_transaction", fragile)
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await house.until_answers(ZHANG, 2)
        assert not breaks
        assert len(await sql.fetch("SELECT id FROM audit_entry")) == 1


async def test_an_update_that_cannot_even_be_set_aside_waits_in_its_lane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes_module, "FIRST_PAUSE", 0.01)
    full = [OSError("disk full")] * 3
    bury, record = inbox.bury, audit.record

    async def refuses(*given: Any, **named: Any) -> Any:
        if full:
            raise OperationalError(sqlite3.OperationalError("database or disk is full"))
        return await record(*given, **named)

    async def cannot(*given: Any, **named: Any) -> None:
        if full:
            raise full.pop()
        await bury(*given, **named)

    monkeypatch.setattr(audit, "record", refuses)
    monkeypatch.setattr(inbox, "bury", cannot)
    async with housed(tmp_path) as house:
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await house.client.say("/lang zh", chat=ZHANG, sender=ZHANG)
        assert texts_of(await house.until_answers(ZHANG, 2)) == ["en", "zh"]


async def takes_over(town: Town) -> None:
    """Start two processes, kill the one that serves, and have the other answer."""
    first = await town.start_ready()
    port, town.port = town.port, 0
    second = await town.start()
    town.port = port

    async def stands_by() -> bool:
        return "standing by" in town.log()

    await town.until(stands_by)
    await town.say(700000003, "/lang en")
    await town.until_sent(700000003, 1)
    # Killed before it has noted what it sent, it would rightly be sent again.
    await town.until(town.is_settled)
    first.kill()
    await town.say(700000003, "/lang zh")
    await town.until_sent(700000003, 2)
    assert second.returncode is None
    assert len(await town.sent(700000003)) == 2
    town.bot = second
    assert await town.stop() == 0


async def test_a_second_process_stands_by_and_takes_over(tmp_path: Path) -> None:
    async with founded(tmp_path, current_file(tmp_path / "duban.db")) as town:
        await takes_over(town)


async def test_a_second_process_stands_by_and_takes_over_on_postgres(
    tmp_path: Path, postgres_template: str
) -> None:
    async with founded(tmp_path, await create_database(postgres_template, template=TEMPLATE)) as town:
        await takes_over(town)
