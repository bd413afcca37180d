"""Hand-written statements for hot paths, in one dialect for both databases.

The ORM's query building costs ten times what the query does. Parameters are written ``$1, $2 …``; SQLite
wants ``?1``. Moments are passed as aware UTC datetimes, days as dates.
"""

import datetime as dtm
import re
from functools import cache
from typing import Any

from tortoise.connection import get_connections

from models.engines.sqlite_immediate import ImmediateSqliteClient, ImmediateTransaction
from services.unhurried import unhurried

_PARAMETER = re.compile(r"\$(\d+)")
_WRITING = ("INSERT", "UPDATE", "DELETE")
FEW = 200
"""With more values than these a statement touches many rows, and is no longer done on the loop."""
ROWS_AT_ONCE = 500


@cache
def _for_sqlite(statement: str) -> str:
    return _PARAMETER.sub(r"?\1", statement)


async def fetch(statement: str, *values: Any) -> list[dict[str, Any]]:
    """Run a statement that returns rows (``RETURNING`` included), inside the transaction if there is one."""
    connection = get_connections().get("default")
    if connection.capabilities.dialect == "sqlite":
        statement = _for_sqlite(statement)
    elif statement.lstrip().startswith(_WRITING):
        made: list[dict[str, Any]] = await connection.execute_query_dict(statement, list(values))
        return made
    _, rows = await connection.execute_query(statement, list(values))
    if len(rows) <= ROWS_AT_ONCE:
        return list(map(dict, rows))
    return [dict(row) async for row in unhurried(rows, ROWS_AT_ONCE)]


async def look_up(statement: str, *values: Any) -> list[dict[str, Any]]:
    """Read the few rows that an index leads to; what may have to scan is for ``fetch``.

    SQLite does it right here, on the loop: inside a transaction as part of it, outside without waiting for
    whoever writes.
    """
    connection = get_connections().get("default")
    if isinstance(connection, ImmediateTransaction):
        return connection.run(_for_sqlite(statement), values)[1]
    if isinstance(connection, ImmediateSqliteClient):
        rows = connection.look_up(_for_sqlite(statement), values)
        if rows is not None:
            return rows
    return await fetch(statement, *values)


async def change(statement: str, *values: Any) -> list[dict[str, Any]]:
    """Write a few rows and return what is asked back of them (``RETURNING``).

    Inside a transaction SQLite does it right here, on the loop: nothing has to be waited for.
    """
    connection = get_connections().get("default")
    if isinstance(connection, ImmediateTransaction):
        return connection.run(_for_sqlite(statement), values)[1]
    return await fetch(statement, *values)


async def execute(statement: str, *values: Any) -> int:
    """Run a statement and return how many rows it touched; with few values in SQLite like ``change``."""
    connection = get_connections().get("default")
    if isinstance(connection, ImmediateTransaction) and len(values) <= FEW:
        return connection.run(_for_sqlite(statement), values)[0]
    if connection.capabilities.dialect == "sqlite":
        statement = _for_sqlite(statement)
    touched: int
    touched, _ = await connection.execute_query(statement, list(values))
    return touched


@cache
def placeholders(rows: int, columns: int, *, shared: int = 0) -> str:
    """Return ``($1,$2),($3,$4)`` for a statement with that many rows of values.

    With ``shared`` each row goes on with the statement's first so many parameters, which are given once:
    ``($2,$3,$1),($4,$5,$1)``.
    """
    same = [f"${n}" for n in range(1, shared + 1)]
    own = range(shared + 1, shared + columns + 1)
    return ",".join(
        "(" + ",".join([*(f"${row * columns + n}" for n in own), *same]) + ")" for row in range(rows)
    )


def moment(value: Any) -> dtm.datetime | None:
    """Give a moment as a datetime: SQLite's rows carry it as text, ours always in UTC."""
    if isinstance(value, str):
        return dtm.datetime.fromisoformat(value)
    read: dtm.datetime | None = value
    return read


def get_moment(value: Any) -> dtm.datetime:
    """Give a moment that a column always has; ValueError where it has none."""
    found = moment(value)
    if found is None:
        raise ValueError(value)
    return found


def get_day(value: Any) -> dtm.date:
    """Give a day as a date: SQLite's rows carry it as text."""
    return value if isinstance(value, dtm.date) else dtm.date.fromisoformat(value)


def is_postgres() -> bool:
    """Tell which database is open, for the few statements that differ."""
    dialect: str = get_connections().get("default").capabilities.dialect
    return dialect == "postgres"
