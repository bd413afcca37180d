"""The command families in the order in which a message is offered to them."""

from collections.abc import Iterator, Sequence

from handlers import (
    away,
    bulletins,
    days_off,
    evidence,
    exhibits,
    exports,
    founding,
    groups,
    history,
    imports,
    invitations,
    languages,
    media,
    office_rules,
    onboarding,
    people,
    privacy,
    progress,
    ranking_posts,
    rankings,
    remind,
    reminder_rules,
    reopenings,
    reporting,
    review_rules,
    reviews,
    sending,
    units,
)
from handlers.kit.answers import Answer
from handlers.kit.arrival import Arrival
from handlers.kit.context import Context
from handlers.kit.incoming import Nobody
from handlers.kit.routing import match
from handlers.kit.specs import ActionSpec, AttachedSpec, CommandSpec, Family, StepSpec
from services.core.numbers import begins_with_count

_WORK: tuple[Family, ...] = (
    progress.FAMILY,
    rankings.FAMILY,
    ranking_posts.FAMILY,
    evidence.FAMILY,  # before reports: words that are changed under its pictures are its
    reporting.FAMILY,
    exhibits.FAMILY,
    reviews.FAMILY,
    media.FAMILY,
    reopenings.FAMILY,
    bulletins.FAMILY,
    remind.FAMILY,
    reminder_rules.FAMILY,
    away.FAMILY,
    imports.FAMILY,
    exports.FAMILY,
    groups.FAMILY,
    office_rules.FAMILY,
    review_rules.FAMILY,
    days_off.FAMILY,
    invitations.FAMILY,
    people.FAMILY,
    units.FAMILY,
    history.FAMILY,
    languages.FAMILY,
    privacy.FAMILY,
    sending.FAMILY,
)

FAMILIES: tuple[Family, ...] = (*_WORK, founding.FAMILY, onboarding.family(_WORK))
"""Onboarding comes last and is told of the others, so that help shows what there is and nothing else."""


def commands() -> Iterator[CommandSpec]:
    """Give every command in order."""
    return (command for family in FAMILIES for command in family.commands)


def actions() -> Iterator[ActionSpec]:
    """Give every action of a button in order."""
    return (action for family in FAMILIES for action in family.actions)


def steps() -> Iterator[StepSpec]:
    """Give every question's step in order."""
    return (step for family in FAMILIES for step in family.steps)


def find_attached(arrival: Arrival) -> tuple[AttachedSpec, str] | None:
    """Find who takes a message with a picture or a file, with what its words are then.

    None for any other message, and for one that gives a command.
    """
    incoming = arrival.incoming
    if arrival.press is not None or (incoming.photo is None and incoming.document is None):
        return None
    spec = next((one.attached for one in FAMILIES if one.attached and one.attached.takes(arrival)), None)
    if spec is None:
        return None
    for command in commands():
        rest = match(command, incoming.text)
        if rest is not None:
            if command.name in spec.under:
                return spec, rest
            counts = command.name in spec.counted_under and not incoming.text.startswith("/")
            return (spec, incoming.text) if counts and begins_with_count(rest) else None
    return spec, incoming.text


async def edited(context: Context) -> Sequence[Answer]:
    """Answer an edited message as the first family to which it means something; mostly nothing."""
    for family in FAMILIES:
        if family.edited is not None and (offered := await family.edited(context)):
            return offered
    return ()


async def forwarded(context: Context) -> Sequence[Answer]:
    """Answer a forward in private as the first family to which it is something, else with a hint.

    Of an album only the first piece is answered.
    """
    incoming = context.incoming
    if not context.use_cases.albums.is_first(incoming.chat_id, incoming.album_id):
        return ()
    for family in FAMILIES:
        if family.forwarded is not None and (offered := await family.forwarded(context)):
            return offered
    has_file = incoming.photo is not None or incoming.document is not None
    return onboarding.hint(context.texts, Nobody.FORWARDED, has_file=has_file)


async def not_understood(context: Context) -> Sequence[Answer]:
    """Answer what is no command, button or answer: as a family guesses it, else with a hint."""
    for family in FAMILIES:
        if family.guess is not None and (guessed := await family.guess(context)):
            return guessed
    return await onboarding.not_understood(context)
