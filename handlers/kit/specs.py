"""What a command family declares: its commands, the buttons and questions it answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from handlers.kit.answers import Answer
from services.core.access import Permission
from services.core.errors import UserError

if TYPE_CHECKING:
    from handlers.kit.arrival import Arrival
    from handlers.kit.context import Context

Handler = Callable[["Context"], Awaitable[Sequence[Answer]]]
Preparation = Callable[["Context"], Awaitable[Any]]

EVERYBODY: frozenset[Permission] = frozenset()


class OnlyInPrivate(UserError):
    """The command is for a private chat with the bot (``command``)."""


class Effect(StrEnum):
    """What running a handler does; it decides how its answers leave (docs/architecture.md)."""

    READS = "reads"
    WRITES = "writes"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command: ``/name`` and the Chinese words that do the same.

    ``needs`` are permissions of which one is enough, none for everybody: help tells only those of it.
    ``takes_arguments`` tells that words may follow; a word without arguments must stand alone, because
    people begin ordinary sentences with it. ``is_private`` keeps it out of groups.
    """

    name: str
    words: tuple[str, ...]
    effect: Effect
    handle: Handler
    needs: frozenset[Permission]
    takes_arguments: bool = False
    is_private: bool = False
    prepare: Preparation | None = None


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What pressing a button does; ``name`` is what ``Button.action`` names.

    ``prepare`` runs before the transaction of one that writes, for what must not wait inside it, such as a
    download; what it returns is the context's ``prepared``.
    """

    name: str
    effect: Effect
    handle: Handler
    prepare: Preparation | None = None


@dataclass(frozen=True, slots=True)
class StepSpec:
    """What the next message answers after a question; ``name`` is what ``Answer.asks`` names.

    ``takes_prose`` is for a reason or a new name: one that only begins with a command's word is no command.
    """

    name: str
    effect: Effect
    handle: Handler
    prepare: Preparation | None = None
    takes_prose: bool = False


@dataclass(frozen=True, slots=True)
class AttachedSpec:
    """What a message with a picture or a file does, before its words are taken for anything else.

    ``takes`` tells whether it wants a message at all. A command's words are left to the command, except
    those named in ``under``; those of ``counted_under`` are a category's too, and no command with a number
    behind them (新媒体 3).
    """

    name: str
    effect: Effect
    handle: Handler
    takes: Callable[["Arrival"], bool]
    prepare: Preparation | None = None
    under: tuple[str, ...] = ()
    counted_under: tuple[str, ...] = ()


Spec = CommandSpec | ActionSpec | StepSpec | AttachedSpec


def require_place(declared: Spec, *, is_private: bool) -> None:
    """Raise OnlyInPrivate for a command that is kept out of groups, before anything else is done."""
    if isinstance(declared, CommandSpec) and declared.is_private and not is_private:
        raise OnlyInPrivate(command=declared.name)


@dataclass(frozen=True, slots=True)
class Family:
    """The commands, buttons and questions of one module.

    ``guess`` is offered a text that is none of them; it answers nothing where it does not know better.
    ``edited`` is offered every message that somebody edited. Nobody acts by an edit, so it only reads, and
    what it offers is done by pressing a button. ``forwarded`` is offered what somebody forwards in private,
    by which nobody acts either. ``attached`` is offered a message with a picture or a file, ``linked`` one
    that replies to the person's own report (``Arrival.backs``) and is nothing but addresses.
    """

    commands: tuple[CommandSpec, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    steps: tuple[StepSpec, ...] = ()
    guess: Handler | None = None
    edited: Handler | None = None
    forwarded: Handler | None = None
    attached: AttachedSpec | None = None
    linked: StepSpec | None = None
