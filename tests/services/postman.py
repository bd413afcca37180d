"""A postman with a memory: opens the letters that wait, as sending them would, and notes what they said."""

import datetime as dtm
from zoneinfo import ZoneInfo

from models.enums import LetterState
from services import sql
from services.chasing import letter_contents, letters
from services.chasing.letter_contents import Digest, GroupList
from services.reminding import letter_log, reminders

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> dtm.datetime:
    """Read ``2024-02-29 09:00`` as the office's time."""
    return dtm.datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Postman:
    """Plans, dispatches and delivers at the moments a test says."""

    def __init__(self) -> None:
        self.delivered: list[tuple[dtm.datetime, Digest | GroupList]] = []

    async def tick(self, now: dtm.datetime, *, ends: LetterState = LetterState.SENT) -> None:
        """Look once, and let every letter go that may go."""
        await reminders.plan(now)
        await letters.dispatch(now)
        rows = await sql.fetch("SELECT id FROM letter WHERE state = $1 ORDER BY id", "waiting")
        for row in rows:
            content = await letter_contents.open_letter(row["id"], now)
            if isinstance(content, Digest | GroupList):
                self.delivered.append((now, content))
                await letter_log.settle(row["id"], ends, now)

    async def walk(self, start: str, end: str) -> None:
        """Look at 08:00, 09:00, 10:30, 14:30 and 20:00 of every day from one through another."""
        day, last = dtm.date.fromisoformat(start), dtm.date.fromisoformat(end)
        while day <= last:
            for hour, minute in ((8, 0), (9, 0), (10, 30), (14, 30), (20, 0)):
                await self.tick(dtm.datetime.combine(day, dtm.time(hour, minute), ZONE))
            day += dtm.timedelta(days=1)

    def told(self) -> dict[tuple[str, str], set[str]]:
        """Give which units were told what in private: by ``2024-02-29`` and ``monthly/last_day``."""
        found: dict[tuple[str, str], set[str]] = {}
        for now, content in self.delivered:
            if isinstance(content, Digest):
                for unit in (*content.own, *content.led):
                    for need in unit.needs:
                        key = (f"{now:%Y-%m-%d}", f"{need.due.rule}/{need.due.step}")
                        found.setdefault(key, set()).add(unit.unit)
        return found
