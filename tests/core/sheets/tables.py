"""Small tables written as tests read them."""

import re

from services.core.sheets.grid import Cell, Grid, Range
from services.core.sheets.understand import understand
from services.core.sheets.understanding import Understanding

_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


def place(address: str) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(address)
    assert match, address
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def grid_of(table: str, merges: str = "", *, name: str = "表", **more) -> Grid:
    """One line per row, cells between bars, merges as "A1:B1 C2:C5"."""
    rows = [[text.strip() for text in line.split("|")] for line in table.strip("\n").splitlines()]
    width = max(len(row) for row in rows)
    ranges = tuple(
        Range(*place(start), *place(end)) for start, end in (merge.split(":") for merge in merges.split())
    )
    origins = {(merge.top, merge.left) for merge in ranges}
    cells = tuple(
        tuple(Cell(i, j, row[j] if j < len(row) else "", (i, j) in origins) for j in range(width))
        for i, row in enumerate(rows)
    )
    return Grid(name, cells, ranges, **more)


def read(table: str, merges: str = "", *, year: int = 2024, **more) -> Understanding:
    return understand([grid_of(table, merges, **more)], year=year)


def doubts(understanding: Understanding) -> dict[str, str]:
    """Address → reason."""
    return {doubt.address: doubt.key.removeprefix("import.doubt.") for doubt in understanding.doubts}
