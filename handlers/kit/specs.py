"""What a command family declares: its commands, the buttons and questions it answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from handlers.kit.answers import Answer

if TYPE_CHECKING:
    from handlers.kit.context import Context

Handler = Callable[["Context"], Awaitable[Sequence[Answer]]]


class Effect(StrEnum):
    """What running a handler does; it decides how its answers leave (docs/architecture.md)."""

    READS = "reads"
    WRITES = "writes"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command: ``/name`` and the Chinese words that do the same.

    ``takes_arguments`` tells that words may follow; a word without arguments must stand alone, because
    people begin ordinary sentences with it.
    """

    name: str
    words: tuple[str, ...]
    effect: Effect
    handle: Handler
    takes_arguments: bool = False


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What pressing a button does; ``name`` is what ``Button.action`` names."""

    name: str
    effect: Effect
    handle: Handler


@dataclass(frozen=True, slots=True)
class StepSpec:
    """What the next message answers after a question; ``name`` is what ``Answer.asks`` names."""

    name: str
    effect: Effect
    handle: Handler


@dataclass(frozen=True, slots=True)
class Family:
    """The commands, buttons and questions of one module.

    ``guess`` is offered a text that is none of them; it answers nothing where it does not know better.
    """

    commands: tuple[CommandSpec, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    steps: tuple[StepSpec, ...] = ()
    guess: Handler | None = None
