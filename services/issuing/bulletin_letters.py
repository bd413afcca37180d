"""What a group is told of an issued bulletin, read from its snapshot when it goes."""

import asyncio
from dataclasses import dataclass, replace

from models.enums import Language, LetterKind
from services import sql
from services.core.bulletin import WORD, Bulletin
from services.core.bulletin_pictures import draw_bulletin
from services.core.pictures import RankingPicture
from services.issuing.issued_bulletins import Correction, read_content, read_issued

_PLACE = (
    "SELECT c.telegram_id, g.topic, o.language FROM office_group g JOIN chat c ON c.id = g.chat_id "
    "JOIN organisation o ON o.id = c.organisation_id JOIN issued_bulletin b ON b.organisation_id = o.id "
    "WHERE g.id = $1 AND b.id = $2"
)


@dataclass(frozen=True, slots=True)
class BulletinLetter:
    """What a group gets: a bulletin as it was issued, and what was corrected of it since.

    Where the letter is the picture or the Word document it has ``pictures`` or ``file``.
    """

    letter_id: int
    chat: int
    topic: int
    language: Language
    bulletin: Bulletin
    corrections: tuple[Correction, ...] = ()
    pictures: tuple[RankingPicture, ...] = ()
    file: bytes | None = None


async def read_bulletin(
    letter_id: int, kind: LetterKind, issued_id: int, group_id: int | None
) -> BulletinLetter | None:
    """Give what a letter says.

    None where the group is no longer the organisation's, and of a picture or document that there is not or
    that a correction has overtaken.
    """
    places = await sql.look_up(_PLACE, group_id, issued_id)
    if not places:
        return None
    issued = await read_issued(issued_id)
    letter = BulletinLetter(
        letter_id,
        places[0]["telegram_id"],
        places[0]["topic"],
        Language(places[0]["language"]),
        issued.bulletin,
        issued.corrections,
    )
    if kind is LetterKind.BULLETIN:
        return letter
    if issued.corrections:
        return None
    if kind is LetterKind.BULLETIN_PICTURE:
        drawn = await asyncio.to_thread(draw_bulletin, issued.facts, issued.bulletin)
        return replace(letter, pictures=drawn) if drawn else None
    content = await read_content(issued_id, WORD)
    return None if content is None else replace(letter, file=content)
