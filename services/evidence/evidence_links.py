"""Links sent in reply to a report: its evidence, which counts nothing."""

from collections.abc import Mapping
from typing import Any

from models.enums import EvidenceKind
from services import audit, outbox
from services.audit import deed_of
from services.buttons import read_arguments
from services.core.access import Actor
from services.core.errors import UserError
from services.core.links import Link
from services.core.occasion import Occasion
from services.facts import exhibits, openings
from services.facts.exhibits import NewExhibit
from services.facts.openings import Opening, page_digest

MOST = 20


class TooManyLinks(UserError):
    """A report has no more than ``limit`` links that were sent in reply to it."""


async def find_replied(member_id: int | None, source: str, chat: int, replied_to: int) -> Opening | None:
    """Find the person's counted report that a message (``source``) replies to.

    It replies to the report's own words, to its evidence, or to what was answered.
    """
    place = f"{source.rpartition('/')[0]}/{replied_to}"
    names = [place, await exhibits.find_opening_of(place)]
    names += [told.get("opening") for told in await _buttons_of(chat, replied_to)]
    for name in names:
        opening = await openings.find_opening(name) if name else None
        if opening is not None and opening.member_id == member_id and opening.still_counts:
            return opening
    return None


async def keep(actor: Actor, links: tuple[Link, ...], opening: str, occasion: Occasion) -> int:
    """Keep the pages that are no evidence of a report yet, in the caller's transaction; give how many.

    The first is known by the message, so that a reply to that finds the report.

    Raises:
        TooManyLinks: the report has enough of them.
    """
    known = await exhibits.list_page_digests(opening)
    new: dict[str, str] = {}
    for link in links:
        if (digest := page_digest(link)) not in known:
            new.setdefault(digest, link.address)
    if new and len(new) + await exhibits.count_sent_links(opening) > MOST:
        raise TooManyLinks(limit=MOST)
    kept = 0
    for number, (digest, address) in enumerate(new.items(), start=1):
        source = occasion.source if number == 1 else f"{occasion.source}/{number}"
        exhibit = NewExhibit(
            source, occasion.source, opening, EvidenceKind.LINK, "", digest=digest, address=address
        )
        added = await exhibits.add(exhibit, actor.member_id or 0, occasion.now)
        if added is not None:
            entry = audit.Entry("evidence.receive", f"evidence/{added}")
            await deed_of(actor, occasion).record(entry, actor.organisation_ids[0])
            kept += 1
    return kept


async def _buttons_of(chat: int, message_id: int) -> tuple[Mapping[str, Any], ...]:
    return await read_arguments(await outbox.list_tokens(chat, message_id))
