"""Runs alone, in a process that may die: bytes of a workbook on stdin, its cells as JSON on stdout.

The reader is compiled code that aborts its process when a file asks for too much memory (one changed number
in an .xls is enough), so it never runs inside the bot. `services.documents.workbook` starts it; it imports
nothing of ours.

Arguments: most rows, most columns, most cells, most characters, most merges, memory in bytes, CPU seconds;
as JSON the names of sheets that are not read.
"""

import datetime as dtm
import io
import json
import resource
import sys
from typing import Any

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)


def main() -> None:
    """Write the sheets, or `{"exceeded": sheet}`, or `{"encrypted": true}`; dying says the rest."""
    *bounds, unread = sys.argv[1:]
    rows, columns, cells, characters, merges, memory, seconds = map(int, bounds)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = _read(sys.stdin.buffer.read(), (rows, columns, merges), cells, characters, json.loads(unread))
    sys.stdout.write(json.dumps(answer))


def _read(
    content: bytes, most: tuple[int, int, int], cells: int, characters: int, unread: list[str]
) -> dict[str, Any]:
    rows, columns, merges = most
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        return {"encrypted": True}
    sheets = []
    hidden = []
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet or metadata.name in unread:
            continue
        if metadata.visible != SheetVisibleEnum.Visible:
            hidden.append(metadata.name)
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        last_row, last_column = sheet.end or (-1, -1)
        cells -= (last_row + 1) * (last_column + 1)
        merged = sheet.merged_cell_ranges or []
        if last_row >= rows or last_column >= columns or cells < 0 or len(merged) > merges:
            return {"exceeded": metadata.name}
        values = _values(sheet)
        characters -= sum(len(value) for row in values for value in row if isinstance(value, str))
        if characters < 0:
            return {"exceeded": metadata.name}
        sheets.append({"name": metadata.name, "rows": values, "merges": merged})
    return {"sheets": sheets, "hidden": hidden}


def _values(sheet: CalamineSheet) -> list[list[str | float | bool]]:
    rows = sheet.to_python(skip_empty_area=False) if sheet.end else []
    return [[_plain(value) for value in row] for row in rows]


def _plain(value: Any) -> str | float | bool:
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dtm.datetime) and value.time() == dtm.time():
        return value.date().isoformat()
    return str(value)


if __name__ == "__main__":
    main()
