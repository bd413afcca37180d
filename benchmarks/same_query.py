"""What aiogram answers with: who writes, their unit's month by Duban's own statement, as plain text."""

import datetime as dtm

from models.enums import Cadence, Language
from services import sql
from services.core.period import Period
from services.members import get_actor
from services.quota_rows import OF_UNIT, days_of

SIZE = 1050
"""Bytes that the answer is filled up to: those of Duban's own."""


async def progress_text(person: int, today: dtm.date) -> str:
    """Read a reporter's unit and write its figures down, as long as Duban's own answer is."""
    actor = await get_actor(person, "", Language.CHINESE, is_deployment_administrator=False)
    unit_id = actor.bindings[0].unit_id
    month = Period.containing(today, Cadence.MONTHLY)
    rows = await sql.look_up(OF_UNIT, unit_id, *days_of(month))
    lines = [f"{row['category']}：{row['month_done'] or 0}/{row['target'] or 0}" for row in rows]
    text = "\n".join(lines)
    return text + "." * (SIZE - len(text.encode()))
