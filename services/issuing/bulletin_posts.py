"""Issued bulletins posted to groups, because an administrator wants it."""

from collections.abc import Sequence

from models.enums import LetterKind, LetterState
from services import audit, outbox, sql
from services.audit import Deed
from services.core.access import Actor
from services.core.freezing import digest_of
from services.core.occasion import Occasion
from services.issuing.issued_bulletins import Issued, get_issued
from services.office import groups
from services.office.groups import GroupRef
from services.ranking.ranking_posts import GroupsUnreachable, NoGroupChosen
from services.reminding import letter_log
from services.transaction import transact


async def list_places(actor: Actor, issued_id: int) -> tuple[Issued, tuple[GroupRef, ...]]:
    """Give an issued bulletin and the groups that it can be posted to."""
    issued = await get_issued(actor, issued_id)
    return issued, await groups.list_groups_of(issued.ref.organisation_id)


async def post(
    actor: Actor, issued_id: int, group_ids: Sequence[int], occasion: Occasion, deed: Deed
) -> tuple[GroupRef, ...]:
    """Post a bulletin, as it was issued; give the groups it goes to. One press posts each part once.

    Its text goes, its picture and its Word document; of a corrected one the latest correction alone.

    Raises:
        NoGroupChosen, GroupsUnreachable: nothing is posted.
    """
    issued, known = await list_places(actor, issued_id)
    chosen = [each for each in known if each.id in group_ids]
    if not chosen:
        raise NoGroupChosen
    reached = tuple(each for each in chosen if each.unreachable_at is None)
    if not reached:
        raise GroupsUnreachable

    async def work() -> tuple[GroupRef, ...]:
        kinds = letter_log.OF_BULLETINS[:1] if issued.corrections else letter_log.OF_BULLETINS
        fresh = [
            each for each in reached if any([await _write(each, issued_id, kind, occasion) for kind in kinds])
        ]
        if fresh:
            told = {"groups": [each.name for each in fresh]}
            entry = audit.Entry("bulletin.post", f"bulletin/{issued_id}", None, told)
            await deed.record(entry, issued.ref.organisation_id)
        return reached

    return await transact(work)


async def _write(place: GroupRef, issued_id: int, kind: LetterKind, occasion: Occasion) -> bool:
    """Write a group's letter, in the caller's transaction; False where the press has written it already."""
    rows = await sql.fetch(
        "INSERT INTO letter (key, kind, group_id, bulletin_id, day_on, state, written_at) "
        f"VALUES {sql.placeholders(1, 7)} ON CONFLICT (key) DO NOTHING RETURNING id",
        f"{kind}/{place.id}/{issued_id}/{digest_of(occasion.source)[:16]}",
        kind.value,
        place.id,
        issued_id,
        occasion.today,
        LetterState.WAITING.value,
        occasion.now,
    )
    calls = [
        outbox.NewCall(letter_log.outbox_key(row["id"]), outbox.LIST, place.chat, "", {"letter": row["id"]})
        for row in rows
    ]
    await outbox.enqueue(calls, occasion.now)
    return bool(rows)
