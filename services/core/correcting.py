"""What an issued bulletin says and what would be said today: old and new, place by place (更正)."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.core.bulletin import Bulletin
from services.core.numbers import format_percent
from services.core.printing import Percentage, PrintedCell, PrintedTable


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that reads otherwise now; ``where`` names it as it is printed, "" is not there."""

    where: str
    old: str
    new: str


def differences(old: Bulletin, new: Bulletin) -> tuple[Difference, ...]:
    """List what differs between two bulletins of one period, in the order in which it is printed.

    Numbers and days are not compared: only what a bulletin tells.
    """
    return (*_of_text(old, new), *_of_tables(old, new))


_VALUES = ("数", "比", "比例", "（条）", "（处）", "主办单位", "级别", "突出问题", "是否整改")
"""The heads of columns that hold no name of their row end so."""


def _of_text(old: Bulletin, new: Bulletin) -> Iterator[Difference]:
    before, after = _paragraphs(old), _paragraphs(new)
    for place in dict.fromkeys((*before, *after)):
        was, now = before.get(place, ("", "")), after.get(place, ("", ""))
        if was[1] != now[1]:
            yield Difference(was[0] or now[0], was[1], now[1])


def _paragraphs(bulletin: Bulletin) -> dict[tuple[str, int], tuple[str, str]]:
    """Give the heading and the text of each paragraph, by its place and which of the place's it is."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for section in bulletin.sections:
        for each in section.paragraphs:
            at = sum(place == each.place for place, _ in found)
            found[each.place, at] = (section.heading, each.text)
    return found


def _of_tables(old: Bulletin, new: Bulletin) -> Iterator[Difference]:
    before = {annex.table.name: annex.table for annex in old.annexes}
    after = {annex.table.name: annex.table for annex in new.annexes}
    for name in dict.fromkeys((*before, *after)):
        was = _cells(before[name]) if name in before else {}
        now = _cells(after[name]) if name in after else {}
        for where in dict.fromkeys((*was, *now)):
            if was.get(where, "") != now.get(where, ""):
                yield Difference(where, was.get(where, ""), now.get(where, ""))


def _cells(table: PrintedTable) -> dict[str, str]:
    """Give what stands in a table, by 单位·栏目; what repeats the row's own name is left out."""
    heads = {column: cell.text for _, column, cell in table.placed_head()}
    found: dict[str, str] = {}
    for row in (*table.rows, *([table.total] if table.total else [])):
        name = ""
        for column, cell in enumerate(row):
            if isinstance(cell, str) and not heads[column].endswith(_VALUES):
                name = cell
            elif cell is not None:
                found[_free(found, f"{name}·{heads[column]}")] = cell_words(cell)
    return found


def _free(found: dict[str, str], where: str) -> str:
    """Tell a second row of the same name from the first."""
    number = 1
    while where in found:
        number += 1
        where = f"{where.rstrip('0123456789')}{number}"
    return where


def cell_words(cell: PrintedCell) -> str:
    """Write a cell as it is printed; "" where it is blank."""
    if isinstance(cell, Percentage):
        return format_percent(cell.value)
    return "" if cell is None else str(cell)
