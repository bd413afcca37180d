"""An organisation's data out: a month's, quarter's or year's workbook, or everything in one packed file."""

import asyncio
import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from services.audit import Entry, deed_of
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.exporting.values import Span
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.quarter import AnyPeriod
from services.core.sheets import export_words as words
from services.documents import bundles
from services.documents.workbook_writing import XLSX_TYPE
from services.exporting import export_rows
from services.exporting.export_writing import ExportedWorkbook, moment_words, write_registers, write_workbook
from services.exporting.takeouts import MAX_FILE, ExportAhead, Turns, record_once
from services.office.office_rules import OfficeRules, get_rules
from services.spooled import SpooledFile


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
        self._turns = Turns()

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
        with self._turns.alone(organisation_id):
            rules = await get_rules(organisation_id)
            span = Span.of(period)
            book = await write_workbook(rules, span, occasion.now.astimezone(occasion.zone))
            _require_sendable(book, span.year)
            name = words.file_name(rules.name, span.words, "xlsx")
            file = ExportFile(name, XLSX_TYPE, book.content, book.sheets)
            await _record(actor, organisation_id, str(period), [file], occasion)
        return Export(rules.name, (file,))

    async def export_everything(self, actor: Actor, organisation_id: int, occasion: Occasion) -> Export:
        """Export every year and the registers, packed with a manifest that can be verified anywhere.

        Raises:
            ExportRuns, ExportTooLarge: nothing is exported.
        """
        actor.require(Permission.EXPORTS_MAKE, organisation_id=organisation_id)
        with self._turns.alone(organisation_id):
            rules = await get_rules(organisation_id)
            made_at = occasion.now.astimezone(occasion.zone)
            parts = await _write_parts(rules, made_at)
            files = [
                await asyncio.to_thread(_pack, rules.name, some, made_at, total=len(parts)) for some in parts
            ]
            await _record(actor, organisation_id, "all", files, occasion)
        return Export(rules.name, tuple(files))


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
            "rows": _rows(book.sheets),
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
    told = [
        (book.name, _rows(book.sheets), str(one["sha256"])) for book, one in zip(books, listed, strict=True)
    ]
    page = words.page(organisation, moment_words(made_at), told)
    spool = SpooledFile()
    files = [(book.name, book.content.read_chunks()) for book in books]
    bundles.write_bundle(spool.file, manifest, page, files)
    spans = [book.span for book in books if book.span != words.REGISTERS]
    what = words.EVERY_YEAR if total == 1 else words.years_words(spans[0], spans[-1])
    name = words.file_name(organisation, what, "zip")
    sheets = tuple((book.name, _rows(book.sheets)) for book in books)
    return ExportFile(name, bundles.ZIP_TYPE, spool, sheets)


def _rows(sheets: Sequence[tuple[str, int]]) -> int:
    return sum(rows for _, rows in sheets)


def _require_sendable(book: ExportedWorkbook, year: int) -> None:
    if book.content.size > MAX_FILE:
        raise ExportTooLarge(year=year, limit=MAX_FILE // 1024 // 1024)


async def _record(
    actor: Actor, organisation_id: int, what: str, files: Sequence[ExportFile], occasion: Occasion
) -> None:
    """Note in the audit who took what out, once for each occasion: a crash has the file made again."""
    rows = sum(_rows(file.sheets) for file in files)
    told = {"what": what, "files": len(files), "rows": rows}
    entry = Entry("sheet.export", f"export/{what}", after=told)
    await record_once(entry, organisation_id, deed_of(actor, occasion))
