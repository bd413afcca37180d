"""Which media account a report names: 报送 微博峨眉普法 新媒体 2."""

import datetime as dtm
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.core.platforms import read_platform
from services.core.reporting import Line
from services.core.text import clean
from services.media.media_accounts import MediaAccountRef, list_registered
from services.office.categories import find_media_category
from services.office.organisations import UnitRef

_BEFORE = re.compile(r"[^\s,，、;；:：“”\"「」0-9=+]+[\s“\"「]*$")
_QUOTES = '“”"「」'


@dataclass(frozen=True, slots=True)
class Mention:
    """The accounts that a text names (one, or several of one name), and the text without that."""

    accounts: tuple[MediaAccountRef, ...]
    rest: str


async def find_mention(text: str, organisation_id: int, day: dtm.date) -> Mention | None:
    """Find the account of an organisation's register that a report names."""
    return mentioned(text, await list_registered(organisation_id, day))


def mentioned(text: str, accounts: Iterable[MediaAccountRef]) -> Mention | None:
    """Find the longest of the accounts' names in a text, with the platform written before it.

    A platform that none of that name is on names none.
    """
    said = clean(text)
    plain = said.casefold()
    found = [each for each in accounts if len(each.name) > 1 and clean(each.name).casefold() in plain]
    longest = max((len(clean(each.name)) for each in found), default=0)
    named = [each for each in found if len(clean(each.name)) == longest]
    if not named or len({each.name.casefold() for each in named}) > 1:
        return None
    starts = plain.index(clean(named[0].name).casefold())
    before, after = said[:starts], said[starts + longest :]
    word = _BEFORE.search(before)
    platform = read_platform(word[0].strip(f" {_QUOTES}")) if word else None
    if word is not None and platform is not None:
        before = before[: word.start()]
        named = [each for each in named if each.platform is platform]
    rest = f"{before.rstrip(_QUOTES)} {after.lstrip(_QUOTES)}".strip()
    return Mention(tuple(named), rest) if named else None


async def count_for(
    lines: tuple[Line, ...], accounts: Sequence[MediaAccountRef], unit: UnitRef
) -> tuple[Line, ...]:
    """Have what is reported of 新媒体 count for the one named account of a unit; a bare number is of that."""
    (account,) = accounts if len(accounts) == 1 else (None,)
    media = await find_media_category(unit.organisation_id) if account is not None else None
    if account is None or media is None or account.unit_id != unit.id:
        return lines
    said = (replace(line, category_ids=(media.category_id,)) if _is_bare(line) else line for line in lines)
    return tuple(
        replace(line, account=account.id) if line.category_id == media.category_id else line for line in said
    )


def _is_bare(line: Line) -> bool:
    return not line.category_ids and not line.text
