"""The bot's own delivery and services on a real database, step by step beside the model."""

import contextlib
import datetime as dtm
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from bot import delivery as delivery_module
from bot.commits import SharedCommits
from bot.delivery import Delivery
from bot.letters import Letters
from bot.nursery import Nursery
from locales import Catalogue
from models.enums import Language, Role
from services import audit, outbox, sql
from services.chasing import letter_contents
from services.chasing.letter_contents import Digest, GroupList, NotNow, Opened
from services.core.access import Actor, Binding
from services.reminding import letter_log
from services.transaction import transact
from tests.prove.reminders.books import Books, differences, told
from tests.prove.reminders.deeds import Deed
from tests.prove.reminders.desk import lines_of_desk, misread
from tests.prove.reminders.drawing import ZONE
from tests.prove.reminders.founding import found
from tests.prove.reminders.model import Model
from tests.prove.reminders.records import GROUP, LEADER, OFFICE, OWN, SENT, UNKNOWN, Line
from tests.prove.reminders.records import NotNow as Waits
from tests.prove.reminders.rule import Name
from tests.prove.reminders.telegram import Died, Telegram, VirtualClock
from tests.prove.reminders.town import Town

CATALOGUE = Catalogue.load()


RESTARTS_AT_ONCE = 0.8
DECISIONS = 0.2
DAYS_TO_TELL = 5
"""Office days on which something due may be left: a digest has gone, its outcome is hidden, and again."""


class Differs(AssertionError):
    """The bot and the model differ."""


class NoLinks:
    """Letters carry no links that would have to be revealed."""

    @staticmethod
    def reveal(parameters: dict[str, Any]) -> dict[str, Any]:
        """Give a call's parameters as they are."""
        return parameters


@dataclass
class Stage:
    """One town, one database, one model; bots come and go and remember nothing."""

    town: Town
    dice: random.Random
    model: Model = field(init=False)
    books: Books = field(default_factory=Books)
    story: list[str] = field(default_factory=list)
    ticks: int = 0
    deaths: int = 0

    def __post_init__(self) -> None:
        self.model = Model(self.town)
        self.clock = VirtualClock(ZONE, dtm.datetime(2020, 1, 1, tzinfo=ZONE))
        self.telegram = Telegram(self.dice, self.town, self.clock, self._unreached)
        self._lying: defaultdict[Name, set[dtm.date]] = defaultdict(set)
        self._looked_on = dtm.date.min

    def _unreached(self, key: str) -> None:
        self.model.letters[key].sendings -= 1

    async def found(self) -> None:
        """Write the town into the empty database."""
        await transact(lambda: found(self.town))

    def tell(self, words: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.clock.moment:%Y-%m-%d %H:%M:%S} {words}")

    async def happen(self, deeds: list[Deed]) -> None:
        """Have deeds done, in one transaction."""

        async def work() -> None:
            for deed in deeds:
                for statement, values in deed.statements:
                    await sql.execute(statement, *values)

        await transact(work)
        for deed in deeds:
            deed.change(self.town)
            self.story.append(f"{deed.at:%Y-%m-%d %H:%M:%S} {deed.words}")
        self.model.hear_nudges()

    async def decide(self, moment: dtm.datetime) -> None:
        """Have an administrator look at what is unclear, now and then: 已看到 of what is there, else 重发."""
        if self.dice.random() > DECISIONS:
            return
        keys = {key: number for number, key in self.books.keys.items()}
        arrived = {one.key for one in self.telegram.received}
        for key in sorted(self.model.unclear):
            letter = self.model.letters[key]
            organisation = min(name.organisation for name, _ in letter.lines)
            bound = (Binding(organisation, None, Role.ADMINISTRATOR),)
            actor = Actor(1, None, "", Language.CHINESE, bound)
            given = (actor, organisation, keys[key], audit.Deed(None, "", moment))
            if key in arrived and (not letter.is_list or self.dice.random() < DECISIONS):
                await letter_log.acknowledge(*given)
                self.model.acknowledge(key, moment)
                self.telegram.fates["seen"] += 1
                self.tell(f"{key} is seen to have arrived")
            elif letter.is_list:
                await letter_log.send_again(*given)
                self.model.send_again(key, moment)
                self.telegram.fates["sent again"] += 1
                self.tell(f"{key} is sent once more by hand")

    async def tick(self, now: dtm.datetime) -> None:
        """Have the bot look and deliver at what its clock shows, and compare.

        Raises:
            Differs: it did anything else than the model.
        """
        self.clock.moment = now
        self.ticks += 1
        self.telegram.fate, self.telegram.look = "", self.ticks
        letters, _ = self._start()
        await letters.look()
        self.model.plan(now)
        self.model.dispatch(now)
        await self._compare()
        while not await self._delivered() and self.dice.random() < RESTARTS_AT_ONCE:
            pass
        await self._compare()
        self._look_for_lying()

    def _start(self) -> tuple[Letters, Delivery]:
        """Start a bot: it knows nothing but what the database holds."""
        nursery = Nursery()
        letters = Letters(CATALOGUE, self.clock, SharedCommits(nursery), frozenset(), None)  # type: ignore[arg-type]
        return letters, Delivery(self.telegram, self.clock, nursery, self.telegram, NoLinks(), letters, None)  # type: ignore[arg-type]

    async def _delivered(self) -> bool:
        """Have a bot deliver what waits; False when it died of it."""
        _, bot = self._start()
        for chat in await outbox.list_chats_waiting(self.clock.now(), 100_000):
            try:
                await bot.drain(chat, is_patient=False)
            except Died as died:
                self.deaths += 1
                self.tell(f"the bot dies at {died}")
                return False
        return True

    def _look_for_lying(self) -> None:
        """Find what is needed, has somebody to be told, and lies there for days on which the bot was up."""
        today = self.clock.moment.date()
        if self._looked_on == today:
            return
        for name in self.model.tellable(self.clock.moment):
            self._looked_on = today
            self._lying[name].add(today)
            if len(self._lying[name]) > DAYS_TO_TELL:
                raise Differs(f"{told(name)} has been left untold on {sorted(map(str, self._lying[name]))}")

    async def _compare(self) -> None:
        await self.books.read()
        self._judge(differences(self.model, self.books))

    def _judge(self, wrong: list[str]) -> None:
        if wrong:
            raise Differs(f"at {self.clock.moment:%Y-%m-%d %H:%M:%S}\n" + "\n".join(wrong[:20]))

    async def end(self) -> None:
        """Compare everything once more."""
        await self.books.read_all()
        self.model.touched |= self.model.dues.keys() | self.model.letters.keys()
        self._judge(differences(self.model, self.books))
        written = await self.books.lines()
        self._judge(
            [
                f"{key} tells of {written[key] ^ letter.lines} too much or too little"
                for key, letter in self.model.letters.items()
                if letter.was_told and written[key] != letter.lines
            ]
        )

    # What is seen of the bot on its way

    async def opened(self, letter_id: int, opened: Opened, *, may_have_gone: bool) -> None:
        """Compare what a letter says with what it must say."""
        key = await self.books.key(letter_id)
        letter = self.model.letters[key]
        if letter.may_have_gone != may_have_gone:
            raise Differs(f"{key} {'may' if letter.may_have_gone else 'cannot'} have gone before")
        try:
            wanted: frozenset[Line] | None = self.model.open(key, self.clock.moment)
        except Waits:
            wanted = None
        said = await self._said(opened)
        if said != wanted:
            raise Differs(f"{self.clock.moment} {key} says {_told(said)}, not {_told(wanted)}")
        if said:
            self.telegram.letter = key, said
            self.telegram.draw()

    async def _said(self, opened: Opened) -> frozenset[Line] | None:
        content = opened.content
        if content is None:
            return frozenset()
        if isinstance(content, NotNow):
            return None
        if isinstance(content, GroupList):
            return await self._lines(GROUP, content.units)
        assert isinstance(content, Digest)
        found = await self._lines(OWN, content.own) | await self._lines(LEADER, content.led)
        names = [await self.books.name(each) for each in sorted(opened.told)]
        if wrong := misread(self.town, names, content):
            raise Differs(f"{self.clock.moment} {await self.books.key(content.letter_id)} {wrong}")
        found |= {*lines_of_desk(names, content)}
        for part in content.office:
            found |= await self._lines(OFFICE, part.units)
            if part.asks_for_year is not None:
                found |= {
                    line
                    for line in self.model.letters[await self.books.key(content.letter_id)].lines
                    if line[0].rule == "calendar" and line[0].organisation == part.organisation_id
                }
        return found

    async def _lines(self, part: str, units: Any) -> frozenset[Line]:
        ids = [need.due.id for unit in units for need in unit.needs]
        return frozenset([(await self.books.name(each), part) for each in ids])

    async def settled(self, letter_id: int, state: str) -> None:
        """Follow how a letter ended, if it could end so."""
        key, now = await self.books.key(letter_id), self.clock.moment
        if state == UNKNOWN and not self.model.give_up_unclear(key, now):
            raise Differs(f"{key} is given up as unclear too early")
        if state == SENT:
            if not self.telegram.received or self.telegram.received[-1].key != key:
                raise Differs(f"{key} is noted as sent, and nobody has it")
            self.model.settle(key, SENT, now)
        if state == "dead":
            if not self.telegram.refusals or self.telegram.refusals[-1] != key:
                raise Differs(f"{key} is given up, and nobody refused it")
            self.model.refused(key, now)


