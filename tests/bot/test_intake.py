"""Polling confirms only what is committed, and takes each update once, in whatever order it comes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot import intake as intake_module
from bot.api import BotApi
from bot.decoding import Undecodable
from services import inbox, sql
from tests.databases import current_file
from tests.prove.house import housed, inhabited, neighbourhood, until
from tests.sandbox.client import LI, ZHANG


async def audited() -> list[tuple[Any, Any]]:
    rows = await sql.fetch("SELECT before, after FROM audit_entry ORDER BY id")
    return [(row["before"], row["after"]) for row in rows]


async def test_an_update_that_cannot_be_committed_stays_with_telegram(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(intake_module, "LONGEST_PAUSE", 0.02)
    store, refused = inbox.store, []

    async def refuses(updates: Sequence[Any], now: Any) -> Any:
        refused.append(len(updates))
        raise OSError("disk full")

    async with housed(tmp_path) as house:
        monkeypatch.setattr(inbox, "store", refuses)
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)

        async def tried_thrice() -> bool:
            return len(refused) >= 3

        await until(tried_thrice)
        queue = await house.client.get("queue")
        assert (queue["pending"], queue["confirmed"]) == (1, 0)
        monkeypatch.setattr(inbox, "store", store)
        await house.until_answers(ZHANG, 1)


@pytest.mark.parametrize("fault", ["duplicate", "reorder", "drop_after", "truncated", "502"])
async def test_a_broken_poll_has_no_second_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(intake_module, "FIRST_PAUSE", 0.01)
    async with neighbourhood(tmp_path) as client:
        await client.post("faults", fault=fault, method="getUpdates", count=2)
        for language in ("en", "zh", "en"):
            await client.say(f"/lang {language}", chat=ZHANG, sender=ZHANG)
            await client.say(f"/lang {language}", chat=LI, sender=LI)
        async with inhabited(client, current_file(tmp_path / "duban.db")) as house:
            await house.until_answers(ZHANG, 3)
            await house.until_answers(LI, 3)
            assert len(await audited()) == 6

            async def confirmed() -> bool:
                return not (await client.get("queue"))["pending"]

            await until(confirmed)


async def test_redeliveries_edits_and_reactions_change_nothing(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        message = await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await house.until_answers(ZHANG, 1)
        where = {"chat": ZHANG, "message_id": message, "from": ZHANG}

        async def confirmed() -> bool:
            return bool((await house.client.get("queue"))["confirmed"])

        await house.client.post("edits", text="/lang zh", **where)
        await until(confirmed)
        await house.client.post("reactions", emoji="👍", as_edit=True, **where)
        await house.client.post("redeliveries", count=1)
        await house.client.say("/lang en", chat=ZHANG, sender=ZHANG)
        await house.until_answers(ZHANG, 2)
        assert await audited() == [('"zh_CN"', '"en"'), ('"en"', '"en"')]
        assert len(await house.answers(ZHANG)) == 2


async def test_what_an_earlier_run_stored_comes_first(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    async with neighbourhood(tmp_path) as client:
        async with inhabited(client, database) as house:
            house.parts.lanes.stop()
            for language in ("en", "zh"):
                await client.say(f"/lang {language}", chat=ZHANG, sender=ZHANG)

            async def stored() -> bool:
                return len(await sql.fetch("SELECT id FROM inbox WHERE state = 'new'")) == 2

            await until(stored)
        await client.say("/lang en", chat=ZHANG, sender=ZHANG)
        async with inhabited(client, database) as house:
            await house.until_answers(ZHANG, 3)
            assert [after for _, after in await audited()] == ['"en"', '"zh_CN"', '"en"']


async def test_updates_without_an_id_do_not_make_the_poller_spin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with housed(tmp_path) as house:
        assert house.parts.poller is not None

        async def nameless(*_: Any, **__: Any) -> bytes:
            return orjson.dumps({"ok": True, "result": [{"message": {"text": "x"}}]})

        monkeypatch.setattr(BotApi, "call_raw", nameless)
        with pytest.raises(Undecodable):
            await house.parts.poller._poll_once()
