"""Wrong codes: counted, so that whoever tries codes out is slowed down, and nobody with a right one is."""

import datetime as dtm

from services import sql
from services.core.errors import UserError

WINDOW = dtm.timedelta(hours=1)
KEPT = dtm.timedelta(days=1)
PER_PERSON = 5
IN_ALL = 300
PER_STRANGER_WHEN_MANY = 1
"""Once there were too many in all, whoever belongs nowhere has one try instead of five."""


class CodeUseless(UserError):
    """The code was never made, has expired, was used or revoked: which of these is never told."""


class CodesTooMany(UserError):
    """The person has tried too many wrong codes; the next may be right, and is not looked at."""


async def require_patience(person: int, now: dtm.datetime, *, belongs: bool) -> None:
    """Raise CodesTooMany for a person who has lately tried too many wrong codes.

    Whoever has not tried one is never refused, however many others have.
    """
    rows = await sql.fetch(
        "SELECT COUNT(*) AS tried, COALESCE(SUM(CASE WHEN person = $1 THEN 1 ELSE 0 END), 0) AS own "
        "FROM wrong_code WHERE tried_at > $2",
        person,
        now - WINDOW,
    )
    are_many = int(rows[0]["tried"]) >= IN_ALL
    allowed = PER_STRANGER_WHEN_MANY if are_many and not belongs else PER_PERSON
    if int(rows[0]["own"]) >= allowed:
        raise CodesTooMany


async def note(person: int, now: dtm.datetime) -> None:
    """Remember a wrong code's person and moment, and nothing of the code."""
    await sql.execute("INSERT INTO wrong_code (person, tried_at) VALUES ($1, $2)", person, now)


async def count_lately(now: dtm.datetime) -> int:
    """Count everybody's wrong codes of the last hour."""
    rows = await sql.fetch("SELECT COUNT(*) AS n FROM wrong_code WHERE tried_at > $1", now - WINDOW)
    return int(rows[0]["n"])


async def purge(now: dtm.datetime) -> int:
    """Delete what was tried a day ago; return how many."""
    return await sql.execute("DELETE FROM wrong_code WHERE tried_at < $1", now - KEPT)
