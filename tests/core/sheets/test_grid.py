import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.sheets.grid import Cell, Grid, Range, address_of
from tests.core.sheets.tables import grid_of, place


@pytest.mark.parametrize(
    ("row", "column", "address"),
    [(0, 0, "A1"), (4, 2, "C5"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 701, "ZZ1"), (0, 702, "AAA1")],
)
def test_an_address_is_what_sheets_print(row, column, address):
    assert address_of(row, column) == address


@given(st.integers(0, 100_000), st.integers(0, 20_000))
def test_an_address_leads_back_to_its_cell(row, column):
    assert place(address_of(row, column)) == (row, column)


def test_the_origin_speaks_for_the_whole_merge():
    grid = grid_of("a|b\nc|\n|", "A2:B3")
    assert [grid.text_at(row, column) for row in (1, 2) for column in (0, 1)] == ["c"] * 4
    assert grid.cell_at(2, 1).address == "A2"
    assert grid.cell_at(0, 1).address == "B1"
    assert grid.merges[0].address == "A2:B3"


def test_a_merge_that_reaches_beyond_the_table_is_cut():
    grid = grid_of("a|b", "A1:A999999")
    assert grid.text_at(0, 1) == "b"


def test_many_merges_over_each_other_do_not_multiply_the_work():
    cells = tuple(tuple(Cell(i, j, "x") for j in range(50)) for i in range(50))
    grid = Grid("表", cells, tuple(Range(0, 0, 49, 49) for _ in range(10_000)))
    assert grid.cell_at(49, 49).address == "A1"
