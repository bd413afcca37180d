"""Workbooks written to disk by a process of their own, rows handed to it some at a time."""

import asyncio
import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from services.core.errors import Fault, UserError
from services.core.printing import PrintedCell, PrintedTable
from services.documents.limits import MEGABYTE
from services.documents.workbook_writing import LONGEST_TEXT
from services.documents.workbook_writing_child import rows_line, table_line
from services.spooled import SpooledFile
from services.unhurried import AT_ONCE

WRITER_MEMORY = 768 * MEGABYTE
"""Of the process that writes; rows leave it as they come, so a tenth is what it uses."""
WRITER_SECONDS = 900

_ROOT = Path(__file__).parents[2]
_CHILD = "services.documents.workbook_writing_child"


class WorkbookUnwritten(Fault):
    """The process that writes a workbook came to a bad end (``code``)."""


class CellTextTooLong(UserError):
    """A text is longer than a spreadsheet's cell may be (``sheet``, ``text``: how it begins, ``length``)."""


class WorkbookSpool:
    """A workbook on its way to ``content``; it is whole when the context has been left.

    Raises:
        WorkbookUnwritten: the process that writes it is gone.
    """

    def __init__(self) -> None:
        self.content = SpooledFile()
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start the process; it needs none of the bot's settings."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _CHILD, str(WRITER_MEMORY), str(WRITER_SECONDS)),
            stdin=asyncio.subprocess.PIPE,
            stdout=self.content.file.fileno(),
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,  # a Ctrl+C is for the bot
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the process finish, or end it where nobody wants its file any more."""
        process = self._running
        if error is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if process.stdin is not None:
            process.stdin.close()
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise
        if code and error is None:
            raise WorkbookUnwritten(code=code)

    async def begin(self, table: PrintedTable) -> None:
        """Begin a sheet with what stands above a table's rows, and with these; its end comes by itself.

        Raises:
            CellTextTooLong: it would have to be cut, and nobody would see that.
        """
        await self._say(await asyncio.to_thread(table_line, table))
        await self.add(table.rows, table.name)

    async def add(self, rows: Sequence[Sequence[PrintedCell]], sheet: str) -> None:
        """Put rows below those that are there; see ``begin``."""
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            _require_whole(some, sheet)
            await self._say(rows_line(some))
            await asyncio.sleep(0)

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise WorkbookUnwritten(code="not started")
        return self._process

    async def _say(self, line: bytes) -> None:
        process = self._running
        if process.stdin is None or process.returncode is not None:
            raise WorkbookUnwritten(code=process.returncode)
        try:
            process.stdin.write(line)
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as gone:
            raise WorkbookUnwritten(code=process.returncode) from gone


def _require_whole(rows: Iterable[Sequence[PrintedCell]], sheet: str) -> None:
    for row in rows:
        for cell in row:
            # Spreadsheets count rare signs twice.
            if (
                isinstance(cell, str)
                and 2 * len(cell) > LONGEST_TEXT
                and len(cell.encode("utf-16-le", "replace")) > 2 * LONGEST_TEXT
            ):
                raise CellTextTooLong(sheet=sheet, text=cell[:20], length=LONGEST_TEXT)
