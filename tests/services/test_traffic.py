"""What comes in is stored once, what goes out is made once, and both are forgotten in time."""

import asyncio
import datetime as dtm

import pytest

from models.enums import OutboxState
from services import buttons, chats, inbox, outbox, sql, wizards
from services.inbox import NewUpdate
from services.membership import members
from services.office import groups

NOW = dtm.datetime(2024, 3, 1, 1, 30, tzinfo=dtm.UTC)
DAY = dtm.timedelta(days=1)


def update(name: str, lane: int = 1, body: bytes = b"{}") -> NewUpdate:
    return NewUpdate(name, lane, body)


def call(key: str, chat: int = 5) -> outbox.NewCall:
    return outbox.NewCall(key, "receipt", chat, "sendMessage", {"call": {"chat_id": chat, "text": key}})


async def test_an_update_is_stored_once_however_often_it_arrives(database: str) -> None:
    first = await inbox.store([update("a"), update("b"), update("a")], NOW)
    assert [row is not None for row in first] == [True, True, False]
    again = await inbox.store([update("b"), update("c")], NOW)
    assert [row is not None for row in again] == [False, True]
    assert len(await inbox.list_waiting()) == 3


async def test_twenty_at_once_store_one(database: str) -> None:
    stored = await asyncio.gather(*(inbox.store([update("same")], NOW) for _ in range(20)))
    assert sum(row is not None for (row,) in stored) == 1


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"{" * 70_000, "进度\ud800".encode("utf-8", "surrogatepass")]
)
async def test_any_bytes_come_back_as_they_were(database: str, body: bytes) -> None:
    await inbox.store([update("a", body=body)], NOW)
    (waiting,) = await inbox.list_waiting()
    assert waiting.body == body


async def test_what_is_finished_or_buried_waits_no_more(database: str) -> None:
    stored = [row for row in await inbox.store([update("a"), update("b"), update("c")], NOW) if row]
    await inbox.finish([stored[0].id], NOW)
    await inbox.bury(stored[1].id, "cannot be read", NOW)
    assert [row.id for row in await inbox.list_waiting()] == [stored[2].id]
    assert await inbox.count_dead_since(NOW - DAY) == 1
    assert await inbox.count_dead_since(NOW + DAY) == 0


@pytest.mark.parametrize(("days", "left"), [(6, 2), (8, 1), (29, 1), (31, 0)])
async def test_done_updates_are_kept_seven_days_and_dead_ones_thirty(
    database: str, days: int, left: int
) -> None:
    stored = [row for row in await inbox.store([update("a"), update("b")], NOW) if row]
    await inbox.finish([stored[0].id], NOW)
    await inbox.bury(stored[1].id, "x", NOW)
    await inbox.purge(NOW + days * DAY)
    assert (await sql.fetch("SELECT COUNT(*) AS n FROM inbox"))[0]["n"] == left


async def test_what_still_waits_is_never_purged(database: str) -> None:
    await inbox.store([update("a")], NOW)
    await outbox.enqueue([call("k")], NOW)
    assert await inbox.purge(NOW + 400 * DAY) == 0
    assert await outbox.purge(NOW + 400 * DAY) == 0


async def test_an_answer_to_somebody_nobody_knows_any_more_goes_once_it_is_sent(database: str) -> None:
    await members.remember(5)
    await outbox.enqueue([call("a"), call("b", chat=6), call("c", chat=-7)], NOW)
    assert await outbox.purge(NOW) == 0
    for row in await sql.fetch("SELECT id FROM outbox"):
        await outbox.settle(row["id"], OutboxState.SENT, NOW)
    assert await outbox.purge(NOW) == 1
    assert [row["chat"] for row in await sql.fetch("SELECT chat FROM outbox ORDER BY id")] == [5, -7]


async def test_a_call_is_written_once_and_waits_in_its_chats_order(database: str) -> None:
    await outbox.enqueue([call("a"), call("b"), call("a"), call("c", chat=6)], NOW)
    assert [one.parameters["call"]["text"] for one in await outbox.list_waiting(5, NOW)] == ["a", "b"]
    assert set(await outbox.list_chats_waiting(NOW)) == {5, 6}


async def test_a_postponed_call_holds_back_those_behind_it(database: str) -> None:
    await outbox.enqueue([call("a"), call("b")], NOW)
    first, _ = await outbox.list_waiting(5, NOW)
    await outbox.postpone(first.id, NOW + dtm.timedelta(seconds=30), "429")
    assert await outbox.list_waiting(5, NOW) == ()
    assert len(await outbox.list_waiting(5, NOW + dtm.timedelta(seconds=31))) == 2


async def test_a_sent_call_waits_no_more(database: str) -> None:
    await outbox.enqueue([call("a")], NOW)
    (waiting,) = await outbox.list_waiting(5, NOW)
    await outbox.put_on_wire(waiting.id, 5)
    (on_wire,) = await outbox.list_waiting(5, NOW)
    assert on_wire.was_on_wire
    await outbox.settle(waiting.id, OutboxState.SENT, NOW, message_id=9)
    assert await outbox.list_waiting(5, NOW) == ()


async def test_a_button_is_read_by_its_person_where_it_was_shown_until_it_expires(database: str) -> None:
    (token,) = await buttons.issue([buttons.NewButton("lang.set", {"language": "en"}, 7, -5)], NOW)
    assert len(token.encode()) <= 64
    assert (await buttons.read(token, 7, -5, NOW)).arguments == {"language": "en"}
    with pytest.raises(buttons.ButtonOfAnother):
        await buttons.read(token, 8, -5, NOW)
    for elsewhere in (7, -6):
        with pytest.raises(buttons.ButtonExpired):
            await buttons.read(token, 7, elsewhere, NOW)
    with pytest.raises(buttons.ButtonExpired):
        await buttons.read(token, 7, -5, NOW + buttons.LIFETIME)
    with pytest.raises(buttons.ButtonExpired):
        await buttons.read(token[:-1] + "!", 7, -5, NOW)


async def test_of_twenty_presses_at_once_one_has_the_effect(database: str) -> None:
    (token,) = await buttons.issue([buttons.NewButton("a", {}, 7, 7)], NOW)
    outcomes = await asyncio.gather(*(buttons.claim(token, NOW) for _ in range(20)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, buttons.ButtonUsed) for outcome in outcomes) == 19


async def test_a_question_is_answered_in_time_or_forgotten(database: str) -> None:
    await wizards.ask(1, 2, "progress.unit", {"period": None}, NOW)
    await wizards.ask(1, 2, "other.step", {}, NOW)
    found = await wizards.find(1, 2, NOW)
    assert found is not None
    assert found.step == "other.step"
    assert await wizards.find(1, 3, NOW) is None
    assert await wizards.find(1, 2, NOW + wizards.PATIENCE) is None
    assert await wizards.purge(NOW + DAY) == 1


async def test_a_migrated_group_takes_its_registration_and_its_messages_along_once(database: str) -> None:
    await sql.execute("INSERT INTO organisation (name, year, closing_days, version) VALUES ('x', 2024, 5, 1)")
    organisation = (await sql.fetch("SELECT id FROM organisation"))[0]["id"]
    await groups.enter(groups.Place(-5, 0, "群"), organisation, "群", NOW)
    await outbox.enqueue([call("a", chat=-5)], NOW)
    for _ in range(2):
        await chats.migrate(-5, -1005)
    assert await chats.find_organisation(-1005) == organisation
    assert await chats.find_organisation(-5) is None
    (waiting,) = await outbox.list_waiting(-1005, NOW)
    assert waiting.parameters["call"]["chat_id"] == -1005
