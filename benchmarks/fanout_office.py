"""An office to be reminded: thousands of units, each lacking something of the month, a reporter each."""

import datetime as dtm
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.database import opened
from models.enums import Cadence, Role
from services import sql

MORNING = dtm.datetime(2024, 2, 29, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
"""Nine o'clock of the last working day of a month: every unit that lacks something is written to now."""

ORGANISATION = "峨眉山市"
FIRST_CHAT = 800_000_001
OFFICE_CHAT = 799_999_999
CATEGORIES = ("动态通知类", "法定主动公开", "政务新媒体")
TARGET, DONE = 3, 1


async def found(url: str, units: int) -> Mapping[int, str]:
    """Fill an empty database; return by chat what each letter has to name: the unit, or the organisation."""
    async with opened(url):
        await sql.execute(
            "INSERT INTO organisation (name, year, closing_days, version) VALUES ($1, 2024, 5, 1)",
            ORGANISATION,
        )
        await sql.execute(
            "INSERT INTO unit "
            "(organisation_id, name, division, position, printed_number, search_key, is_active) "
            f"{_series(units)} SELECT 1, '第' || n || '街道办事处', '', n, '', '', TRUE FROM series"
        )
        for position, name in enumerate(CATEGORIES, start=1):
            await sql.execute(
                "INSERT INTO category (organisation_id, name, division, position) VALUES (1, $1, '', $2)",
                name,
                position,
            )
        await sql.execute(
            "INSERT INTO quota (unit_id, category_id, cadence, target, is_per_account, effective_on) "
            "SELECT u.id, c.id, $1, $2, FALSE, $3 FROM unit u JOIN category c ON TRUE",
            Cadence.MONTHLY.value,
            TARGET,
            MORNING.date().replace(month=1, day=1),
        )
        await sql.execute(
            "INSERT INTO tally (unit_id, category_id, account, month_on, count) "
            "SELECT u.id, c.id, 0, $1, $2 FROM unit u JOIN category c ON TRUE",
            MORNING.date().replace(day=1),
            DONE,
        )
        await _bind()
        rows = await sql.fetch(
            "SELECT m.telegram_id, COALESCE(u.name, $1) AS shown FROM binding b "
            "JOIN member m ON m.id = b.member_id LEFT JOIN unit u ON u.id = b.unit_id",
            ORGANISATION,
        )
    return {row["telegram_id"]: row["shown"] for row in rows}


async def _bind() -> None:
    """Give each unit its reporter and the organisation an administrator, who can all be written to."""
    await sql.execute(
        f"INSERT INTO member (telegram_id, name) SELECT {FIRST_CHAT} + position, '' FROM unit ORDER BY id"
    )
    await sql.execute(f"INSERT INTO member (telegram_id, name) VALUES ({OFFICE_CHAT}, '')")
    await sql.execute(
        "INSERT INTO chat (telegram_id, title, unreachable_reason) SELECT telegram_id, '', '' FROM member"
    )
    columns = "INSERT INTO binding (member_id, organisation_id, unit_id, scope, role, bound_at)"
    await sql.execute(
        f"{columns} SELECT m.id, 1, u.id, u.id, $1, $2 FROM unit u "
        f"JOIN member m ON m.telegram_id = {FIRST_CHAT} + u.position",
        Role.REPORTER.value,
        MORNING,
    )
    await sql.execute(
        f"{columns} SELECT id, 1, NULL, 0, $1, $2 FROM member WHERE telegram_id = {OFFICE_CHAT}",
        Role.ADMINISTRATOR.value,
        MORNING,
    )


def _series(last: int) -> str:
    return f"WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {last})"
