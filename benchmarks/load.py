"""Updates to be answered, and what became of each: every one exactly once, to its own chat, with its text."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

REPORT = "{report}"
SAMPLED = 20
"""The text of every so manyth answer is read."""


class Wrong(Exception):
    """A bot did not do what is being measured; the text says what it did instead."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a private chat: ``shown`` is what each of their answers has to contain.

    ``report`` is what they report, for a text that leaves room for it: nobody in their unit reports the same.
    """

    id: int
    shown: str
    report: str = ""


@dataclass(slots=True)
class Sent:
    """An update that has been handed out and not yet answered."""

    person: Person
    at: float


@dataclass(slots=True)
class Load:
    """One burst of updates, one person after the other, so that nobody has two unanswered at once.

    ``first`` numbers the updates and messages, so that no burst repeats another's.
    """

    people: Sequence[Person]
    text: str
    count: int
    first: int
    sent_on: int
    clock: Callable[[], float]
    answered: int = 0
    bytes_read: int = 0
    seconds: list[float] = field(default_factory=list)
    unanswered: dict[int, Sent] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    problem: str = ""
    _ready: Iterator[tuple[Person, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        """Write every update beforehand: nothing of that belongs into the measurement."""
        people = self.people
        written = [
            (person, _update(person, self.text.replace(REPORT, person.report), self.first + n, self.sent_on))
            for n, person in zip(range(self.count), _around(people), strict=False)
        ]
        self._ready = iter(written)

    def take(self) -> bytes | None:
        """Hand out the next update; None when there is no more."""
        person, body = next(self._ready, (None, b""))
        if person is None:
            return None
        if person.id in self.unanswered:
            self.fail(f"chat {person.id} has not been answered before its next turn")
            return None
        self.unanswered[person.id] = Sent(person, self.clock())
        return body

    def answer(self, fields: Mapping[str, str]) -> None:
        """Take an answer, however it came."""
        sent = self.unanswered.pop(int(fields.get("chat_id", 0)), None)
        if sent is None:
            self.fail(f"an answer that nobody waits for: {dict(fields)}")
            return
        self.seconds.append(self.clock() - sent.at)
        text = fields.get("text") or fields.get("rich_message") or ""
        if self.answered % SAMPLED == 0 and sent.person.shown not in text:
            self.fail(f"{sent.person.shown} is not in {text}")
        self.answered += 1
        self.bytes_read += len(text.encode())
        if self.answered == self.count:
            self.done.set()

    def fail(self, problem: str) -> None:
        """Remember what went wrong first and end the burst."""
        self.problem = self.problem or problem
        self.done.set()


def _around(people: Sequence[Person]) -> Iterator[Person]:
    while True:
        yield from people


def _update(person: Person, text: str, number: int, sent_on: int) -> bytes:
    who = {"id": person.id, "first_name": "王芳", "username": f"writer{person.id}"}
    length = len(text.split(" ", maxsplit=1)[0])
    return orjson.dumps(
        {
            "update_id": number,
            "message": {
                "message_id": number,
                "from": {**who, "is_bot": False, "language_code": "zh-hans"},
                "chat": {**who, "type": "private"},
                "date": sent_on,
                "text": text,
                "entities": [{"offset": 0, "length": length, "type": "bot_command"}],
            },
        }
    )
