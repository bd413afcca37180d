"""An organisation's data out: a month's, quarter's or year's workbook, or everything in one packed file."""

import asyncio
import datetime as dtm
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services import export_rows
from services.audit import Entry, deed_of
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.exporting.values import Span
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.quarter import AnyPeriod
from services.documents import bundles
from services.documents.workbook_writing import XLSX_TYPE
from services.export_writing import ExportedWorkbook, moment_words, write_registers, write_workbook
from services.office_rules import OfficeRules, get_rules
from services.spooled import SpooledFile
from services.transaction import transact

MAX_FILE = 49 * 1024 * 1024
"""What a bot may send in one document, with some room for what is around it."""


class ExportRuns(UserError):
    """An export of the same organisation is being made; it is sent as soon as it is there."""


class ExportAhead(UserError):
    """The period has not begun; its first day is ``day``."""


class ExportTooLarge(UserError):
    """A year's workbook is larger than a document may be (``year``, ``limit`` in MB)."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file to send: its sheets with their rows, those of a packed one by workbook."""

    name: str
    media_type: str
    content: SpooledFile
    sheets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported of an organisation; several files where one would be too large to send."""

    organisation: str
    files: tuple[ExportFile, ...]


class Exports:
    """Exports, one at a time for each organisation."""

    def __init__(self) -> None:
        self._running: set[int] = set()

    async def export_period(
        self, actor: Actor, organisation_id: int, period: AnyPeriod, occasion: Occasion
    ) -> Export:
        """Export a month, a quarter or a year as a workbook.

        Raises:
            ExportRuns, ExportAhead, ExportTooLarge: nothing is exported.
        """
        actor.require(Permission.EXPORTS_MAKE, organisation_id=organisation_id)
        if period.starts_on > occasion.today:
            raise ExportAhead(day=period.starts_on)
        with self._alone(organisation_id):
            rules = await get_rules(organisation_id)
            span = Span.of(period)
            book = await write_workbook(rules, span, occasion.now.astimezone(occasion.zone))
            _require_sendable(book, span.year)
            name = f"导出_{_file_name(rules.name)}_{span.words}.xlsx"
            file = ExportFile(name, XLSX_TYPE, book.content, book.sheets)
            await _record(actor, organisation_id, str(period), [file], occasion)
        return Export(rules.name, (file,))

    async def export_everything(self, actor: Actor, organisation_id: int, occasion: Occasion) -> Export:
        """Export every year and the registers, packed with a manifest that can be verified anywhere.

        Raises:
            ExportRuns, ExportTooLarge: nothing is exported.
        """
        actor.require(Permission.EXPORTS_MAKE, organisation_id=organisation_id)
        with self._alone(organisation_id):
            rules = await get_rules(organisation_id)
            made_at = occasion.now.astimezone(occasion.zone)
            parts = await _write_parts(rules, made_at)
            files = [
                await asyncio.to_thread(_pack, rules.name, some, made_at, total=len(parts)) for some in parts
            ]
            await _record(actor, organisation_id, "all", files, occasion)
        return Export(rules.name, tuple(files))

    @contextmanager
    def _alone(self, organisation_id: int) -> Iterator[None]:
        if organisation_id in self._running:
            raise ExportRuns
        self._running.add(organisation_id)
        try:
            yield
        finally:
            self._running.remove(organisation_id)


async def _write_parts(rules: OfficeRules, made_at: dtm.datetime) -> list[list[ExportedWorkbook]]:
    """Write every year's workbook and the registers; as many together as one document may have."""
    years = await export_rows.list_years(rules)
    spans = [Span.of(Period.of_year(year)) for year in years]
    parts = [[await write_registers(rules, spans[-1], made_at)]]
    for span in spans:
        book = await write_workbook(rules, span, made_at)
        _require_sendable(book, span.year)
        if sum(one.content.size for one in (*parts[-1], book)) > MAX_FILE:
            parts.append([])
        parts[-1].append(book)
    return parts


def _pack(
    organisation: str, books: Sequence[ExportedWorkbook], made_at: dtm.datetime, *, total: int
) -> ExportFile:
    """Pack workbooks with a manifest for machines and a page for people; both name every file's SHA-256."""
    listed = [
        {
            "name": book.name,
            "period": book.span,
            "sha256": book.content.digest(),
            "bytes": book.content.size,
            "rows": sum(rows for _, rows in book.sheets),
            "sheets": [{"name": name, "rows": rows} for name, rows in book.sheets],
        }
        for book in books
    ]
    manifest = {
        "format": bundles.FORMAT,
        "organisation": organisation,
        "made_at": made_at.isoformat(),
        "files": listed,
    }
    spool = SpooledFile()
    files = [(book.name, book.content.read_chunks()) for book in books]
    bundles.write_bundle(spool.file, manifest, _page(organisation, listed, made_at), files)
    spans = [book.span for book in books if book.span != "登记"]
    what = "全部" if total == 1 else f"{spans[0]}至{spans[-1]}" if len(spans) > 1 else "".join(spans)
    name = f"导出_{_file_name(organisation)}_{what}.zip"
    sheets = tuple((book.name, sum(rows for _, rows in book.sheets)) for book in books)
    return ExportFile(name, bundles.ZIP_TYPE, spool, sheets)


def _page(organisation: str, listed: Sequence[Mapping[str, Any]], made_at: dtm.datetime) -> str:
    """Say for a person what is in a packed file and how to verify and use it."""
    lines = [
        f"{organisation} 督办数据导出",
        f"导出时间：{moment_words(made_at)}",
        "",
        *(f"{one['name']}　{one['rows']} 行　SHA-256 {one['sha256']}" for one in listed),
        "",
        "核对：运行 sha256sum 文件名（Windows：certutil -hashfile 文件名 SHA256），结果应与上面一致。",
        "导入：把整个压缩包发给督办，或运行 ./run import；核对后确认，一次存入。也可以只导入其中一年。",
        "人员信息不在其中；报送人只以 member/编号 出现。",
    ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def _require_sendable(book: ExportedWorkbook, year: int) -> None:
    if book.content.size > MAX_FILE:
        raise ExportTooLarge(year=year, limit=MAX_FILE // 1024 // 1024)


def _file_name(text: str) -> str:
    """Take out of a name what no file may be called."""
    return "".join(sign if sign.isalnum() or sign in "-（）()" else "_" for sign in text)[:60] or "_"


async def _record(
    actor: Actor, organisation_id: int, what: str, files: Sequence[ExportFile], occasion: Occasion
) -> None:
    """Note in the audit who took what out."""
    rows = sum(rows for file in files for _, rows in file.sheets)
    told = {"what": what, "files": len(files), "rows": rows}
    entry = Entry("sheet.export", f"export/{what}", after=told)
    deed = deed_of(actor, occasion)
    await transact(lambda: deed.record(entry, organisation_id))
