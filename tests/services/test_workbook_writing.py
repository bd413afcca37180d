"""Workbooks read back: what was printed is there to the digit, and words stay words."""

import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from services.core.printing import Percentage, PrintedTable, simple_head
from services.documents import read_document
from services.documents.workbook_writing import WorkbookFile, workbook_bytes
from tests.services import printed


def table(*rows, name="表", widths=None, **more):
    widths = widths or (6,) * len(rows[0])
    return PrintedTable(name, "", simple_head(*("栏" for _ in widths)), widths, rows, **more)


def opened(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def first_sheet(content):
    return opened(content).get_sheet_by_index(0)


def xml(content, part="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(part).decode()


def read_back(*cells):
    return first_sheet(workbook_bytes([table(cells)])).to_python()[1]


def shown(number, shape):
    """Show a number as a spreadsheet does by the formats 0, 0.0 and 0.0%."""
    value = Decimal(repr(number)) * (100 if shape.endswith("%") else 1)
    return f"{value:.{len(shape.rstrip('%').partition('.')[2])}f}" + "%" * shape.endswith("%")


def test_every_figure_of_a_month_is_read_back_to_the_digit():
    grid = first_sheet(workbook_bytes([printed.dingnan()])).to_python()
    written = [
        [float(cell.value / 100) if isinstance(cell, Percentage) else cell for cell in row]
        for row in printed.dingnan().rows
    ]
    assert [row[:7] for row in grid[3:49]] == written
    assert grid[49] == ["合计", 15360, 1280, 1730, 1.352, 3680, 0.24]


def test_a_percentage_is_shown_with_its_decimals():
    content = workbook_bytes([printed.dingnan()])
    formats = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', xml(content, "xl/styles.xml")))
    styles = re.findall(r'<xf numFmtId="(\d+)"[^>]*xfId=', xml(content, "xl/styles.xml"))
    numbers = re.findall(r'<c r="[EG]\d+" s="(\d+)"><v>([^<]+)</v>', xml(content))
    seen = [shown(float(value), formats[styles[int(style)]]) for style, value in numbers]
    rates = [cell for row in printed.dingnan().rows for cell in row if isinstance(cell, Percentage)]
    assert seen == [*(f"{rate.value}%" for rate in rates), "135.2%", "24.0%"]


@settings(max_examples=30)
@given(st.decimals(min_value=0, max_value=10**6, places=2), st.integers(0, 10**12))
def test_any_figure_is_read_back_exactly(value, count):
    assert read_back(value, Percentage(value), count) == [float(value), float(value / 100), count]


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_written_as_words():
    assert read_back(12345678901234567890, Percentage(Decimal("NaN"))) == ["12345678901234567890", "NaN%"]


@pytest.mark.parametrize(
    "words",
    [
        "=1+1",
        '=HYPERLINK("http://a.example","b")',
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1",
        "http://a.example",
        "mailto:a@a.example",
        "internal:Sheet1!A1",
        "12",
        "00012",
        "1e5",
        "2024-02-01",
        "TRUE",
        "{=A1}",
        "_x0041_",
        "<b>粗</b> & \"'",
        "两　　格  ",
    ],
)
def test_words_stay_the_words_they_are(words):
    content = workbook_bytes([table((words, "乙"))])
    assert first_sheet(content).to_python()[1] == [words, "乙"]
    assert "<f>" not in xml(content)
    assert "<hyperlink" not in xml(content)


def test_words_that_would_become_a_formula_when_edited_are_marked_as_words():
    assert 'quotePrefix="1"' in xml(workbook_bytes([table(("=1+1",))]), "xl/styles.xml")
    assert 'quotePrefix="1"' not in xml(workbook_bytes([table(("甲",))]), "xl/styles.xml")


@pytest.mark.parametrize(
    ("words", "left"),
    [("甲\x00\x0b乙\x1f", "甲\n乙"), ("甲\u202e乙\u200f", "甲乙"), ("\ufffe\ud800甲", "甲")],
)
def test_what_no_workbook_may_hold_is_left_out(words, left):
    assert read_back(words, "乙") == [left, "乙"]


def test_a_blank_a_dash_and_a_zero_are_three_things():
    assert read_back(None, "–", 0) == ["", "–", 0]


def test_a_printed_number_with_a_hole_is_kept():
    grid = first_sheet(workbook_bytes([printed.headed()])).to_python()
    assert [row[0] for row in grid[4:6]] == [1, 3]


def test_heads_title_and_joined_cells_are_merged():
    merges = set(first_sheet(workbook_bytes([printed.headed()])).merged_cell_ranges)
    assert merges == {
        ((0, 0), (0, 4)),
        ((1, 0), (3, 0)),
        ((1, 1), (3, 1)),
        ((1, 2), (1, 4)),
        ((2, 2), (3, 2)),
        ((2, 3), (2, 4)),
        ((5, 3), (6, 4)),
    }


def test_a_joined_cell_says_its_words_once():
    grid = first_sheet(workbook_bytes([printed.headed()])).to_python()
    assert [row[3:] for row in grid[4:]] == [["–", ""], ["按要求发布", ""], ["", ""]]


def test_the_head_stays_in_view_and_is_printed_on_each_page_of_one_width():
    content = workbook_bytes([printed.headed()])
    assert 'ySplit="4"' in xml(content)
    assert 'paperSize="9"' in xml(content)
    assert 'fitToHeight="0"' in xml(content)
    assert "$2:$4</definedName>" in xml(content, "xl/workbook.xml")


def test_a_wide_table_lies_across():
    assert 'orientation="landscape"' in xml(workbook_bytes([printed.cangxi_findings()]))
    assert 'orientation="portrait"' in xml(workbook_bytes([printed.dingnan()]))


@pytest.mark.parametrize(
    ("wanted", "called"),
    [
        (["任务[分配]表/2024"], ["任务 分配 表 2024"]),
        (["", ""], ["表", "表（2）"]),
        (["'甲'", "history"], ["甲", "history表"]),
        (["A", "a", "A（2）"], ["A", "a（2）", "A（2）（2）"]),
        (["长" * 40, "长" * 40], ["长" * 31, "长" * 28 + "（2）"]),
        (["\U00020000" * 20], ["\U00020000" * 15]),
    ],
)
def test_sheets_have_legal_names_each_its_own(wanted, called):
    assert opened(workbook_bytes([table(("甲",), name=name) for name in wanted])).sheet_names == called


def test_the_same_tables_are_the_same_bytes():
    tables = [printed.dingnan(), printed.cangxi_findings()]
    assert workbook_bytes(tables) == workbook_bytes(tables)
    assert workbook_bytes(tables) != workbook_bytes(tables[:1])


def test_a_table_without_rows_is_a_head_with_its_notes():
    grid = first_sheet(workbook_bytes([table(widths=(6, 6), footnotes=("备注：无。",))])).to_python()
    assert grid == [["栏", "栏"], ["备注：无。", ""]]


def test_rows_may_come_one_after_another(tmp_path):
    with WorkbookFile(tmp_path / "a.xlsx") as workbook:
        workbook.begin(table(("甲", 1), total=("合计", 6)))
        workbook.add([("乙", 2)])
        workbook.add(iter([("丙", 3)]))
    grid = first_sheet((tmp_path / "a.xlsx").read_bytes()).to_python()
    assert grid[1:] == [["甲", 1], ["乙", 2], ["丙", 3], ["合计", 6]]


def test_a_row_of_another_width_is_refused(tmp_path):
    with WorkbookFile(tmp_path / "a.xlsx") as workbook:
        with pytest.raises(ValueError, match="甲"):
            workbook.add([("甲",)])
        workbook.begin(table(("甲", 1)))
        with pytest.raises(ValueError, match="甲"):
            workbook.add([("甲",)])


def test_our_own_reader_understands_what_is_written():
    document = read_document(workbook_bytes([printed.cangxi_counts()]), "annex.xlsx")
    texts = [[cell.text for cell in row] for row in document.sheets[0].cells]
    assert texts[1][0] == "乡镇"
    assert texts[2] == ["陵江镇", "67", "61", "", "县发改局", "14", "11", ""]
    assert texts[40] == ["双河乡", "7", "5", "", "", "", "", ""]
