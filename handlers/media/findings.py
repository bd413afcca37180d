"""Findings and how they are put right (整改): the unit says what it did, the office agrees or not."""

from collections.abc import Callable, Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.recipients import texts_of
from handlers.views import media_findings as view
from locales import Texts
from services.core.access import Permission
from services.media import media_findings
from services.media.media_facts import MediaFinding
from services.membership.addressees import Addressee, list_administrators, list_reporters
from services.office import organisations

Notice = Callable[[Texts, int], Answer]


async def show_list(context: Context) -> Sequence[Answer]:
    """List an organisation's open findings by pages."""
    asked = context.arguments
    organisation = await organisations.get_organisation(asked["organisation_id"])
    found = await media_findings.list_findings(context.actor, organisation.id, context.today)
    return [view.listing(organisation, found, asked.get("page", 0), context.texts)]


async def show(context: Context) -> Sequence[Answer]:
    """Show a finding with what this person can do about it."""
    return [_card(context, await _finding(context))]


async def ask_proof(context: Context) -> Sequence[Answer]:
    """Ask what was done about a finding."""
    return [view.ask_proof(await _finding(context), context.texts)]


async def proof_said(context: Context) -> Sequence[Answer]:
    """Take the next message for what was done, and let the office know."""
    asked = context.arguments
    finding = await media_findings.submit_proof(
        context.actor, asked["finding_id"], asked["version"], context.text, context.occasion
    )
    office = [each for each in await list_administrators(finding.organisation_id) if _is_other(context, each)]
    return [
        _card(context, finding, said=context.texts("media.proof_received")),
        *(view.submitted_notice(finding, texts_of(each.language), to=each.chat) for each in office),
    ]


async def confirm(context: Context) -> Sequence[Answer]:
    """Agree that a finding was put right, and let the unit know."""
    asked = context.arguments
    finding = await media_findings.confirm(
        context.actor, asked["finding_id"], asked["version"], context.occasion
    )
    return [
        _card(context, finding, said=context.texts("media.confirmed")),
        *[
            view.confirmed_notice(finding, texts_of(each.language), to=each.chat)
            for each in await _reporters(context, finding)
        ],
    ]


async def ask_reason(context: Context) -> Sequence[Answer]:
    """Ask why a rectification is sent back."""
    return [view.ask_reason(await _finding(context), context.texts)]


async def reason_said(context: Context) -> Sequence[Answer]:
    """Send a rectification back with the next message as the reason, and let the unit know."""
    asked = context.arguments
    finding = await media_findings.reject(
        context.actor, asked["finding_id"], asked["version"], context.text, context.occasion
    )
    return [
        _card(context, finding, said=context.texts("media.sent_back")),
        *[
            view.rejected_notice(finding, texts_of(each.language), to=each.chat)
            for each in await _reporters(context, finding)
        ],
    ]


async def _finding(context: Context) -> MediaFinding:
    return await media_findings.get_finding(context.actor, context.arguments["finding_id"], context.today)


def _card(context: Context, finding: MediaFinding, *, said: str = "") -> Answer:
    reach = {"organisation_id": finding.organisation_id}
    return view.card(
        finding,
        context.texts,
        said=said,
        records=context.actor.may(Permission.MEDIA_RECORD, **reach, unit_id=finding.unit_id),
        manages=context.actor.may(Permission.MEDIA_MANAGE, **reach),
        replaces=context.arrival.press is not None and not said,
    )


async def _reporters(context: Context, finding: MediaFinding) -> list[Addressee]:
    return [each for each in await list_reporters(finding.unit_id) if _is_other(context, each)]


def _is_other(context: Context, addressee: Addressee) -> bool:
    return addressee.chat != context.actor.telegram_id
