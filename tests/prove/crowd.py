"""People who write, press, edit and react without waiting for anybody, and a model that is told."""

import asyncio
import contextlib
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from locales import Catalogue
from tests.prove.model import CHINESE, ENGLISH, Call, Key, Model, key_of
from tests.prove.town import Town

ADMINISTRATORS = (700000001, 700000006)
REPORTERS = (700000003, 700000004, 700000007, 700000008)
CATEGORIES = {
    700000003: ("动态通知类", "法定主动公开内容", "政务新媒体"),
    700000004: ("动态通知类", "法定主动公开内容", "政务新媒体"),
    700000007: ("政府信息公开",),
    700000008: ("政府信息公开",),
}
REPORTERS_SPEAK = 8  # times as often as others: there are few of them, and reports are what matters
MOST = 20  # more at once would be asked about
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
    half_said: tuple[str, int, int] | None = None
    reported: set[str] = field(default_factory=set)
    openings: set[int] = field(default_factory=set)
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
        self._asked: set[int] = set()
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
        self._marks = {
            chinese("groups.greeting"): "greeting",
            chinese("report.received", unit="|", month="").split("|")[0]: "receipt",
            english("report.received", unit="|", month="").split("|")[0]: "receipt",
            chinese("report.how_many", category="|").split("|")[1]: "how many",
            english("report.how_many", category="|").split("|")[1]: "how many",
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
            self.model.expect((group, "text", "greeting"))
            for person in people:
                add(Speaker(person, group, writes=True))

    async def talk(self) -> None:
        """Write until they are to be silent, as fast as the answers allow."""
        while not self.is_silent:
            free = [one for one in self.speakers if self._may_speak(one)]
            if free:
                weights = [REPORTERS_SPEAK if one.writes and one.asks else 1 for one in free]
                await self._act(*self.dice.choices(free, weights))
            await asyncio.sleep(0.01)

    def _may_speak(self, speaker: Speaker) -> bool:
        if speaker.pressed is not None:
            return False
        if speaker.is_choosing:
            # A press travels by a lane of its own: its order to messages that wait would be a guess. Answers
            # in private look alike, and one sent twice would hide that another is still to come: only the
            # buttons themselves tell that all that was said before them is done.
            return speaker.chat in self._choices
        if speaker.half_said is not None:
            return speaker.chat in self._asked  # the next message is the number that it asks for
        return self.waiting[speaker.chat] < MOST_WAITING

    async def _act(self, speaker: Speaker) -> None:
        chance = self.dice.random()
        if speaker.is_choosing:
            await self._press(speaker)
        elif speaker.half_said is not None:
            await self._say_number(speaker, *speaker.half_said)
        elif chance < 0.04:
            await self._redeliver()
        elif chance < 0.12 and speaker.said:
            await self._meddle(speaker)
        elif speaker.names:
            await self._name_after_question(speaker)
        elif speaker.asks and (not speaker.writes or chance < 0.2):
            await self._ask(speaker, "/progress ")
        elif speaker.asks and chance < 0.9:
            await self._report(speaker)
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

    async def _report(self, speaker: Speaker) -> None:
        """Report one category or several, or begin to; never the same twice, which is asked about."""
        names = CATEGORIES[speaker.person]
        chosen = [
            (name, self.dice.choice(("", "", "=")), self.dice.randint(1, MOST))
            for name in self.dice.sample(names, self.dice.randint(1, len(names)))
        ]
        words = " ".join(f"{name} {sign}{number}" for name, sign, number in chosen)
        if words in speaker.reported:
            return
        speaker.reported.add(words)
        if len(chosen) == 1 and not chosen[0][1] and self.dice.random() < 0.5:
            name, _, number = chosen[0]
            message = await self._say(speaker, f"/report 本月 {name}")
            speaker.openings.add(message)
            speaker.half_said = (name, number, message)
            self.deeds["half reports"] += 1
            self._expect(speaker, message, "text", "how many")
            return
        message = await self._say(speaker, f"/report 本月 {words}")
        speaker.openings.add(message)
        self.deeds["reports"] += 1
        for line, (name, sign, number) in enumerate(chosen, start=1):
            note = self.model.make_equal if sign else self.model.count
            note(speaker.person, name, number, f"message/{speaker.chat}/{message}/{line}")
        self._expect(speaker, message, "text", "receipt")

    async def _say_number(self, speaker: Speaker, name: str, number: int, opening: int) -> None:
        """Answer how many; the report counts under the message that opened it."""
        speaker.half_said = None
        self._asked.discard(speaker.chat)
        message = await self._say(speaker, str(number))
        self.model.count(speaker.person, name, number, f"message/{speaker.chat}/{opening}/1")
        self._expect(speaker, message, "text", "receipt")

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
        # What becomes of an edited report is asked, and proven elsewhere.
        if where["message_id"] not in speaker.openings and self.dice.random() < 0.5:
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
        mark = next((name for words, name in self._marks.items() if words in text), "")
        key = key_of(call["method"], parameters, words, {text: mark} if mark else self._fixed)
        if key is None:
            return
        self.calls.append(Call(self.life, key))
        self._seen[key] += 1
        if key[1] == "edit":
            self._release(key)
        elif self._seen[key] <= self.model.answers[key]:
            self.waiting[key[0]] -= 1
        if key[1:] == ("text", "how many"):
            self._asked.add(key[0])
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
