"""`/start` and `/help`, and what to say where no command was meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.incoming import Nobody
from handlers.kit.recipients import texts_of
from handlers.kit.routing import ENDINGS, SEPARATORS
from handlers.kit.specs import EVERYBODY, CommandSpec, Effect, Family
from handlers.views import founding, onboarding
from locales import Texts
from services.core.access import GRANTS, Actor, NotBound, Permission
from services.core.errors import UserError
from services.media import media_accounts
from services.membership import joining
from services.membership.joining import CodeExposed, Known
from services.office import organisations
from services.office.organisations import Scope
from services.progress import NothingHere

HELP = ("帮助", "help")


class NotInvited(UserError):
    """The person belongs nowhere and brought no code (``id``: their own at Telegram, for the settings)."""


async def meet(context: Context) -> Known | None:
    """Find out what a code is worth before anything is written; raise where there is nothing to do.

    A code in a group is worthless from then on, because everybody there could have used it.
    """
    actor, code = context.actor, context.text
    if code and not context.incoming.is_private:
        await joining.void_exposed(code, context.deed)
        raise CodeExposed
    if code:
        return await joining.examine(actor, code, context.now)
    if not actor.bindings and not actor.may_found:
        raise NotInvited(id=actor.telegram_id) if context.incoming.is_private else NotBound
    return None


async def start(context: Context) -> Sequence[Answer]:
    """Let the person in whose code is good; else say who they are here and what to do first."""
    known: Known | None = context.prepared
    if known is not None and not known.is_held:
        return await _join(context, known)
    is_private = context.incoming.is_private
    if is_private and context.actor.may_found and not context.actor.bindings:
        return [founding.begin(context.texts, name=context.actor.name)]
    _require_an_organisation(context.actor)
    scope = await context.use_cases.progress.find_scope(context.actor, context.arrival.organisation_id)
    if scope is None:
        raise NothingHere
    note = context.texts("start.held") if known is not None else ""
    accounts = await media_accounts.count_of_units([unit.id for unit in scope.own])
    return [
        onboarding.greeting(
            context.actor, scope, context.texts, is_private=is_private, accounts=accounts, note=note
        )
    ]


async def _join(context: Context, known: Known) -> Sequence[Answer]:
    joined = await joining.accept(context.actor, known.invitation_id, context.deed)
    if joined.seat is None:
        return [founding.begin(context.texts, name=context.actor.name)]
    return [
        onboarding.welcome(context.actor, joined.seat, context.texts),
        *onboarding.receipts(context.actor, joined, texts_of),
    ]


@dataclass(frozen=True, slots=True)
class Help:
    """The help for what the other families really have."""

    families: tuple[Family, ...]

    async def show(self, context: Context) -> Sequence[Answer]:
        """List what this person may do in this chat, or explain the one command that is asked about."""
        _require_an_organisation(context.actor)
        allowed = self._allowed(context)
        guide = await _guide(context)
        asked = _named(allowed, context.text.removeprefix("/"))
        return [guide.explain(asked[0]) if asked else guide.list_all(allowed)]

    async def guess(self, context: Context) -> Sequence[Answer]:
        """Explain the command after 帮助; nothing to a sentence that only begins so: 帮助群众办事."""
        text = context.text.strip(ENDINGS)
        word = next((each for each in HELP if text.casefold().startswith(each)), "")
        asked = _named(self._allowed(context), text[len(word) :].strip(SEPARATORS + "/")) if word else []
        return [(await _guide(context)).explain(asked[0])] if asked else []

    def _allowed(self, context: Context) -> list[CommandSpec]:
        here = context.arrival.organisation_id
        return [
            command
            for family in self.families
            for command in family.commands
            if is_for(context.actor, command, here)
            and (context.incoming.is_private or not command.is_private)
        ]


def _named(commands: Iterable[CommandSpec], text: str) -> list[CommandSpec]:
    said = text.casefold()
    return [command for command in commands if said in {command.name, *command.words}]


async def _guide(context: Context) -> onboarding.Guide:
    here = context.arrival.organisation_id
    scope = await context.use_cases.progress.find_scope(context.actor, here)
    known = scope.overseen if scope else ()
    unit = await organisations.find_first_unit(known[0].id) if known else None
    category = await _example(context, scope)
    return onboarding.Guide(scope, unit, category, context.texts, is_private=context.incoming.is_private)


async def _example(context: Context, scope: Scope | None) -> str:
    """Give a category to write about that the person's organisation really has."""
    word = context.texts("help.report.category")
    places = (
        [*(unit.organisation_id for unit in scope.own), *(each.id for each in scope.overseen)]
        if scope
        else []
    )
    if not places:
        return word
    return (await context.use_cases.reports.categories.get(places[0])).example(word)


def is_for(actor: Actor, command: CommandSpec, organisation_id: int | None) -> bool:
    """Tell whether a person may use a command in a group's organisation or (None) anywhere."""
    granted = frozenset[Permission]().union(
        *(
            GRANTS[binding.role]
            for binding in actor.bindings
            if organisation_id in {None, binding.organisation_id}
        )
    )
    return not command.needs or bool(command.needs & granted)


async def not_understood(context: Context) -> Sequence[Answer]:
    """Say in two lines what can be written instead.

    An unknown ``/command`` in a group that does not name the bot is another bot's, and met with silence.
    """
    incoming = context.incoming
    word = incoming.text.partition(" ")[0]
    if not incoming.is_private and word.startswith("/") and "@" not in word:
        return ()
    if not context.use_cases.albums.is_first(incoming.chat_id, incoming.album_id):
        return ()
    _require_an_organisation(context.actor)
    actor = context.actor
    reports = any(Permission.REPORTS_SUBMIT in GRANTS[binding.role] for binding in actor.bindings)
    return [
        onboarding.not_understood(context.texts, incoming, is_known=bool(actor.bindings), reports=reports)
    ]


async def cancel(context: Context) -> Sequence[Answer]:
    """Let the question go that is open: every message without a question of its own ends it."""
    return [onboarding.cancelled(context.texts)]


def _require_an_organisation(actor: Actor) -> None:
    """Tell whoever may found an organisation to do so, instead of sending them to the office."""
    if actor.may_found and not actor.bindings:
        raise actor.why_nowhere()


def hint(texts: Texts, nobody: Nobody, *, has_file: bool = False) -> Sequence[Answer]:
    """Say why nobody acted, where silence would puzzle the person; nothing for edits and bots."""
    return onboarding.hint(texts, nobody, has_file=has_file)


def family(others: tuple[Family, ...]) -> Family:
    """Make this family; its help tells of ``others``."""
    explained = Help(others)
    return Family(
        commands=(
            CommandSpec("start", (), Effect.WRITES, start, needs=EVERYBODY, prepare=meet),
            CommandSpec("help", HELP, Effect.READS, explained.show, needs=EVERYBODY),
            CommandSpec(
                "cancel", ("取消", "算了", "不报了", "cancel"), Effect.READS, cancel, needs=EVERYBODY
            ),
        ),
        guess=explained.guess,
    )
