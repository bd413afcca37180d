"""People who send photos, albums and documents, press and reply, and a model that is told."""

import asyncio
import datetime as dtm
import hashlib
import random
from functools import partial
from typing import Any

from bot.database import opened
from locales import Catalogue
from models.enums import Role
from services.membership import members
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.prove.crowd import Crowd
from tests.prove.exhibits.people import (
    CATEGORIES,
    MOST,
    Person,
    Piece,
    Said,
    a_document,
    a_photo,
    encoded,
    some_counts,
    some_reports,
)
from tests.prove.model import CHINESE
from tests.prove.town import Town

PEOPLE = 20
LONGEST_PAUSE = 0.8
LAST_REPORTS = 5
OF_A_REPORT = "条（"
"""What stands on the button of a report: 动态通知类 3 条（3月20日 09:30）. On a category's 尚差 stands."""


class Silenced(Exception):
    """Nobody says anything more, and what has not been answered by now is not waited for."""


class Showing(Crowd):
    """Everybody shows something at once, each one thing after the other."""

    def __init__(self, town: Town, dice: random.Random, count: int = PEOPLE) -> None:
        super().__init__(town, dice)
        self._count = count
        texts = Catalogue.load().texts(CHINESE)
        self.people: dict[int, Person] = {}
        self.pieces: list[Piece] = []
        self._marks = {
            **self._marks,
            texts("evidence.attached", place="|", counts="").split("|")[0]: "attached",
            texts("evidence.which_report"): "which",
            texts("evidence.which_new"): "which",
            texts("evidence.not_kept", why="|").split("|")[0]: "owed",
            texts("error.file_unavailable"): "which",  # nothing was said to it: that is all there is to say
        }

    async def gather(self) -> None:
        """Found an office with a reporter for each unit; no bot may be running."""
        now = dtm.datetime.now(dtm.UTC)
        ids = [(await self.town.post("people", name=f"联络员 {n}"))["id"] for n in range(self._count)]
        async with opened(self.town.database):
            county = await an_organisation(year=now.year)
            categories = await categories_of(county, CATEGORIES)
            units = await units_of(county, [f"第{n}街道办事处" for n in range(self._count)])
            for one, (unit, unit_id) in zip(ids, units.items(), strict=True):
                for category_id in categories.values():
                    await a_quota(unit_id, category_id, 2 * MOST, effective_on=dtm.date(now.year, 1, 1))
                await members.bind(one, county, unit_id, Role.REPORTER, now)
                self.people[one] = Person(one, unit, some_reports(self.dice), some_counts(self.dice))

    async def talk(self) -> None:
        """Show one thing after the other until they are to be silent."""
        async with asyncio.TaskGroup() as group:
            for person in self.people.values():
                group.create_task(self._live(person))
            group.create_task(self._repeat())

    async def _repeat(self) -> None:
        while not self.is_silent:
            await asyncio.sleep(0.5)
            await self._redeliver()

    async def _live(self, person: Person) -> None:
        deeds = (
            *(self._captioned, self._captioned, self._album, self._reply),
            *(self._bare, self._bare, self._no_evidence, self._hurry),
        )
        try:
            while not self.is_silent and len(person.words) > 4 and person.counts:
                deed = self.dice.choice(deeds)
                await deed(person)
                self.deeds[deed.__name__.strip("_")] += 1
                await asyncio.sleep(self.dice.uniform(0, LONGEST_PAUSE))
        except Silenced:
            return

    async def _captioned(self, person: Person) -> None:
        await self._report_with(person, is_document=self.dice.random() < 0.3)
        await self._heard(person, "receipt")

    async def _hurry(self, person: Person) -> None:
        """Send three before the first is answered."""
        for _ in range(3):
            await self._report_with(person, is_document=self.dice.random() < 0.5)
        await self._heard(person, "receipt")

    async def _album(self, person: Person) -> None:
        """Words stand under the first; the others go where it went, and nothing is said to them."""
        album = f"a{self.dice.randrange(10**9)}"
        opening = await self._report_with(person, is_document=False, album=album)
        for _ in range(self.dice.randint(1, 3)):
            await self._show(person, openings={opening}, album=album)
        await self._heard(person, "receipt")

    async def _reply(self, person: Person) -> None:
        """Report in words, and send what shows it in reply to them or to the receipt."""
        words = person.words.pop()
        message = await self._write(person, text=f"报送 {words}")
        source = self._count_words(person, words, message)
        await self._heard(person, "receipt")
        for target in (await self._receipt_of(person, message), message):
            is_document = self.dice.random() < 0.3
            await self._show(person, openings={source}, is_document=is_document, reply_to=target)
            self._await(person, "attached")
        await self._heard(person, "attached")

    async def _receipt_of(self, person: Person, message: int) -> int:
        """Give the receipt of a report, or the report itself where no receipt can be replied to.

        Of one that a death made come twice the bot knows the second; and what was heard may be another's.
        """
        for said in reversed(person.heard):
            if said.words == "receipt" and said.buttons and await self._is_about(said, message):
                known = await self.town.query(f"SELECT 1 FROM outbox WHERE message_id = {said.id} LIMIT 1")
                return said.id if known else message
        return message

    async def _bare(self, person: Person) -> None:
        """Send a photo without words and answer what is asked, if it could be fetched."""
        recent, read = frozenset(person.openings[-LAST_REPORTS:]), len(person.heard)
        piece = await self._show(person, is_needed=False)
        self._await(person, "which")
        asked = await self._question_about(person, piece, read)
        if not asked.buttons:
            return
        piece.is_needed = True
        way = self.dice.randrange(3)
        if way == 0 and recent:
            piece.openings = recent
            await self._press_on(person, asked, asked.data_of(OF_A_REPORT))
            return
        name, number = person.counts.pop()
        if way == 1:
            await self._press_on(person, asked, asked.data_of(name, without=OF_A_REPORT))
        await self._write(person, text=f"{number}" if way == 1 else f"{name} {number}")
        self.model.count(person.id, name, number, f"{piece.source}/1")
        person.openings.append(piece.source)
        self._await(person, "receipt")
        await self._heard(person, "receipt")

    async def _press_on(self, person: Person, asked: Said, data: str) -> None:
        key = (person.id, "edit", str(asked.id))
        self.model.expect(key)
        press = {"from": person.id, "message_id": asked.id, "data": data}
        await self.town.post("presses", chat=person.id, **press)
        await self._until(lambda: self._seen[key] > 0)

    async def _no_evidence(self, person: Person) -> None:
        words = person.words.pop()
        content = b"MZ" + self.dice.randbytes(40)
        message = await self._write(person, document=encoded(content), name="run.exe", caption=words)
        self._count_words(person, words, message)
        await self._heard(person, "receipt")

    async def _report_with(self, person: Person, *, is_document: bool, **more: Any) -> str:
        """Send something with words that are a report, and return what it is called."""
        words = person.words.pop()
        message, digest = await self._send_file(person, is_document=is_document, caption=words, **more)
        source = self._count_words(person, words, message)
        self.pieces.append(Piece(source, digest, is_document, frozenset({source})))
        return source

    def _count_words(self, person: Person, words: str, message: int) -> str:
        source, said = person.source(message), words.split()
        for line, (name, number) in enumerate(zip(said[::2], said[1::2], strict=True), start=1):
            self.model.count(person.id, name, int(number), f"{source}/{line}")
        person.openings.append(source)
        self._await(person, "receipt")
        return source

    async def _show(self, person: Person, *, is_document: bool = False, **more: Any) -> Piece:
        """Send something without words."""
        openings, is_needed = more.pop("openings", None), more.pop("is_needed", True)
        is_quiet = "album" in more
        message, digest = await self._send_file(person, is_document=is_document, **more)
        source = person.source(message)
        openings = frozenset(openings or {source})
        piece = Piece(source, digest, is_document, openings, is_needed=is_needed, is_quiet=is_quiet)
        self.pieces.append(piece)
        return piece

    async def _send_file(self, person: Person, *, is_document: bool, **more: Any) -> tuple[int, str]:
        content = a_document(self.dice) if is_document else a_photo(self.dice)
        what = (
            {"document": encoded(content), "name": "纪要.pdf"} if is_document else {"photo": encoded(content)}
        )
        return await self._write(person, **what, **more), hashlib.sha256(content).hexdigest()

    async def _write(self, person: Person, **content: Any) -> int:
        sent = await self.town.post("messages", chat=person.id, **{"from": person.id}, **content)
        return int(sent["message_id"])

    def _await(self, person: Person, words: str) -> None:
        self.model.expect((person.id, "text", words))

    async def _heard(self, person: Person, words: str) -> None:
        key = (person.id, "text", words)
        await self._until(lambda: self._seen[key] >= self.model.answers[key])

    async def _question_about(self, person: Person, piece: Piece, read: int) -> Said:
        """Wait for what is asked about a photo, or for words that ask nothing; so much was read before."""
        number = int(piece.source.rpartition("/")[2])
        while True:
            unread = person.heard[read:]
            read += len(unread)
            for said in unread:
                if said.words == "which" and (not said.buttons or await self._is_about(said, number)):
                    return said
            await self._until(partial(self._has_heard, person, read))

    @staticmethod
    def _has_heard(person: Person, more_than: int) -> bool:
        return len(person.heard) > more_than

    async def _is_about(self, said: Said, message: int) -> bool:
        """Tell whether something is about this message: an earlier one's may be shown again after a death."""
        token = said.buttons[-1]["callback_data"]
        rows = await self.town.query(f"SELECT arguments FROM button_token WHERE token = '{token}'")
        return any(f'/{message}"' in str(arguments) for (arguments,) in rows)

    async def _until(self, is_there: Any) -> None:
        while not is_there():
            if self.is_silent:
                raise Silenced
            await asyncio.sleep(0.02)

    def _hear(self, call: dict[str, Any]) -> None:
        super()._hear(call)
        parameters = call["parameters"]
        person = self.people.get(parameters.get("chat_id", 0))
        if person is None or call["method"] not in {"sendMessage", "sendRichMessage"}:
            return
        text = str(parameters.get("text", ""))
        words = next((name for start, name in self._marks.items() if start in text), "")
        rows = parameters.get("reply_markup", {}).get("inline_keyboard", ())
        buttons = tuple(one for row in rows for one in row if "callback_data" in one)
        person.heard.append(Said(call["result"]["message_id"], words, text, buttons))
