"""Exported workbooks written to disk: a span's, with its long lists, and that of the registers."""

import asyncio
import datetime as dtm
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services import export_rows
from services.core.exporting import done, lists, office
from services.core.exporting.values import Span
from services.core.printing import PrintedTable
from services.core.sheets import export_words as words
from services.export_rows import LongList, Row
from services.office_rules import OfficeRules
from services.spooled import SpooledFile
from services.unhurried import AT_ONCE
from services.workbook_files import WorkbookSpool

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
    cover = office.cover(rules.name, span, moment_words(made_at), sheets, words.NOTES)
    async with WorkbookSpool() as book:
        for table in (cover, *tables):
            await book.begin(table)
        for name, found in long.items():
            await _write_list(book, name, found, (rules.organisation_id, span), made_at.tzinfo or dtm.UTC)
    return ExportedWorkbook(f"{span.words}.xlsx", span.words, book.content, tuple(sheets))


async def _write_list(
    book: WorkbookSpool, name: str, found: LongList, of: tuple[int, Span], zone: dtm.tzinfo
) -> None:
    begin, shape = _LISTS[name]
    table = begin()
    await book.begin(table)
    async for rows in export_rows.read_list(found, *of):
        for start in range(0, len(rows), AT_ONCE):
            await book.add([shape(row, zone) for row in rows[start : start + AT_ONCE]], table.name)


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
    async with WorkbookSpool() as book:
        for table in (cover, *tables):
            await book.begin(table)
    return ExportedWorkbook(f"{words.REGISTERS}.xlsx", words.REGISTERS, book.content, sheets)
