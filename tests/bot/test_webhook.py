"""The webhook: 200 only for what is committed, and an answer in the response where that is safe."""

import asyncio
import datetime as dtm
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot import web
from services import inbox, sql
from tests.prove.house import House, Hurry, housed, until
from tests.sandbox.client import GROUP, LI, ZHANG


def update(number: int, text: str, *, person: int = ZHANG, chat: int = 0) -> dict[str, Any]:
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    where = {"id": chat, "type": "group", "title": "联络员群"} if chat else {"id": person, "type": "private"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1709256600,
            "chat": where | ({} if chat else {"first_name": "张三"}),
            "from": {"id": person, "is_bot": False, "first_name": "张三", "language_code": "zh-hans"},
            "text": text,
            **({"entities": entities} if text.startswith("/") else {}),
        },
    }


async def rows(state: str) -> int:
    return len(await sql.fetch("SELECT id FROM inbox WHERE state = $1", state))


async def test_a_reads_answer_comes_in_the_response_and_a_redelivery_gets_an_empty_one(
    tmp_path: Path,
) -> None:
    async with housed(tmp_path, webhook=True) as house:
        status, body = await house.deliver(update(1, "/help"))
        answer = json.loads(body)
        assert (status, answer["method"], answer["chat_id"]) == (200, "sendMessage", ZHANG)
        assert "reply_parameters" not in answer
        assert await house.deliver(update(1, "/help")) == (200, b"")
        status, body = await house.deliver(update(2, "/help", chat=GROUP))
        assert json.loads(body)["reply_parameters"]["message_id"] == 2
        assert await rows("done") == 2
        assert await house.answers(ZHANG) == []


async def started(house: House) -> None:
    await house.client.say("/lang zh", chat=ZHANG, sender=ZHANG)
    await house.until_answers(ZHANG, 1)


async def test_a_write_is_answered_by_a_call_of_its_own(tmp_path: Path) -> None:
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        assert await house.deliver(update(1, "/lang en")) == (200, b"")
        assert await house.deliver(update(1, "/lang en")) == (200, b"")
        await house.until_answers(ZHANG, 2)
        assert len(await sql.fetch("SELECT id FROM audit_entry")) == 2


async def test_the_sandbox_shows_the_answer_in_the_response_like_any_other(tmp_path: Path) -> None:
    async with housed(tmp_path, webhook=True) as house:
        for _ in range(3):
            await house.client.say("/help", chat=LI, sender=LI)
        await house.until_answers(LI, 3)

        async def done() -> bool:
            return await rows("done") == 3

        await until(done)
        assert len(await house.answers(LI)) == 3


async def test_five_parallel_deliveries_of_one_update_have_one_effect(tmp_path: Path) -> None:
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        answers = await asyncio.gather(*(house.deliver(update(1, "/lang en")) for _ in range(5)))
        assert answers == [(200, b"")] * 5
        await house.until_answers(ZHANG, 2)
        assert len(await sql.fetch("SELECT id FROM audit_entry")) == 2
        assert len(await house.answers(ZHANG)) == 2


async def test_while_a_chat_is_held_no_answer_goes_by_the_response(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would learn that Telegram refused a call inside a response."""
    hurry = Hurry(monkeypatch)
    monkeypatch.setattr(web, "ANSWER_SECONDS", 0.2)
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        await house.client.post("faults", fault="429", method="sendMessage", chat=ZHANG, retry_after=600)
        assert await house.deliver(update(1, "/lang en")) == (200, b"")

        async def held() -> bool:
            return house.parts.delivery.is_held(ZHANG)

        await until(held)
        assert await house.deliver(update(2, "/help")) == (200, b"")
        assert await held()  # the response does not wait for the hold to end
        assert len(await house.answers(ZHANG)) == 1
        hurry.pass_over(610, house)
        await house.until_answers(ZHANG, 3)

        async def done() -> bool:
            return await rows("done") == 3

        await until(done)


def held_back(house: House, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let no turn begin until what is given back is set."""
    take, release = house.parts.lanes._turn.take, asyncio.Event()

    async def slow(*given: Any, **named: Any) -> Any:
        await release.wait()
        return await take(*given, **named)

    monkeypatch.setattr(house.parts.lanes._turn, "take", slow)
    return release


async def test_nothing_waits_in_the_response_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Photos from forty chats used to hold all of Telegram's connections for two seconds each."""
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        release = held_back(house, monkeypatch)
        monkeypatch.setattr(web, "ANSWER_SECONDS", 600.0)
        photo = update(1, "/help")
        del photo["message"]["text"], photo["message"]["entities"]
        photo["message"]["photo"] = [
            {"file_id": "AgAC", "file_unique_id": "AQAD", "width": 9, "height": 9, "file_size": 9}
        ]
        assert await house.deliver(photo) == (200, b"")
        assert await rows("new") == 1
        release.set()

        async def done() -> bool:
            return await rows("done") == 2

        await until(done)


async def test_an_answer_that_is_late_for_the_response_goes_by_a_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        release = held_back(house, monkeypatch)
        monkeypatch.setattr(web, "ANSWER_SECONDS", 0.05)
        assert await house.deliver(update(1, "/help")) == (200, b"")
        assert await rows("new") == 1
        release.set()
        await house.until_answers(ZHANG, 2)

        async def done() -> bool:
            return await rows("done") == 2

        await until(done)


async def test_what_cannot_be_committed_is_refused_and_taken_when_it_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = inbox.store
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        before = await rows("done")

        async def refuses(updates: Sequence[Any], now: Any) -> Any:
            raise OSError("disk full")

        monkeypatch.setattr(inbox, "store", refuses)
        status, _ = await house.deliver(update(1, "/lang en"))
        assert status == 503
        assert (await rows("done"), await rows("new")) == (before, 0)
        monkeypatch.setattr(inbox, "store", store)
        assert (await house.deliver(update(1, "/lang en")))[0] == 200
        await house.until_answers(ZHANG, 2)


async def test_an_open_question_is_not_answered_in_the_response(tmp_path: Path) -> None:
    """Its closing and the update's end are committed together, after the answer is out."""
    async with housed(tmp_path, webhook=True) as house:
        await started(house)
        await sql.execute(
            "INSERT INTO wizard (chat, person, step, arguments, expires_at) VALUES ($1, $1, $2, $3, $4)",
            ZHANG,
            "progress.unit",
            '{"organisation_id": 1, "period": ""}',
            house.parts.clock.now() + dtm.timedelta(minutes=5),
        )
        assert await house.deliver(update(1, "/help")) == (200, b"")
        await house.until_answers(ZHANG, 2)
        assert await sql.fetch("SELECT id FROM wizard") == []
