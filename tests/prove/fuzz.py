"""People write, press, answer, edit and send whatever comes to mind; nothing breaks, and all of it adds up.

The bot is the real one but for its last step: what it would send is judged by the sandbox's rules at once.
"""

import contextlib
import dataclasses
import datetime as dtm
import json
import random
import traceback
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from tortoise import connections

from bot.decoding import describe
from models.enums import Role
from sandbox.entities import units
from services import inbox, sql
from services.membership import members
from services.office import groups
from services.office.groups import Place
from tests.builders import NOW, an_organisation, categories_of, emeishan, units_of
from tests.databases import current_file
from tests.handlers.talk import SentFiles
from tests.prove import fuzz_lines
from tests.prove.fuzz_model import Told, differences
from tests.prove.fuzz_outside import Outcome, Outside, Seen, every_error_explained
from tests.prove.house import House, inhabited, neighbourhood

STRANGER, REPORTER, SEVERAL, OTHER, LEADER, REVIEWER, OFFICE, FOREIGN, ELSEWHERE = range(7001, 7010)
WEIGHTS = {
    STRANGER: 1,
    REPORTER: 6,
    SEVERAL: 6,
    OTHER: 4,
    LEADER: 1,
    REVIEWER: 1,
    OFFICE: 6,
    FOREIGN: 2,
    ELSEWHERE: 2,
}
OWN_GROUP, THEIR_GROUP, NO_GROUP = -1007, -1008, -1009
CHATS = (OWN_GROUP, THEIR_GROUP, NO_GROUP)
BEGINNING = dtm.datetime(2024, 3, 18, 0, tzinfo=dtm.UTC)  # 08:00: before any reminder goes out

# What would end the people and units that write, or count by something else than a receipt.
NEVER = frozenset(
    {
        *("privacy.forget", "people.remove", "units.retire_now", "units.merge_now", "units.rename_to"),
        *("import.save", "groups.release", "founding.save"),
    }
)
DEEDS = {"write": 66, "send": 7, "press": 16, "answer": 7, "edit": 4}


class Campaign:
    """People doing things at random, and two accounts of what came of it."""

    def __init__(self, house: House, outcome: Outcome, categories: frozenset[str]) -> None:
        self.house, self.outcome = house, outcome
        self.rng = random.Random(outcome.seed)
        self.outside = Outside(outcome)
        self.told = Told(categories)
        self.files = SentFiles()
        self.now = BEGINNING
        self._last: dict[tuple[int, int], Seen] = {}
        self._written: dict[tuple[int, int], int] = {}
        self._numbers = 0
        api, delivery, turn = house.parts.api, house.parts.delivery, house.parts.lanes._turn
        api.call, api.upload = self.outside.call, self.outside.upload  # type: ignore[method-assign, assignment]
        delivery._wait_for_turn = _at_once  # type: ignore[method-assign, assignment]
        turn._bury = self._buried  # type: ignore[method-assign]
        data = house.parts.application.bot_data
        data["use_cases"] = dataclasses.replace(data["use_cases"], files=self.files)

    async def _buried(self, stored: Any, error: Exception) -> None:
        trace = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(trace.filename).name}:{trace.lineno}"
        self.outcome.found(f"{self.outside.deed}: {type(error).__name__} {error} at {where}")

    async def go(self, lines: int) -> None:
        """Do so many things, and compare from time to time."""
        for number in range(1, lines + 1):
            await self._one()
            self.outcome.lines = number
            if number % 500 == 0 or number == lines:
                for each in await differences(self.told):
                    self.outcome.found(f"after {number} lines: {each}")
        self.outcome.receipts, self.outcome.withdrawals = self.told.receipts, self.told.withdrawals

    async def _one(self) -> None:
        rng = self.rng
        (person,) = rng.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))
        chat = rng.choice(CHATS) if rng.random() < 0.2 else person
        (deed,) = rng.choices(list(DEEDS), weights=list(DEEDS.values()))
        self.now += dtm.timedelta(minutes=rng.choice((0, 1, 5, 12, 13)))
        self.house.parts.clock.move_to(self.now)
        self.house.parts.delivery.takes_rich = rng.random() < 0.5
        self._numbers += 1
        pressed: dict[str, str] = {}
        update = await self._update(deed, person, chat, pressed)
        if update is None:
            return
        body = json.dumps({"update_id": self._numbers, **update}).encode()
        self.outcome.deeds[deed] += 1
        what = f"{deed} by {person} in {chat} {pressed.get('action', '')} {_said(update)!r}"
        self.outside.deed = f"line {self._numbers} of seed {self.outcome.seed}: {what}"
        (stored,) = await inbox.store([describe(body)], self.now)
        assert stored is not None
        self.outside.shown.clear()
        await self.house.parts.lanes._turn.take(stored)
        await self._hear(person, chat, pressed)

    async def _update(
        self, deed: str, person: int, chat: int, pressed: dict[str, str]
    ) -> dict[str, Any] | None:
        rng, place = self.rng, (person, chat)
        if deed == "press":
            return await self._press(person, chat, pressed)
        message = self._message(person, chat)
        if deed == "send":
            name, content = fuzz_lines.file(rng)
            file_id = self.files.keep(content)
            message["document"] = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}
            message["document"] |= {"file_name": name} if name else {}
            if said := fuzz_lines.caption(rng):
                message |= _worded("caption", said, chat)
            return {"message": message}
        text = (
            fuzz_lines.mutated(rng, fuzz_lines.plain(rng), 0.2) if deed == "answer" else fuzz_lines.line(rng)
        )
        if deed == "edit":
            if place not in self._written:
                return None
            edited = message | {"message_id": self._written[place], "edit_date": message["date"] + 1}
            shape = rng.choice((fuzz_lines.good, fuzz_lines.report))
            return {
                "edited_message": edited | _worded("text", fuzz_lines.mutated(rng, shape(rng), 0.1), chat)
            }
        self._written.setdefault(place, self._numbers)
        return {"message": message | _worded("text", text, chat)}

    async def _press(self, person: int, chat: int, pressed: dict[str, str]) -> dict[str, Any] | None:
        seen = self._last.get((person, chat))
        if seen is None or not seen.tokens:
            return None
        token = self.rng.choice(seen.tokens)
        rows = await sql.fetch("SELECT action, arguments FROM button_token WHERE token = $1", token)
        if not rows or rows[0]["action"] in NEVER:
            return None
        arguments = json.loads(rows[0]["arguments"])
        self.outcome.pressed[rows[0]["action"]] += 1
        pressed |= {"action": rows[0]["action"], "opening": str(arguments.get("opening", ""))}
        message = self._message(person, chat) | {"message_id": seen.message_id, "text": "x"}
        sender = message.pop("from")
        press = {"id": str(self._numbers), "from": sender, "chat_instance": "1", "data": token}
        return {"callback_query": press | {"message": message}}

    def _message(self, person: int, chat: int) -> dict[str, Any]:
        sender = {"id": person, "is_bot": False, "first_name": f"第{person}人", "language_code": "zh-hans"}
        kind = {"type": "private", "first_name": "x"} if chat > 0 else {"type": "supergroup", "title": "群"}
        where = {"id": chat, **kind}
        return {"message_id": self._numbers, "date": 1709256600, "chat": where, "from": sender}

    async def _hear(self, person: int, chat: int, pressed: Mapping[str, str]) -> None:
        for seen in self.outside.shown.get(chat, ()):
            opening: str | None = None
            if seen.tokens:
                self._last[person, chat] = seen
                rows = await sql.fetch(
                    "SELECT action, arguments FROM button_token WHERE token = $1", seen.tokens[0]
                )
                if rows and rows[0]["action"] == "report.withdraw":
                    opening = str(json.loads(rows[0]["arguments"])["opening"])
                    *_, number = opening.split("/", 2)  # a press opens one too, that nobody can edit
                    self._written[person, chat] = int(number) if number.isdecimal() else self._numbers
            try:
                self.told.hear(seen.text, opening, pressed)
            except (AssertionError, KeyError) as problem:
                self.outcome.found(f"{self.outside.deed}: {problem!r}")


