"""Answers arrive whatever the server does, and one chat's trouble is never another's."""

import asyncio
import datetime as dtm
import itertools
from pathlib import Path
from typing import Any

import pytest

import sandbox.dispatch
from bot import container, delivery
from bot.calls import Call
from sandbox.errors import ApiError
from sandbox.validation import canonical
from services import chats, outbox, sql
from services.office import groups
from tests.databases import current_file
from tests.prove.house import FIRST_EXTRA, House, Hurry, housed, inhabited, neighbourhood, until
from tests.sandbox.client import GROUP, LI, ZHANG

NOW = dtm.datetime(2024, 3, 1, tzinfo=dtm.UTC)


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(delivery, "LONGEST_PAUSE", 0.02)


async def states() -> dict[str, int]:
    rows = await sql.fetch("SELECT state, COUNT(*) AS n FROM outbox GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


@pytest.mark.parametrize("text", ["/lang en", "/start"], ids=["writes", "reads"])
async def test_a_hold_delays_its_own_chat_alone_and_is_kept_to_the_end(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry = Hurry(monkeypatch)
    async with housed(tmp_path) as house:
        await house.client.post("faults", fault="429", method="sendMessage", chat=ZHANG, retry_after=600)

        async def held() -> bool:
            return house.parts.delivery.is_held(ZHANG)

        await house.client.say(text, chat=ZHANG, sender=ZHANG)
        await house.client.say("/lang zh", chat=ZHANG, sender=ZHANG)
        await until(held)
        for answers, seconds in ((3, 590), (6, 20)):
            for _ in range(3):
                await house.client.say(text, chat=LI, sender=LI)
            await house.until_answers(LI, answers)
            assert await held()
            assert await house.answers(ZHANG) == []
            hurry.pass_over(seconds, house)
        await house.until_answers(ZHANG, 2)
        assert not await held()
        assert len(await house.answers(ZHANG)) == 2


async def test_a_hold_outlives_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "STOPPING_SECONDS", 0.01)
    database = current_file(tmp_path / "duban.db")
    async with neighbourhood(tmp_path) as client:
        await client.post("faults", fault="429", method="sendMessage", chat=ZHANG, retry_after=60)
        async with inhabited(client, database) as house:
            await client.say("/lang en", chat=ZHANG, sender=ZHANG)

            async def held() -> bool:
                return house.parts.delivery.is_held(ZHANG)

            await until(held)
        async with inhabited(client, database) as house:
            await house.parts.delivery.resume()
            await client.say("/lang en", chat=LI, sender=LI)
            await house.until_answers(LI, 1)
            assert await house.answers(ZHANG) == []
            assert (await states())["pending"] == 1
            house.parts.clock.move_to(house.parts.clock.now() + dtm.timedelta(seconds=61))
            await house.parts.delivery.resume()
            assert len(await house.until_answers(ZHANG, 1)) == 1


async def unreachable() -> list[Any]:
    return await sql.fetch("SELECT telegram_id FROM chat WHERE unreachable_at IS NOT NULL")


async def test_a_chat_that_refuses_us_is_noted_and_reachable_again_once_somebody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = current_file(tmp_path / "duban.db")
    async with neighbourhood(tmp_path) as client:
        await client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await client.say("/start", chat=ZHANG, sender=ZHANG)
        await client.post("blocks", person=ZHANG)
        async with inhabited(client, database) as house:
            await until(unreachable)

            async def done() -> bool:
                return not await sql.fetch("SELECT id FROM inbox WHERE state <> 'done'")

            await until(done)
            assert await states() == {"dead": 1}
        marked: list[int] = []
        mark = chats.mark_reachable

        async def counted(chat: int) -> None:
            marked.append(chat)
            await mark(chat)

        monkeypatch.setattr(chats, "mark_reachable", counted)
        async with inhabited(client, database) as house:
            await client.post("blocks", person=ZHANG, blocked=False)
            for _ in range(3):
                await client.say("/lang zh", chat=ZHANG, sender=ZHANG)
            await house.until_answers(ZHANG, 3)
            assert await unreachable() == []
            assert marked == [ZHANG]


def service(update_id: int, chat: int, **content: int) -> dict[str, Any]:
    kind = "supergroup" if chat != GROUP else "group"
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1709256600,
            "chat": {"id": chat, "type": kind, "title": "联络员群"},
            "from": {"id": ZHANG, "is_bot": False, "first_name": "张三"},
            **content,
        },
    }


async def add_organisation() -> None:
    await sql.execute(
        "INSERT INTO organisation (id, name, year, closing_days, version) VALUES (1, $1, 2024, 5, 1)",
        "峨眉山市",
    )


async def wait_in_group(number: int) -> None:
    call = Call(GROUP, "sendMessage", {"chat_id": GROUP, "text": f"第 {number} 条"})
    await outbox.enqueue(
        [outbox.NewCall(f"waiting/{number}", "receipt", GROUP, call.method, call.stored())], NOW
    )


