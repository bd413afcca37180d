"""Evidence (佐证): a picture or a document, with a report under it or for one that counts already; a link."""

from collections.abc import Awaitable, Sequence
from functools import partial

from handlers.kit.answers import Answer
from handlers.kit.arrival import Arrival
from handlers.kit.context import Context
from handlers.kit.incoming import Incoming
from handlers.kit.specs import ActionSpec, AttachedSpec, Effect, Family, StepSpec
from handlers.views import evidence as view
from handlers.views.months import closed_answer
from models.enums import Role
from services.core.access import GRANTS, Actor, Permission
from services.core.links import is_of_links
from services.evidence import evidence_files, evidence_links
from services.evidence.evidence_files import Kept, NotKept, SentFile
from services.evidence.evidence_intake import Sending, Taken
from services.facts.months import MonthClosed


def takes(arrival: Arrival) -> bool:
    """Tell whether a picture or document is taken for evidence: a reporter's, or one with words to it.

    The words may be under any piece of an album. What somebody sends in private who may import is left to be
    imported, unless it replies to something.
    """
    incoming, actor = arrival.incoming, arrival.actor
    if not any(Permission.REPORTS_SUBMIT in GRANTS[binding.role] for binding in actor.bindings):
        return False
    if incoming.photo is None and incoming.is_private and _imports(actor):
        return incoming.replied_to is not None
    is_reporter = any(binding.role is Role.REPORTER for binding in actor.bindings)
    return is_reporter or bool(incoming.text or incoming.album_id) or incoming.replied_to is not None


async def fetch(context: Context) -> Kept | NotKept:
    """Fetch what was sent and keep it, as far as the unit may send more this month."""
    use_cases, allowance = context.use_cases, context.use_cases.allowance
    sent = _sent(context.incoming)
    claim = partial(allowance.claim, context.actor, sent.size, context.occasion)
    kept = await evidence_files.keep(sent, use_cases.files, use_cases.store, use_cases.pictures, claim)
    if isinstance(kept, NotKept):
        allowance.release(context.occasion.source)
    return kept


async def receive(context: Context) -> Sequence[Answer]:
    """Take evidence, with the report that stands under it."""
    incoming = context.incoming
    sending = Sending(
        incoming.chat_id, incoming.replied_to, incoming.album_id, is_command=context.text != incoming.text
    )
    return await _answer(
        context,
        context.use_cases.evidence.receive(
            context.actor, context.prepared, context.text, sending, context.occasion
        ),
    )


async def find_backed(arrival: Arrival) -> str:
    """Name the person's report that nothing but addresses is sent in reply to; "" for any other message."""
    incoming, member_id = arrival.incoming, arrival.actor.member_id
    if incoming.replied_to is None or incoming.has_attachment or member_id is None:
        return ""
    if not is_of_links(incoming.text):
        return ""
    chat, replied_to = incoming.chat_id, incoming.replied_to
    found = await evidence_links.find_replied(member_id, arrival.source, chat, replied_to)
    return found.name if found is not None else ""


async def take_links(context: Context) -> Sequence[Answer]:
    """Take addresses for evidence of the report that they reply to."""
    return await _answer(
        context,
        context.use_cases.evidence.take_links(
            context.actor, context.arrival.backs, context.text, context.occasion
        ),
    )


async def attach(context: Context) -> Sequence[Answer]:
    """Let evidence belong to the report of the pressed button."""
    told = context.arguments
    return await _answer(
        context,
        context.use_cases.evidence.attach(context.actor, told["parcel"], told["report"], context.occasion),
    )


async def edited(context: Context) -> Sequence[Answer]:
    """Say that words which come by an edit report nothing under evidence that begins no report.

    Nor does a link that was sent in reply become another one.
    """
    incoming, actor, source = context.incoming, context.actor, context.occasion.source
    taken = context.use_cases.evidence
    if incoming.photo is None and incoming.document is None:
        is_link = is_of_links(incoming.text) and await taken.is_of_another(actor, source)
        return [Answer(context.texts("evidence.link_edited"))] if is_link else ()
    if not incoming.text:
        return ()
    if await taken.is_unplaced(actor, source):
        return [Answer(context.texts("evidence.edited"))]
    if incoming.has_figure and await taken.is_of_another(actor, source):
        return [Answer(context.texts("evidence.words_not_counted"))]
    return ()


async def _answer(context: Context, taking: Awaitable[Taken]) -> Sequence[Answer]:
    try:
        taken = await taking
    except MonthClosed as closed:
        return [closed_answer(closed, context.actor, context.texts, context.occasion)]
    is_press = context.arrival.press is not None
    return view.taken_answers(taken, context.incoming, context.texts, is_press=is_press)


def _imports(actor: Actor) -> bool:
    return any(Permission.QUOTAS_IMPORT in GRANTS[binding.role] for binding in actor.bindings)


def _sent(incoming: Incoming) -> SentFile:
    if incoming.photo is not None:
        return SentFile(incoming.photo.file_id, "", incoming.photo.size)
    if incoming.document is None:
        raise ValueError(incoming)
    document = incoming.document
    return SentFile(document.file_id, document.name or ".", document.size)


FAMILY = Family(
    actions=(ActionSpec("evidence.attach", Effect.WRITES, attach),),
    edited=edited,
    linked=StepSpec("evidence.links", Effect.WRITES, take_links),
    attached=AttachedSpec(
        "evidence", Effect.WRITES, receive, takes, prepare=fetch, under=("report",), counted_under=("media",)
    ),
)
