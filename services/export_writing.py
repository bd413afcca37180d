"""Exported workbooks written to disk: a span's, with its long lists, and that of the registers."""

import asyncio
import datetime as dtm
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services import export_rows
from services.core.exporting import done, lists, office
from services.core.exporting.values import Span
from services.core.printing import PrintedTable
from services.core.sheets import export_words as words
from services.documents.workbook_writing import WorkbookFile
from services.export_rows import LongList, Row
from services.office_rules import OfficeRules
from services.spooled import SpooledFile

Shape = Callable[[Mapping[str, Any], dtm.tzinfo], Row]

_LISTS: Mapping[str, tuple[Callable[[], PrintedTable], Shape]] = {
    "findings": (lists.finding_table, export_rows.finding_row),
    "looks": (lists.look_table, export_rows.look_row),
    "submissions": (lists.submission_table, export_rows.submission_row),
}


@dataclass(frozen=True, slots=True)
class ExportedWorkbook:
    """A workbook on disk, of a span as its words name it; its sheets with their rows."""

    name: str
    span: str
    content: SpooledFile
    sheets: tuple[tuple[str, int], ...]


async def write_workbook(rules: OfficeRules, span: Span, made_at: dtm.datetime) -> ExportedWorkbook:
    """Write a span's workbook to disk, long lists some rows at a time."""
    year = await export_rows.read_office(rules, span)
    media = await export_rows.read_media(rules.organisation_id)
    tables = [
        *(await asyncio.to_thread(lambda: [done.done_table(year, span), office.unit_table(year.units)])),
        office.category_table(year),
        *(
            await asyncio.to_thread(
                lambda: [*office.quota_tables(year), *office.count_tables(year, span.months)]
            )
        ),
        lists.media_table(media),
    ]
    long = {name: await export_rows.count_list(name, rules.organisation_id, span) for name in _LISTS}
    sheets = [(table.name, len(table.rows)) for table in tables]
    sheets += [(_LISTS[name][0]().name, found.count) for name, found in long.items()]
    spool = SpooledFile()
    cover = office.cover(rules.name, span, moment_words(made_at), sheets, words.NOTES)
    book = WorkbookFile(spool.file)
    try:
        for table in (cover, *tables):
            await asyncio.to_thread(book.begin, table)
        for name, found in long.items():
            await _write_list(book, name, found, (rules.organisation_id, span), made_at.tzinfo or dtm.UTC)
    finally:
        await asyncio.to_thread(book.__exit__, None, None, None)
    return ExportedWorkbook(f"{span.words}.xlsx", span.words, spool, tuple(sheets))


async def _write_list(
    book: WorkbookFile, name: str, found: LongList, of: tuple[int, Span], zone: dtm.tzinfo
) -> None:
    begin, shape = _LISTS[name]
    await asyncio.to_thread(book.begin, begin())
    async for rows in export_rows.read_list(found, *of):
        await asyncio.to_thread(_add, book, shape, rows, zone)


def _add(book: WorkbookFile, shape: Shape, rows: Sequence[Mapping[str, Any]], zone: dtm.tzinfo) -> None:
    book.add([shape(row, zone) for row in rows])


def moment_words(at: dtm.datetime) -> str:
    """Write a moment as people read it."""
    return f"{at:%Y-%m-%d %H:%M}"


async def write_registers(rules: OfficeRules, span: Span, made_at: dtm.datetime) -> ExportedWorkbook:
    """Write what belongs to no year: units, categories, media accounts, calendar days, rules."""
    year = await export_rows.read_office(rules, span)
    tables = [
        office.unit_table(year.units),
        office.category_table(year),
        lists.media_table(await export_rows.read_media(rules.organisation_id)),
        lists.calendar_table(await export_rows.read_calendar(rules.organisation_id)),
        lists.rule_table(export_rows.rule_rows(rules)),
    ]
    sheets = tuple((table.name, len(table.rows)) for table in tables)
    cover = office.cover(rules.name, span, moment_words(made_at), sheets, words.NOTES)
    spool = SpooledFile()

    def write() -> None:
        with WorkbookFile(spool.file) as book:
            for table in (cover, *tables):
                book.begin(table)

    await asyncio.to_thread(write)
    return ExportedWorkbook(f"{words.REGISTERS}.xlsx", words.REGISTERS, spool, sheets)