ORDERS = tuple(itertools.permutations(("to", "from", "error")))


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
async def test_a_migration_moves_registration_and_waiting_answers_once(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    async with housed(tmp_path, webhook=True) as house:
        await add_organisation()
        await groups.enter(groups.Place(GROUP, 0, "联络员群"), 1, "联络员群", NOW)
        for number in (1, 2):
            await wait_in_group(number)
        held = {"fault": "delay", "method": "webhook", "seconds": 30, "count": 9}
        await house.client.post("faults", **held)  # the sandbox's own service messages come too late
        new = (await house.client.post("migrations", chat=GROUP))["chat"]
        updates = {
            "to": service(901, GROUP, migrate_to_chat_id=new),
            "from": service(902, new, migrate_from_chat_id=GROUP),
        }
        for step in order:
            if step == "error":
                await house.parts.delivery.drain(GROUP)
            else:
                assert (await house.deliver(updates[step]))[0] == 200
        sent = await house.until_answers(new, 2)
        await house.parts.delivery.drain(new)
        assert [call["parameters"]["text"] for call in sent] == ["第 1 条", "第 2 条"]
        assert len(await house.answers(new)) == 2
        assert await states() == {"sent": 2}
        assert await chats.find_organisation(new) == 1
        assert await chats.find_organisation(GROUP) is None


async def test_an_answer_to_a_group_that_has_just_migrated_arrives_in_the_new_one(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as client:
        await client.say("/lang en", chat=GROUP, sender=LI)
        await client.say("/help", chat=GROUP, sender=LI)
        new = (await client.post("migrations", chat=GROUP))["chat"]
        async with inhabited(client, current_file(tmp_path / "duban.db")) as house:
            assert len(await house.until_answers(new, 2)) == 2


async def test_a_registration_survives_a_new_chat_that_refused_first(database: str) -> None:
    await add_organisation()
    await groups.enter(groups.Place(GROUP, 0, "联络员群"), 1, "联络员群", NOW)
    await chats.mark_unreachable(-1005, "Forbidden: bot was kicked", NOW)
    await chats.migrate(GROUP, -1005)
    await chats.migrate(GROUP, -1005)
    assert await chats.find_organisation(-1005) == 1


FAULTS = ("drop_before", "drop_after", "500", "502", "truncated")


async def test_every_broken_exchange_ends_with_an_answer(tmp_path: Path, short_pauses: None) -> None:
    async with housed(tmp_path) as house:
        people = dict(zip(range(FIRST_EXTRA, FIRST_EXTRA + 10), [*FAULTS, *FAULTS], strict=True))
        for person, fault in people.items():
            for _ in range(3):
                await house.client.post("faults", fault=fault, method="sendMessage", chat=person)
        for person in people:
            text = "/lang en" if person < FIRST_EXTRA + len(FAULTS) else "/start"
            await house.client.say(text, chat=person, sender=person)
        for person, fault in people.items():
            # Where the server took each message and its answer broke, it is shown again: better than never.
            count = 4 if fault in {"drop_after", "truncated"} else 1
            assert len(await house.until_answers(person, count)) == count, fault
        assert (await house.client.get("faults"))["waiting"] == []

        async def settled() -> bool:
            return await states() == {"sent": len(FAULTS)}

        await until(settled)


async def test_a_receipt_is_given_up_as_unknown_only_after_ten_unclear_calls(
    tmp_path: Path, short_pauses: None
) -> None:
    async with housed(tmp_path) as house:
        for person, count in ((ZHANG, 9), (LI, 10)):
            await house.client.post("faults", fault="502", method="sendMessage", chat=person, count=count)
            await house.client.say("/lang en", chat=person, sender=person)
        await house.until_answers(ZHANG, 1)

        async def settled() -> bool:
            return await states() == {"sent": 1, "unknown": 1}

        await until(settled)
        await house.client.say("/lang zh", chat=LI, sender=LI)
        await house.until_answers(LI, 1)


RICH = Call(
    ZHANG,
    "sendRichMessage",
    {"chat_id": ZHANG, "rich_message": {"html": "<h3>进度</h3>"}},
    "sendMessage",
    {"chat_id": ZHANG, "text": "进度"},
)


MANY = 60


async def started(house: House) -> None:
    await house.client.say("/start", chat=ZHANG, sender=ZHANG)
    await house.until_answers(ZHANG, 1)


async def test_an_old_server_gets_plain_text_and_is_not_asked_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    known = canonical

    def as_on_an_old_server(method: str) -> str:
        asked.append(method)
        if method == "sendRichMessage":
            raise ApiError(404, "Not Found: method not found")
        return known(method)

    async with housed(tmp_path) as house:
        await started(house)
        monkeypatch.setattr(sandbox.dispatch, "canonical", as_on_an_old_server)
        await house.parts.delivery.send(RICH)
        await house.parts.delivery.send(RICH)
        assert [call["method"] for call in (await house.answers(ZHANG))[1:]] == ["sendMessage"] * 2
        assert asked.count("sendRichMessage") == 1


async def test_a_refused_rich_message_is_sent_plain_and_the_next_rich_one_is_tried(tmp_path: Path) -> None:
    spoilt = Call(
        ZHANG,
        "sendRichMessage",
        {"chat_id": ZHANG, "rich_message": {"html": "<h3>进度</h4>"}},
        RICH.plain_method,
        RICH.plain_parameters,
    )
    async with housed(tmp_path) as house:
        await started(house)
        await house.parts.delivery.send(spoilt)
        await house.parts.delivery.send(RICH)
        methods = [call["method"] for call in (await house.answers(ZHANG))[1:]]
        assert methods == ["sendMessage", "sendRichMessage"]


async def test_drains_of_one_chat_in_each_others_way_send_each_message_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CALLS_PER_SECOND", 10_000)
    async with housed(tmp_path) as house:
        await started(house)
        drains = []
        for number in range(MANY):
            call = Call(ZHANG, "sendMessage", {"chat_id": ZHANG, "text": f"第 {number} 条"})
            new = outbox.NewCall(f"waiting/{number}", "receipt", ZHANG, call.method, call.stored())
            await outbox.enqueue([new], NOW)
            drains += [asyncio.create_task(house.parts.delivery.drain(ZHANG)) for _ in range(2)]
            await asyncio.sleep(number % 5 / 1000)  # begin at every stage of the others
        await asyncio.gather(*drains)
        sent = await house.answers(ZHANG)
        assert [call["parameters"]["text"] for call in sent[1:]] == [f"第 {n} 条" for n in range(MANY)]
