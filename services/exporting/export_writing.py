"""Exported workbooks written to disk: a span's, with its long lists, and that of the registers."""

import asyncio
import datetime as dtm
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from services.core.exporting import done, lists, office
from services.core.exporting.values import Span
from services.core.printing import PrintedTable
from services.core.sheets import export_words as words
from services.core.sheets import kept_sheets
from services.core.sheets.kept import KeptSheet
from services.exporting import export_rows
from services.exporting.export_rows import LongList, Row
from services.exporting.workbook_files import WorkbookSpool
from services.importing import kept_rows
from services.office.office_rules import OfficeRules
from services.spooled import SpooledFile
from services.unhurried import AT_ONCE

MOST_KEPT = 60_000
"""Cells of the sheets that keep rows; what is more could not be read back with the rest of a workbook."""


@dataclass(frozen=True, slots=True)
class ExportedWorkbook:
    """A workbook on disk, of a span as its words name it; its sheets with their rows."""

    name: str
    span: str
    content: SpooledFile
    sheets: tuple[tuple[str, int], ...]


async def write_workbook(rules: OfficeRules, span: Span, made_at: dtm.datetime) -> ExportedWorkbook:
    """Write a span's workbook to disk, long lists some rows at a time."""
    organisation_id, zone = rules.organisation_id, made_at.tzinfo or dtm.UTC
    year = await export_rows.read_office(rules, span)
    media = await export_rows.read_media(organisation_id)
    reopened = await export_rows.read_reopenings(organisation_id, span, zone)
    tables = [
        *(await asyncio.to_thread(lambda: [done.done_table(year, span), office.unit_table(year.units)])),
        office.category_table(year),
        *(
            await asyncio.to_thread(
                lambda: [*office.quota_tables(year), *office.count_tables(year, span.months)]
            )
        ),
        lists.media_table(media),
        *([lists.reopening_table(reopened)] if reopened else []),
    ]
    kept = [one async for one in _kept_lists(organisation_id, span)]
    submissions = await export_rows.count_submissions(organisation_id, span)
    sheets = [(table.name, len(table.rows)) for table in tables]
    sheets += [(table.name, found.count) for _, table, found in kept]
    sheets.append((words.SUBMISSIONS, submissions.count))
    cover = office.cover(rules.name, span, moment_words(made_at), sheets, words.NOTES)
    async with WorkbookSpool() as book:
        for table in (cover, *tables):
            await book.begin(table)
        for sheet, table, found in kept:
            await _write_list(book, table, found, partial(_kept_row, sheet))
        await _write_list(
            book, lists.submission_table(), submissions, partial(export_rows.submission_row, zone=zone)
        )
    return ExportedWorkbook(f"{span.words}.xlsx", span.words, book.content, tuple(sheets))


async def _kept_lists(
    organisation_id: int, span: Span
) -> AsyncIterator[tuple[KeptSheet, PrintedTable, LongList]]:
    """Give the sheets that have rows; those that are too long to be read back are called so."""
    left = MOST_KEPT
    for sheet in kept_sheets.OF_YEARS:
        found = await export_rows.count_kept(sheet, organisation_id, span)
        if found.count:
            table, cells = sheet.table(), found.count * len(sheet.columns)
            if cells > left:
                table = replace(table, name=f"{table.name}{words.TOO_MANY}", title=words.ONLY_READ)
            else:
                left -= cells
            yield sheet, table, found


def _kept_row(sheet: KeptSheet, row: Mapping[str, Any]) -> Row:
    return sheet.printed(kept_rows.row_of(sheet, row))


async def _write_list(
    book: WorkbookSpool, table: PrintedTable, found: LongList, shape: Callable[[Mapping[str, Any]], Row]
) -> None:
    """Write a list, on several sheets where one would be longer than is read of one."""
    await book.begin(table)
    room = office.ROWS_OF_A_SHEET if found.count * len(table.widths) <= MOST_KEPT else found.count
    written = 0
    async for rows in export_rows.read_list(found):
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            if written and written + len(some) > room:
                await book.begin(table)
                written = 0
            await book.add([shape(row) for row in some], table.name)
            written += len(some)


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
    ]
    for sheet in kept_sheets.OF_REGISTERS:
        rows = await kept_rows.read_rows(sheet, rules.organisation_id)
        tables += [sheet.table(some) for some in office.in_parts(rows, office.ROWS_OF_A_SHEET)]
    sheets = tuple((table.name, len(table.rows)) for table in tables)
    cover = office.cover(rules.name, span, moment_words(made_at), sheets, words.NOTES)
    async with WorkbookSpool() as book:
        for table in (cover, *tables):
            await book.begin(table)
    return ExportedWorkbook(f"{words.REGISTERS}.xlsx", words.REGISTERS, book.content, sheets)
