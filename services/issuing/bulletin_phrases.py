"""An organisation's own words for its bulletins, kept until it changes them."""

from dataclasses import dataclass

from models.enums import BulletinKind
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.errors import PastMending
from services.core.phrases import find_place, read_phrase
from services.transaction import transact


class PhraseOutdated(PastMending):
    """Somebody else has reworded the place since it was shown (``place``)."""


@dataclass(frozen=True, slots=True)
class OwnPhrase:
    """The words for a place at a version of them; ``text`` None is the default."""

    text: str | None = None
    version: int = 0


async def read_phrases(organisation_id: int, kind: BulletinKind) -> dict[str, OwnPhrase]:
    """Give what an organisation ever reworded of a kind of bulletin, by place."""
    rows = await sql.fetch(
        "SELECT place, text, version FROM phrase WHERE organisation_id = $1 AND kind = $2",
        *(organisation_id, kind.value),
    )
    return {row["place"]: OwnPhrase(row["text"], row["version"]) for row in rows}


async def reword(
    actor: Actor,
    organisation_id: int,
    where: tuple[BulletinKind, str],
    text: str | None,
    version: int,
    deed: Deed,
) -> OwnPhrase:
    """Word a place anew, unless somebody else has since it was shown; None brings the default back.

    ``where`` are the kind and the place. The audit tells which place it was and not the words: what is
    printed is kept with each bulletin, and people may stand in it.

    Raises:
        PhraseMissing, PhraseFieldUnknown, PlaceUnknown: see ``services.core.phrases``.
        PhraseOutdated: somebody else was quicker.
    """
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    kind, name = where
    place = find_place(kind, name)
    kept = None if text is None else read_phrase(kind, text)

    async def work() -> OwnPhrase:
        rows = await sql.fetch(
            "INSERT INTO phrase (organisation_id, kind, place, text, version) "
            "VALUES ($1, $2, $3, $4, $5 + 1) ON CONFLICT (organisation_id, kind, place) "
            "DO UPDATE SET text = excluded.text, version = excluded.version "
            "WHERE phrase.version = $5 RETURNING version",
            *(organisation_id, kind.value, name, kept, version),
        )
        known = (await read_phrases(organisation_id, kind)).get(name, OwnPhrase())
        if not rows or known.version != version + 1:
            raise PhraseOutdated(place=place.label)
        action = "bulletin.reword" if kept is not None else "bulletin.reset_words"
        await deed.record(audit.Entry(action, f"phrase/{kind.value}/{name}"), organisation_id)
        return known

    return await transact(work)
