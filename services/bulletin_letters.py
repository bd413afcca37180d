"""What a group is told of an issued bulletin, read from its snapshot when it goes."""

from dataclasses import dataclass

from models.enums import Language
from services import sql
from services.core.bulletin import Bulletin
from services.issued_bulletins import Correction, list_corrections, read_snapshot

_PLACE = (
    "SELECT c.telegram_id, g.topic, o.language FROM office_group g JOIN chat c ON c.id = g.chat_id "
    "JOIN organisation o ON o.id = c.organisation_id JOIN issued_bulletin b ON b.organisation_id = o.id "
    "WHERE g.id = $1 AND b.id = $2"
)


@dataclass(frozen=True, slots=True)
class BulletinLetter:
    """What a group reads: a bulletin as it was issued, and what was corrected of it since."""

    letter_id: int
    chat: int
    topic: int
    language: Language
    bulletin: Bulletin
    corrections: tuple[Correction, ...]


async def read_bulletin(letter_id: int, issued_id: int, group_id: int | None) -> BulletinLetter | None:
    """Give what a letter says; None where the group is no longer the organisation's."""
    places = await sql.look_up(_PLACE, group_id, issued_id)
    if not places:
        return None
    return BulletinLetter(
        letter_id,
        places[0]["telegram_id"],
        places[0]["topic"],
        Language(places[0]["language"]),
        await read_snapshot(issued_id),
        await list_corrections(issued_id),
    )