def _told(lines: frozenset[Line] | None) -> str:
    if lines is None:
        return "“not now”"
    return str(sorted((str(name), part) for name, part in lines)) if lines else "nothing"


@contextlib.asynccontextmanager
async def watched(stage: Stage) -> AsyncIterator[None]:
    """Follow each letter as it is opened, put on the wire and settled, for the time of the block."""
    opening, noting = letter_contents.read_letter, letter_contents.note
    settling, wiring = letter_log.settle, outbox.write_and_put_on_wire
    is_opening = False

    async def read_letter(letter_id: int, now: dtm.datetime, *, may_have_gone: bool = False) -> Opened:
        opened = await opening(letter_id, now, may_have_gone=may_have_gone)
        await stage.opened(letter_id, opened, may_have_gone=may_have_gone)
        return opened

    async def note(opened: Opened, now: dtm.datetime) -> bool:
        nonlocal is_opening
        is_opening = True
        try:
            return await noting(opened, now)
        finally:
            is_opening = False

    async def settle(letter_id: int, state: Any, now: dtm.datetime) -> None:
        await settling(letter_id, state, now)
        if not is_opening:
            await stage.settled(letter_id, state.value)

    async def write_and_put_on_wire(call_id: int, method: str, parameters: Any, letter_id: int) -> bool:
        stored = await wiring(call_id, method, parameters, letter_id)
        if stored:
            stage.model.letters[await stage.books.key(letter_id)].sendings += 1
            stage.telegram.begin()
        return stored

    pace = delivery_module.CALLS_PER_SECOND
    with contextlib.ExitStack() as stack:
        for module, name, ours in (
            (letter_contents, "read_letter", read_letter),
            (letter_contents, "note", note),
            (letter_log, "settle", settle),
            (outbox, "write_and_put_on_wire", write_and_put_on_wire),
            (delivery_module, "CALLS_PER_SECOND", 10**9),
        ):
            stack.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, ours)
        yield
    assert pace == delivery_module.CALLS_PER_SECOND
