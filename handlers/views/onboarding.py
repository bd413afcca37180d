"""The first words to a person, the help, and the hints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.kit.answers import Answer
from handlers.kit.incoming import Incoming, Nobody
from handlers.kit.specs import CommandSpec
from handlers.views import founding
from handlers.views.figures import listed
from handlers.views.markup import bold, escape, lines
from handlers.views.seats import seat_words
from locales import CHINESE, Texts
from models.enums import Language, Role
from services.core.access import EVERYDAY, Actor
from services.membership.joining import Joined
from services.membership.seats import Seat
from services.office.organisations import Scope, UnitRef

SHOWN = 6


def greeting(
    actor: Actor, scope: Scope, texts: Texts, *, is_private: bool, accounts: int = 0, note: str = ""
) -> Answer:
    """Say who the person is here, and what to write first; ``note`` is what there is to say of their code.

    ``accounts`` are the media accounts of their own units.
    """
    places = [escape(f"{unit.organisation} {unit.name}") for unit in scope.own]
    places += [
        texts("start.role", organisation=escape(each.name), role=texts(f"role.{role.value}"))
        for each in scope.overseen
        for role in _roles(actor, each.id)
    ]
    return Answer(
        lines(
            [
                texts("start.greeting", name=escape(actor.name)),
                texts("start.place", places=listed(places, texts, limit=SHOWN)),
                note,
            ],
            [
                _first_step(texts, is_private=is_private, reports=bool(scope.own)),
                texts("start.accounts", count=accounts) if accounts and is_private else "",
            ],
        ),
        buttons=((founding.button(texts),),) if actor.may_found and is_private else (),
    )


def welcome(actor: Actor, seat: Seat, texts: Texts) -> Answer:
    """Greet who has just come in: what they are now, and what to do first."""
    return Answer(
        lines(
            [
                texts("start.greeting", name=escape(actor.name)),
                texts("start.joined", seat=seat_words(seat, texts)),
            ],
            [texts(f"start.first.{seat.role.value}"), texts("start.own_data")],
        )
    )


def receipts(actor: Actor, joined: Joined, texts_of: Callable[[Language], Texts]) -> tuple[Answer, ...]:
    """Tell the inviter who has come in, and the predecessor that their work has passed on."""
    if joined.seat is None:
        return ()
    told = []
    if (inviter := joined.inviter) is not None:
        texts = texts_of(inviter.language)
        said = texts("start.told_inviter", name=escape(actor.name), seat=seat_words(joined.seat, texts))
        told.append(Answer(said, to=inviter.chat))
    if (predecessor := joined.predecessor) is not None:
        texts = texts_of(predecessor.language)
        said = texts("start.told_predecessor", seat=seat_words(joined.seat, texts))
        told.append(Answer(said, to=predecessor.chat))
    return tuple(told)


def _roles(actor: Actor, organisation_id: int) -> tuple[Role, ...]:
    """List what a person is in an organisation besides a reporter of a unit."""
    held = [each.role for each in actor.bindings if each.organisation_id == organisation_id]
    return tuple(dict.fromkeys(role for role in held if role is not Role.REPORTER))


@dataclass(frozen=True, slots=True)
class Guide:
    """The help for one person in one chat: how a command is written for them, and what they may see."""

    scope: Scope | None
    unit: UnitRef | None
    category: str
    texts: Texts
    is_private: bool

    def list_all(self, allowed: Sequence[CommandSpec]) -> Answer:
        """List commands: the everyday ones with lines to send as they are, the others with a line each."""
        everyday = [command for command in allowed if command.needs & EVERYDAY]
        office = [command for command in allowed if command.needs and command not in everyday]
        own = [command for command in allowed if not command.needs]
        more = next(iter(office or own))
        return Answer(
            lines(
                [bold(self.texts("help.title"))],
                *(self._whole(command) for command in everyday),
                [bold(self.texts("help.office")), *map(self._brief, office)] if office else [],
                [bold(self.texts("help.own")), *map(self._brief, own)],
                [self.texts("help.stranger")] if self.scope is None else [],
                [
                    self.texts("help.more", command=self._call(more).removeprefix("/")),
                    self.texts("help.in_private" if self.is_private else "help.in_group"),
                ],
            )
        )

    def explain(self, command: CommandSpec) -> Answer:
        """Explain one command."""
        return Answer(lines(self._whole(command)))

    def _call(self, command: CommandSpec) -> str:
        """Write a command: by its word for Chinese readers, by its slash where words reach nobody."""
        speaks = self.is_private and self.texts.language == CHINESE and command.words
        return command.words[0] if speaks else f"/{command.name}"

    def _brief(self, command: CommandSpec) -> str:
        does = self.texts(f"command.{command.name}").rpartition(self.texts("progress.colon"))[2]
        return f"<code>{escape(self._call(command))}</code>{self.texts('progress.colon')}{does}"

    def _whole(self, command: CommandSpec) -> list[str]:
        call, texts = self._call(command), self.texts
        sees_all = self.scope is not None and bool(self.scope.overseen)
        audience = ".all" if sees_all and texts.has(f"help.{command.name}.all") else ""
        arguments = dict.fromkeys(texts(f"help.{command.name}.arguments", category=self.category).split("|"))
        examples = [f"{call} {argument}".strip() for argument in arguments]
        if sees_all and self.unit is not None and command.name == "progress":
            examples += [f"{call} {self.unit.name}"]
        return [
            f"{bold(escape(call))}{texts('progress.colon')}{texts(f'help.{command.name}{audience}')}",
            *(f"<code>{escape(example)}</code>" for example in examples),
        ]


def not_understood(texts: Texts, incoming: Incoming, *, is_known: bool, reports: bool) -> Answer:
    """Say what can be written instead: words in private, a slash in groups, where words reach nobody.

    Who reports, and writes something with a figure or a link in private, may have meant a report.
    """
    if not is_known:
        return Answer(texts("hint.not_understood_stranger"))
    key = _unread(incoming, reports=reports) if incoming.has_attachment else "hint.not_understood"
    how = texts("hint.report") if reports and incoming.is_private and incoming.has_figure else ""
    return Answer(lines([texts(key), how, _first_step(texts, is_private=incoming.is_private)]))


def _unread(incoming: Incoming, *, reports: bool) -> str:
    """Tell what to say to a picture, voice or the like, by what the person may send instead."""
    if not reports:
        return "hint.attachment"
    has_file = incoming.photo is not None or incoming.document is not None
    return "hint.attachment_bare" if has_file else "hint.attachment_unread"


def cancelled(texts: Texts) -> Answer:
    """Say that nothing has to be answered any more, and that what counts still does."""
    return Answer(texts("cancel.done"))


def _first_step(texts: Texts, *, is_private: bool, reports: bool = False) -> str:
    key = "start.first_reporting" if reports else "start.first"
    return texts(key if is_private else f"{key}_in_group")


def hint(texts: Texts, nobody: Nobody, *, has_file: bool) -> tuple[Answer, ...]:
    """Explain a forward or an anonymous sender; nothing for whatever is rightly met with silence."""
    if nobody is Nobody.FORWARDED:
        return (Answer(texts("hint.forwarded_file" if has_file else "hint.forwarded")),)
    if nobody is Nobody.ANONYMOUS:
        return (Answer(texts("hint.anonymous")),)
    return ()
