"""`/start` and `/help`, and what to say where no command was meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.incoming import Nobody
from handlers.kit.specs import EVERYBODY, CommandSpec, Effect, Family
from handlers.views import onboarding
from locales import Texts
from services import organisations
from services.core.access import GRANTS, Actor, Permission


async def start(context: Context) -> Sequence[Answer]:
    """Greet: say who the person is here and what to do first, or whom to ask.

    Nothing knows an invite code yet, so it is answered like any code that means nothing.
    """
    scope = await context.use_cases.progress.find_scope(context.actor, context.arrival.organisation_id)
    _require_a_table(context.actor)
    if scope is None:
        person_id = context.actor.telegram_id if context.incoming.is_private else None
        return [onboarding.stranger(context.texts, has_code=bool(context.text), person_id=person_id)]
    is_private = context.incoming.is_private
    return [onboarding.greeting(context.actor, scope, context.texts, is_private=is_private)]


@dataclass(frozen=True, slots=True)
class Help:
    """The help for what the other families really have."""

    families: tuple[Family, ...]

    async def show(self, context: Context) -> Sequence[Answer]:
        """List what this person may do in this chat, with lines that work as they stand."""
        _require_a_table(context.actor)
        here = context.arrival.organisation_id
        allowed = [
            command
            for family in self.families
            for command in family.commands
            if is_for(context.actor, command, here)
            and (context.incoming.is_private or not command.is_private)
        ]
        scope = await context.use_cases.progress.find_scope(context.actor, here)
        known = scope.overseen if scope else ()
        unit = await organisations.find_first_unit(known[0].id) if known else None
        return [onboarding.guide(allowed, scope, unit, context.texts, is_private=context.incoming.is_private)]


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
    _require_a_table(context.actor)
    is_known = bool(context.actor.bindings)
    return [onboarding.not_understood(context.texts, incoming, is_known=is_known)]


def _require_a_table(actor: Actor) -> None:
    """Tell the office itself to import its table first, instead of sending it to the office."""
    if actor.administers_deployment and not actor.bindings:
        raise actor.why_nowhere()


def hint(texts: Texts, nobody: Nobody) -> Sequence[Answer]:
    """Say why nobody acted, where silence would puzzle the person; nothing for edits and bots."""
    return onboarding.hint(texts, nobody)


def family(others: tuple[Family, ...]) -> Family:
    """Make this family; its help tells of ``others``."""
    return Family(
        commands=(
            CommandSpec("start", (), Effect.READS, start, needs=EVERYBODY),
            CommandSpec("help", ("帮助", "help"), Effect.READS, Help(others).show, needs=EVERYBODY),
        )
    )
