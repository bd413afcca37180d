"""A button works for whom and where it was shown, once; whatever else is pressed has no effect."""

import asyncio
import contextlib
import datetime as dtm
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.decoding import describe
from models.enums import Role
from services import buttons, inbox, sql
from services.buttons import StoredButton
from services.membership import members
from tests.builders import NOW, emeishan
from tests.databases import TEMPLATE, create_database, current_file
from tests.prove.house import House, inhabited, neighbourhood, until
from tests.sandbox.client import GROUP, LI, SUPERGROUP, ZHANG

JUSTICE = "市司法局"
TODAY = dtm.datetime(2024, 3, 20, 2, tzinfo=dtm.UTC)
AT_ONCE = 20

Press = tuple[int, int, str]
"""Who presses, in which chat, and what their program sends."""


class Fingers:
    """Presses what no button offers, and remembers the alerts that came of it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.alerts: Counter[str] = Counter()
        self._numbers = itertools.count(1_000_000)
        house.parts.delivery.press_answered = self._answered  # type: ignore[method-assign]

    async def _answered(self, press_id: str, text: str = "") -> bool:
        self.alerts[text] += 1
        return True

    async def press(self, presses: Iterable[Press]) -> None:
        """Let every press have its turn, so many at once, none waiting for another of its chat."""
        stored = await inbox.store([describe(_update(next(self._numbers), *one)) for one in presses], TODAY)
        rows = [row for row in stored if row is not None]
        turn = self.house.parts.lanes._turn
        for start in range(0, len(rows), AT_ONCE):
            await asyncio.gather(*(turn.take(row) for row in rows[start : start + AT_ONCE]))

    async def token(self, person: int, action: str) -> str:
        """Give the newest unused token of an action that a person was shown."""
        rows = await sql.fetch(
            "SELECT token FROM button_token WHERE person = $1 AND action = $2 AND used_at IS NULL "
            "ORDER BY created_at DESC",
            person,
            action,
        )
        return str(rows[0]["token"])


def _update(number: int, person: int, chat: int, token: str) -> bytes:
    sender = {"id": person, "is_bot": False, "first_name": "x", "language_code": "zh-hans"}
    kind = "private" if chat > 0 else "supergroup"
    message = {"message_id": 7, "date": 1709256600, "chat": {"id": chat, "type": kind, "title": "x"}}
    pressed = {"id": str(number), "from": sender, "chat_instance": "1", "data": token, "message": message}
    return json.dumps({"update_id": number, "callback_query": pressed}).encode()


async def effects() -> dict[str, Any]:
    """What presses could change; everything that is done leaves an entry in the audit."""
    rows = await sql.fetch(
        "SELECT (SELECT COUNT(*) FROM audit_entry) AS audit, (SELECT COUNT(*) FROM submission) AS facts, "
        "(SELECT COALESCE(SUM(count), 0) FROM tally) AS counted, (SELECT COUNT(*) FROM binding) AS bindings, "
        "(SELECT COUNT(*) FROM unit WHERE is_active) AS units, (SELECT COUNT(*) FROM invitation) AS invited, "
        "(SELECT COUNT(*) FROM button_token WHERE used_at IS NOT NULL) AS used, "
        "(SELECT COUNT(*) FROM inbox WHERE state = 'dead') AS dead"
    )
    return {name: int(value) for name, value in rows[0].items()}


@contextlib.asynccontextmanager
async def opened_office(folder: Path, database: str) -> AsyncIterator[Fingers]:
    """张三 reports for a unit, 李四 is the office; both have been shown buttons."""
    async with neighbourhood(folder) as client, inhabited(client, database) as house:
        house.parts.clock.move_to(TODAY)
        organisation_id, units, _ = await emeishan()
        await members.bind(ZHANG, organisation_id, units[JUSTICE], Role.REPORTER, NOW)
        await members.bind(LI, organisation_id, None, Role.ADMINISTRATOR, NOW)
        said = {
            ZHANG: ("/report 动态 3", "/lang"),
            LI: ("/invite", "/lang", f"/unlock {JUSTICE} 1月 补报", f"/invite {JUSTICE}"),
        }
        for person, texts in said.items():
            for text in texts:
                await client.say(text, chat=person, sender=person)
            await house.until_answers(person, len(texts))

        async def settled() -> bool:
            rows = await sql.fetch("SELECT id FROM inbox WHERE state = 'new'")
            return not rows and not house.parts.lanes.waiting

        await until(settled)
        yield Fingers(house)


@pytest.fixture
async def fingers(tmp_path: Path) -> AsyncIterator[Fingers]:
    async with opened_office(tmp_path, current_file(tmp_path / "duban.db")) as ready:
        yield ready


def mutations(token: str) -> Iterator[str]:
    """Everything near a token that is not the token."""
    yield from (token[:length] for length in range(len(token)))
    yield from (token[start:] for start in range(1, len(token)))
    for at, sign in enumerate(token):
        yield from (f"{token[:at]}{chr(ord(sign) ^ 1 << bit)}{token[at + 1 :]}" for bit in range(7))
        yield f"{token[:at]}{chr(ord(sign) + 0xFEE0)}{token[at + 1 :]}"  # full width
        yield f"{token[:at]}\u200b{token[at:]}"
    yield from (
        f" {token}",
        f"{token}\n",
        token * 2,
        token[::-1],
        token.swapcase(),
        f"{token}\0",
        "%",
        "' OR 1=1 --",
    )
    yield from (f"{token}{'x' * 42}", "🙂" * 16, "\ud800", "null", "_" * len(token))


async def test_of_a_token_that_was_changed_nothing_comes(fingers: Fingers) -> None:
    before = await effects()
    count = 0
    for action in ("report.withdraw", "lang.set"):
        token = await fingers.token(ZHANG, action)
        wrong = [one for one in mutations(token) if one != token]
        await fingers.press((ZHANG, ZHANG, one) for one in wrong)
        count += len(wrong)
    assert count > 400
    assert fingers.alerts.total() == count
    assert await effects() == before
    assert len(fingers.alerts) == 1
    await fingers.press([(ZHANG, ZHANG, token)])
    assert (await effects())["used"] == before["used"] + 1


SHOWN = (
    (ZHANG, "report.withdraw"),
    (ZHANG, "report.progress"),
    (ZHANG, "lang.set"),
    (LI, "invite.make"),
    (LI, "invite.everybody"),
    (LI, "invite.revoke"),
    (LI, "unlock.close"),
    (LI, "lang.set"),
)


async def swapped(fingers: Fingers) -> list[Press]:
    """Every token by the other person, and by its own person in every other chat."""
    tokens = {(person, action): await fingers.token(person, action) for person, action in SHOWN}
    others = {ZHANG: LI, LI: ZHANG}
    return [
        (who, chat, token)
        for (person, _), token in tokens.items()
        for who in (person, others[person])
        for chat in (ZHANG, LI, GROUP, SUPERGROUP)
        if (who, chat) != (person, person)
    ]


async def test_a_token_works_neither_for_another_person_nor_in_another_chat(fingers: Fingers) -> None:
    before = await effects()
    presses = await swapped(fingers)
    await fingers.press(presses)
    assert len(presses) == len(SHOWN) * 7
    assert fingers.alerts.total() == len(presses)
    assert all(fingers.alerts)
    assert await effects() == before


async def test_a_bot_that_asks_for_no_person_is_found_out(
    fingers: Fingers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def naive(token: str, *_: object) -> StoredButton:
        rows = await sql.fetch("SELECT action, arguments FROM button_token WHERE token = $1", token)
        return StoredButton(token, rows[0]["action"], json.loads(rows[0]["arguments"]))

    before, presses = await effects(), await swapped(fingers)
    monkeypatch.setattr(buttons, "read", naive)
    await fingers.press(presses)
    assert await effects() != before


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_pressed_at_once_on_many_connections_it_works_once(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    database = await _database(tmp_path, kind, request)
    async with opened_office(tmp_path, database) as fingers:
        before = await effects()
        tokens = [
            (person, await fingers.token(person, action))
            for person, action in SHOWN
            if action != "report.progress"  # reads, as often as one likes
        ]
        replays = [(person, person, token) for _ in range(12) for person, token in tokens]
        await fingers.press(replays)
        after = await effects()
        assert after["used"] - before["used"] == len(tokens)
        rows = await sql.fetch("SELECT action FROM audit_entry ORDER BY id")
        assert Counter(row["action"] for row in rows[before["audit"] :]) == {
            "report.withdraw": 1,
            "member.language": 2,
            "invitation.make": 1 + 4,  # one, and one for each unit without a reporter
            "invitation.revoke": 1,
            "month.close": 1,
        }
        assert after["facts"] - before["facts"] == 1
        assert after["counted"] == before["counted"] - 3
        assert after["dead"] == 0


async def _database(folder: Path, kind: str, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return current_file(folder / "duban.db")
    return await create_database(request.getfixturevalue("postgres_template"), template=TEMPLATE)


async def test_a_token_is_void_after_its_time(fingers: Fingers) -> None:
    before = await effects()
    tokens = [(person, person, await fingers.token(person, action)) for person, action in SHOWN]
    fingers.house.parts.clock.move_to(TODAY + buttons.LIFETIME + dtm.timedelta(minutes=1))
    await fingers.press(tokens)
    assert await effects() == before


async def test_who_was_revoked_does_nothing_with_the_buttons_that_are_left(fingers: Fingers) -> None:
    tokens = [
        (person, person, await fingers.token(person, action))
        for person, action in SHOWN
        if action != "lang.set"  # one's own language is everybody's
    ]
    await sql.execute("DELETE FROM binding")
    before = await effects()
    await fingers.press(tokens)
    assert await effects() == before
    assert fingers.alerts.total() == len(tokens)
    assert all(fingers.alerts)
