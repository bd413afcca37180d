"""People who write, press, edit and react without waiting for anybody, and a model that is told."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from locales import Catalogue
from tests.prove.model import CHINESE, ENGLISH, Call, Key, Model, key_of
from tests.prove.town import Town

ADMINISTRATORS = (700000001, 700000006)
REPORTERS = (700000003, 700000004, 700000007, 700000008)
OFFICE_GROUPS = {-1007000000001: (700000003, 700000004), -1007000000002: (700000007, 700000008)}
STRANGERS, GROUPS, GROUP_SIZE = 16, 2, 3

MOST_WAITING = 4
"""A person who has so many unanswered messages in a chat waits before the next."""

NONCE = re.compile(r"qx[bcdfghjklmnpqrst]{8}xq")
LETTERS = "bcdfghjklmnpqrst"
COMMAND = {CHINESE: "zh", ENGLISH: "en"}


@dataclass
class Speaker:
    """A person in one chat, and what they do there."""

    person: int
    chat: int
    writes: bool
    asks: bool = False
    names: bool = False
    said: tuple[int, ...] = ()
    is_choosing: bool = False
    pressed: Key | None = None

    @property
    def is_private(self) -> bool:
        return self.person == self.chat


class Crowd:
    """Everybody in town; ``listen`` follows what reaches them, ``talk`` has them go on writing."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self.town, self.dice, self.model = town, dice, Model()
        self.calls: list[Call] = []
        self.life = 0
        self.is_silent = False
        self.heard = 0
        self.deeds: Counter[str] = Counter()
        self.waiting: Counter[int] = Counter()
        self._seen: Counter[Key] = Counter()
        self._shown: set[str] = set()
        self._choices: dict[int, tuple[int, list[dict[str, str]]]] = {}
        self.speakers: list[Speaker] = []
        catalogue = Catalogue.load()
        chinese, english = catalogue.texts("zh_CN"), catalogue.texts("en")
        self._fixed = {
            chinese("lang.changed"): f"changed {CHINESE}",
            english("lang.changed"): f"changed {ENGLISH}",
            chinese("lang.choose"): "choose",
            english("lang.choose"): "choose",
            "<b>峨眉山市 ·": "overview",
            "<b>定南县 ·": "overview",
        }

    async def gather(self) -> None:
        """Bring in strangers and their groups, next to the people of the examples."""
        add = self.speakers.append
        for one in ADMINISTRATORS:
            add(Speaker(one, one, writes=False, names=True))
        for one in REPORTERS:
            add(Speaker(one, one, writes=True, asks=True))
        for group, pair in OFFICE_GROUPS.items():
            for one in pair:
                add(Speaker(one, group, writes=False, asks=True))
        for number in range(STRANGERS):
            person = (await self.town.post("people", name=f"路人 {number}"))["id"]
            add(Speaker(person, person, writes=True))
        for number in range(GROUPS):
            people = [
                (await self.town.post("people", name=f"组员 {number}.{one}"))["id"]
                for one in range(GROUP_SIZE)
            ]
            group = (await self.town.post("chats", title=f"群 {number}", members=people))["id"]
            for person in people:
                add(Speaker(person, group, writes=True))

    async def talk(self) -> None:
        """Write until they are to be silent, as fast as the answers allow."""
        while not self.is_silent:
            free = [one for one in self.speakers if self._may_speak(one)]
            if free:
                await self._act(self.dice.choice(free))
            await asyncio.sleep(0.01)

    def _may_speak(self, speaker: Speaker) -> bool:
        if speaker.pressed is not None:
            return False
        if speaker.is_choosing:
            # A press travels by a lane of its own: its order to messages that wait would be a guess. Answers
            # in private look alike, and one sent twice would hide that another is still to come: only the
            # buttons themselves tell that all that was said before them is done.
            return speaker.chat in self._choices
        return self.waiting[speaker.chat] < MOST_WAITING

    async def _act(self, speaker: Speaker) -> None:
        chance = self.dice.random()
        if speaker.is_choosing:
            await self._press(speaker)
        elif chance < 0.04:
            await self._redeliver()
        elif chance < 0.12 and speaker.said:
            await self._meddle(speaker)
        elif speaker.names:
            await self._name_after_question(speaker)
        elif speaker.asks and (not speaker.writes or chance < 0.5):
            await self._ask(speaker, "/progress ")
        elif speaker.is_private and chance > 0.8:
            self.deeds["choices"] += 1
            speaker.is_choosing = True
            self._expect(speaker, await self._say(speaker, "/lang"), "text", "choose")
        else:
            await self._choose(speaker)

    async def _say(self, speaker: Speaker, text: str) -> int:
        message = await self.town.say(speaker.person, text, chat=speaker.chat)
        speaker.said = (*speaker.said[-20:], message)
        return message

    def _expect(self, speaker: Speaker, message: int, kind: str, words: str) -> None:
        chat = speaker.chat
        key = (chat, kind, words) if speaker.is_private else (chat, "reply", str(message))
        self.model.expect(key)
        self.waiting[chat] += 1
        self._note_if_seen(key)

    def _note_if_seen(self, key: Key) -> None:
        if self._seen[key] >= self.model.answers[key]:  # the answer was faster than our own note
            self.waiting[key[0]] -= 1

    async def _choose(self, speaker: Speaker) -> None:
        language = self.dice.choice((CHINESE, ENGLISH))
        message = await self._say(speaker, f"/lang {COMMAND[language]}")
        self.deeds["writes"] += 1
        self.model.choose(speaker.person, language, f"message/{speaker.chat}/{message}")
        self._expect(speaker, message, "text", f"changed {language}")

    async def _ask(self, speaker: Speaker, before: str) -> None:
        nonce = "qx" + "".join(self.dice.choices(LETTERS, k=8)) + "xq"
        language = self.model.languages.get(speaker.person, CHINESE)
        message = await self._say(speaker, before + nonce)
        self.deeds["reads"] += 1
        self._expect(speaker, message, "nonce", f"{nonce} {language}")

    async def _name_after_question(self, speaker: Speaker) -> None:
        """Ask for the overview, and answer its question for a unit with a name that nobody has."""
        message = await self._say(speaker, "/progress")
        self._expect(speaker, message, "read", "overview")
        await self._ask(speaker, "")

    async def _press(self, speaker: Speaker) -> None:
        """Press one of the buttons that came last; everything else is answered."""
        message, buttons = self._choices.pop(speaker.chat)
        speaker.is_choosing = False
        language = self.dice.choice((CHINESE, ENGLISH))
        data = buttons[0 if language == CHINESE else 1]["callback_data"]
        speaker.pressed = (speaker.chat, "edit", str(message))
        self.model.expect(speaker.pressed)
        self.model.choose(speaker.person, language, f"message/{speaker.chat}/{message}")
        self.deeds["presses"] += 1
        await self.town.post(
            "presses", chat=speaker.chat, message_id=message, data=data, **{"from": speaker.person}
        )

    async def _meddle(self, speaker: Speaker) -> None:
        """Change an old message's words, or put a reaction on it, which Telegram shows as an edit."""
        where = {
            "chat": speaker.chat,
            "message_id": self.dice.choice(speaker.said),
            "from": speaker.person,
        }
        self.deeds["edits"] += 1
        if self.dice.random() < 0.5:
            await self.town.post("edits", text=f"/lang {self.dice.choice(('zh', 'en'))}", **where)
        else:
            await self.town.post("reactions", emoji=self.dice.choice("👍🔥"), as_edit=True, **where)

    async def _redeliver(self) -> None:
        with contextlib.suppress(AssertionError):  # nothing is confirmed yet
            await self.town.post("redeliveries", count=self.dice.randint(1, 5))
            self.deeds["redeliveries"] += 1

    async def listen(self) -> None:
        """Follow the calls until cancelled."""
        while True:
            await self.catch_up()
            await asyncio.sleep(0.05)

    async def catch_up(self) -> None:
        """Take in the calls that have been made since."""
        while found := await self.town.get(f"journal?after={self.heard}"):
            for call in found:
                if call["n"] > self.heard:  # the listener and the end of a life may both be reading
                    self.heard = call["n"]
                    self._hear(call)

    def _hear(self, call: dict[str, Any]) -> None:
        parameters = call["parameters"]
        text = str(parameters.get("text", "")) + str(parameters.get("rich_message", ""))
        nonce = NONCE.search(text)
        words = f"{nonce[0]} {CHINESE if '没有找到' in text else ENGLISH}" if nonce else ""
        key = key_of(call["method"], parameters, words, self._fixed)
        if key is None:
            return
        self.calls.append(Call(self.life, key))
        self._seen[key] += 1
        if key[1] == "edit":
            self._release(key)
        elif self._seen[key] <= self.model.answers[key]:
            self.waiting[key[0]] -= 1
        keyboard = parameters.get("reply_markup", {}).get("inline_keyboard")
        if key[1:] == ("text", "choose") and keyboard and keyboard[0][0]["callback_data"] not in self._shown:
            self._shown.add(keyboard[0][0]["callback_data"])  # shown again after a death, it is one button
            self._choices[key[0]] = (call["result"]["message_id"], keyboard[0])

    def _release(self, key: Key) -> None:
        for speaker in self.speakers:
            if speaker.pressed == key:
                speaker.pressed = None

    @property
    def open(self) -> int:
        """How many answers are still to come."""
        seen = Counter(call.key for call in self.calls)
        return (self.model.answers - seen).total()
