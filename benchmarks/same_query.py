"""What aiogram answers with: who writes, their unit's month as Duban reads it, as plain text."""

import datetime as dtm

from models.enums import Cadence, Language
from services.core.period import Period
from services.facts.quota_rows import UnitYears
from services.membership.members import get_actor

_YEARS = UnitYears()
SIZE = 1050
"""Bytes that the answer is filled up to: those of Duban's own."""


async def progress_text(person: int, today: dtm.date) -> str:
    """Read a reporter's unit and write its figures down, as long as Duban's own answer is."""
    actor = await get_actor(person, "", Language.CHINESE, is_deployment_administrator=False)
    unit_id = actor.bindings[0].unit_id or 0
    owed, counted = await _YEARS.read(unit_id, Period.containing(today, Cadence.MONTHLY))
    done = {category_id: month for category_id, month, _ in counted.done}
    lines = [
        f"{row['category']}：{done.get(row['category_id']) or 0}/{row['target'] or 0}" for row in owed.rows
    ]
    text = "\n".join(lines)
    return text + "." * (SIZE - len(text.encode()))
