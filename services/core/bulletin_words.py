"""A bulletin as lines of text: what is sent to groups and read on a phone."""

import datetime as dtm
from collections.abc import Iterator
from dataclasses import dataclass

from services.core.bulletin import Bulletin
from services.core.correcting import cell_words
from services.core.printing import PrintedCell, PrintedTable


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a bulletin; ``is_heading`` stands out."""

    text: str
    is_heading: bool = False


def write(bulletin: Bulletin) -> tuple[Written, ...]:
    """Write a whole bulletin, its annexes too; an empty line stands between its parts."""
    return (*write_text(bulletin), *write_annexes(bulletin))


def write_text(bulletin: Bulletin) -> tuple[Written, ...]:
    """Write a bulletin without its annexes."""
    return tuple(_text(bulletin))


def write_annexes(bulletin: Bulletin) -> tuple[Written, ...]:
    """Write the annexes: a line for each row."""
    lines: list[Written] = []
    for number, annex in enumerate(bulletin.annexes, start=1):
        label = f"附件{number}" if len(bulletin.annexes) > 1 else "附件"
        lines += [Written(""), Written(f"{label}　{annex.table.title}", is_heading=True)]
        lines += _table(annex.table)
    return tuple(lines)


def _text(bulletin: Bulletin) -> Iterator[Written]:
    yield Written(bulletin.title, is_heading=True)
    if number := number_words(bulletin.number, bulletin.total_number):
        yield Written(number)
    if bulletin.editor:
        yield Written(f"{bulletin.editor}编")
    if bulletin.addressees_first and bulletin.addressees:
        yield from (Written(""), Written(f"{bulletin.addressees}："))
    if bulletin.opening:
        yield Written(bulletin.opening)
    for section in bulletin.sections:
        yield from (Written(""), Written(section.heading, is_heading=True))
        yield from (Written(each.text) for each in section.paragraphs)
    yield Written("")
    for number_of, annex in enumerate(bulletin.annexes, start=1):
        label = "附件：" if number_of == 1 else "　　　"
        order = f"{number_of}." if len(bulletin.annexes) > 1 else ""
        yield Written(f"{label}{order}{annex.name}")
    if not bulletin.addressees_first and bulletin.addressees:
        yield Written(f"主送：{bulletin.addressees}")
    if bulletin.copied_to:
        yield Written(f"抄送：{bulletin.copied_to}")
    yield from _end(bulletin)


def _end(bulletin: Bulletin) -> Iterator[Written]:
    if bulletin.signer and bulletin.signed_on is not None:
        yield from (Written(bulletin.signer), Written(_day(bulletin.signed_on)))
    elif bulletin.printed_on is not None:
        yield Written(f"{bulletin.printed_by}　{_day(bulletin.printed_on)}印发")
    if bulletin.remark:
        yield Written(bulletin.remark)


def number_words(number: int, total: int) -> str:
    """Write 第2期（总第136期）; what is 0 is left out."""
    whole = f"第{number}期" if number else ""
    return whole + (f"（总第{total}期）" if total else "")


def _day(day: dtm.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _table(table: PrintedTable) -> Iterator[Written]:
    heads = [cell.text for row, _, cell in table.placed_head() if row == len(table.head) - 1]
    yield Written("｜".join(heads))
    for row in (*table.rows, *([table.total] if table.total else [])):
        yield Written("｜".join(_cells(row)))
    yield from (Written(note) for note in table.footnotes)


def _cells(row: tuple[PrintedCell, ...]) -> Iterator[str]:
    """Write a row; what is blank at its end, where one side of two is longer, is left out."""
    written = [cell_words(cell) for cell in row]
    while written and not written[-1]:
        written.pop()
    yield from (each or " " for each in written)
