"""Runs alone: tables as lines of JSON on stdin, their workbook written to the file that is stdout.

Writing takes the processor for as long as there are rows, so it never happens inside the bot.
`services.exporting.workbook_files` starts it, and says what the lines are. Arguments: memory in
bytes, CPU seconds.
"""

import json
import os
import resource
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from services.core.printing import HeadCell, Joined, Percentage, PrintedCell, PrintedTable
from services.documents.workbook_writing import WorkbookFile


def main() -> None:
    """Write what the lines say; an exit code other than 0 says that the file is none."""
    memory, seconds = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as target, WorkbookFile(target) as book:
        for line in sys.stdin.buffer:
            told = json.loads(line)
            if isinstance(told, dict):
                book.begin(read_table(told))
            else:
                book.add(_row(row) for row in told)


def table_line(table: PrintedTable) -> bytes:
    """Write a table as a line that begins a sheet, without its rows."""
    told = {
        **{name: getattr(table, name) for name in ("name", "title", "note", "widths", "footnotes")},
        "head": [[(cell.text, cell.columns, cell.rows) for cell in row] for row in table.head],
        "total": table.total and [_told(cell) for cell in table.total],
        "joined": [(one.row, one.column, one.rows, one.columns) for one in table.joined],
    }
    return json.dumps(told).encode() + b"\n"


def rows_line(rows: Iterable[Iterable[PrintedCell]]) -> bytes:
    """Write rows as a line that adds them to the sheet begun last."""
    return json.dumps([[_told(cell) for cell in row] for row in rows]).encode() + b"\n"


def read_table(told: dict[str, Any]) -> PrintedTable:
    """Give the table that a line begins."""
    return PrintedTable(
        name=told["name"],
        title=told["title"],
        head=tuple(tuple(HeadCell(*cell) for cell in row) for row in told["head"]),
        widths=tuple(told["widths"]),
        rows=(),
        note=told["note"],
        total=None if told["total"] is None else _row(told["total"]),
        joined=tuple(Joined(*one) for one in told["joined"]),
        footnotes=tuple(told["footnotes"]),
    )


def _told(cell: PrintedCell) -> Any:
    if isinstance(cell, Percentage):
        return ["%", str(cell.value)]
    return ["", str(cell)] if isinstance(cell, Decimal) else cell


def _row(told: Iterable[Any]) -> tuple[PrintedCell, ...]:
    return tuple(map(_cell, told))


def _cell(told: Any) -> PrintedCell:
    if not isinstance(told, list):
        return told  # type: ignore[no-any-return]
    sign, number = told
    return Percentage(Decimal(number)) if sign else Decimal(number)


if __name__ == "__main__":
    main()
