"""What has come in and what has been shown: updates, messages, buttons and open questions of one run."""

import datetime as dtm
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from locales import Catalogue
from tests.prove.machine.comparing import TAGS
from tests.prove.machine.office import PEOPLE, Closed, Refused
from tests.prove.machine.telegram import GROUP, Shown
from tests.prove.machine.values import Answer, Draft, Name, Turn
from tests.prove.machine.world import World

LINK = re.compile(r"start=[\w-]+")
TEXTS = Catalogue.load().texts("zh_CN")

Update = dict[str, Any]


def pattern_of(key: str) -> re.Pattern[str]:
    """Make a pattern of a text of the catalogue, whatever its parameters are."""
    pieces = re.split(r"\{[a-z0-9_]+\}", TEXTS.forms[key][0])
    return re.compile(".*".join(map(re.escape, pieces)), re.DOTALL)


NOTICE = pattern_of("month.notice")
"""Tells a reporter that a month is open again, beside whatever is answered."""


@dataclass
class ShownButton:
    """A button as everybody sees it, with its token in each world."""

    words: str
    tokens: dict[str, str]
    action: str
    given: dict[str, Any]
    is_used: bool = False


@dataclass
class Keyboard:
    """The buttons that a message has had since ``at``; ``draft`` is what its question is about."""

    message: Name
    person: int
    at: dtm.datetime
    text: str
    buttons: list[ShownButton]
    draft: Draft | None


@dataclass
class Question:
    """What a person's next message answers."""

    step: str
    at: int
    draft: Draft
    asked_at: dtm.datetime
    missed: int = 0


class Arriving(NamedTuple):
    """An update about to come in: its words for the story, what writes it, what the model makes of it."""

    turn: Turn
    words: str
    make: Callable[[World, int], Update]
    happen: Callable[[], Answer]


@dataclass
class Sent:
    """An update that came in: what the model makes of it, its bytes in each world, whether it is known."""

    turn: Turn
    happen: Callable[[], Answer]
    words: str
    updates: dict[str, Update]
    done_at: dtm.datetime
    is_known: bool = True


STEPS = {"report.line", "report.unit_name"}


def told(happen: Callable[[], Answer]) -> Answer:
    """Give what is answered, a refusal in words too."""
    try:
        return happen()
    except Refused as reason:
        return Answer(reason.key)
    except Closed:
        return Answer("month.closed")


def who(turn: Turn) -> str:
    """Name a person and where they are."""
    return f"{PEOPLE[turn.person]}{'在群里' if turn.by[0] == GROUP else ''}"


def plain(shown: Shown) -> str:
    """Give a message as a person reads it, its buttons in brackets."""
    words = "".join(f" [{words}]" for words, _ in shown.buttons)
    return LINK.sub("start=…", TAGS.sub("", shown.text)) + words