async def _at_once(_: int) -> None:
    """Wait for nothing: nobody counts calls here."""


def _worded(key: str, text: str, chat: int) -> dict[str, Any]:
    """Write a text as Telegram delivers it; in a group it is said to the bot."""
    written = text if chat > 0 or text.startswith("/") else f"@duban_bot {text}"
    units_of_name = 10 if written.startswith("@duban_bot") else 0
    entities = [{"type": "mention", "offset": 0, "length": units_of_name}] if units_of_name else []
    if written.startswith("/"):
        length = units(written.split()[0])
        entities = [{"type": "bot_command", "offset": 0, "length": length}]
    return {key: written, ("entities" if key == "text" else "caption_entities"): entities}


def _said(update: Mapping[str, Any]) -> str:
    message = update.get("message") or update.get("edited_message") or {}
    return str(message.get("text", message.get("caption", "")))[:300]


async def _county() -> frozenset[str]:
    """Fill the database; return the names of all categories."""
    organisation_id, unit_ids, categories = await emeishan()
    other = await an_organisation("定南县")
    (foreign,) = (await units_of(other, ["县财政局"])).values()
    more = await categories_of(other, ["政务信息"])
    first, second, third, *_ = unit_ids.values()
    for person, organisation, unit, role in (
        (REPORTER, organisation_id, first, Role.REPORTER),
        (SEVERAL, organisation_id, first, Role.REPORTER),
        (SEVERAL, organisation_id, second, Role.REPORTER),
        (OTHER, organisation_id, third, Role.REPORTER),
        (LEADER, organisation_id, None, Role.LEADER),
        (REVIEWER, organisation_id, None, Role.REVIEWER),
        (OFFICE, organisation_id, None, Role.ADMINISTRATOR),
        (FOREIGN, other, foreign, Role.REPORTER),
        (ELSEWHERE, other, None, Role.ADMINISTRATOR),
        (ELSEWHERE, organisation_id, first, Role.REPORTER),
    ):
        await members.bind(person, organisation, unit, role, NOW)
    for chat, organisation in ((OWN_GROUP, organisation_id), (THEIR_GROUP, other)):
        await groups.enter(Place(chat, 0, "工作群"), organisation, "工作群", NOW)
    return frozenset({*categories, *more})


@contextlib.asynccontextmanager
async def campaigning(folder: Path, outcome: Outcome) -> AsyncIterator[Campaign]:
    """Set the town up for a campaign."""
    async with (
        neighbourhood(folder) as client,
        inhabited(client, current_file(folder / "duban.db"), webhook=True) as house,
    ):
        await connections.get("default").execute_script("PRAGMA synchronous = OFF")  # no power cut here
        with every_error_explained(outcome):
            yield Campaign(house, outcome, await _county())


async def run(folder: Path, seed: int, *, lines: int) -> Outcome:
    """Let people do so many things."""
    outcome = Outcome(seed)
    async with campaigning(folder, outcome) as campaign:
        await campaign.go(lines)
    return outcome
