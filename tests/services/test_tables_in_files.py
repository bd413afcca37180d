"""The same kinds of tables as sheets, letters and texts: what only a file has, such as dates and merges."""

import datetime as dtm
import io

import docx
import pytest
import xlsxwriter

from services.core.sheets.understand import understand
from services.documents import read_document


def said(content: bytes) -> tuple[set[tuple[str, str, int, int]], list[str]]:
    """Counts by unit, category and month, and the addresses in doubt."""
    read = understand(read_document(content, "表").sheets, year=2024)
    names = {unit.position: unit.name for unit in read.units}
    counts = {(names[one.position], one.category, one.month, one.count) for one in read.counts}
    return counts, [doubt.address for doubt in read.doubts]


def test_dates_stand_for_months_in_heads_and_for_nothing_in_cells():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("一")
        month, day = book.add_format({"num_format": "m月"}), book.add_format({"num_format": "m-d"})
        sheet.write_row(0, 0, ["信息发布情况"])
        sheet.write(1, 0, "单位")
        for column in (1, 2):
            sheet.write_datetime(1, column, dtm.date(2024, column, 1), month)
        sheet.write_row(2, 0, ["公安局", 3, "４条"])
        sheet.write_row(3, 0, ["民政局", 5])
        sheet.write_datetime(3, 2, dtm.date(2024, 1, 3), day)  # 1-3 typed
    assert said(buffer.getvalue()) == (
        {("公安局", "信息发布", 1, 3), ("公安局", "信息发布", 2, 4), ("民政局", "信息发布", 1, 5)},
        ["C4"],
    )


def test_a_sheet_for_each_month_and_a_cover_make_one_year():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("封面").write("A1", "某县信息发布")
        for month in (1, 2):
            sheet = book.add_worksheet(f"{month}月")
            sheet.merge_range("A1:C1", "2024年信息发布情况")
            sheet.write_row(1, 0, ["单位", "发布数", "完成率"])
            sheet.write_row(2, 0, ["公安局", month * 10, 0.5])
            sheet.write_row(3, 0, ["合计", month * 10])
    assert said(buffer.getvalue()) == ({("公安局", "信息发布", 1, 10), ("公安局", "信息发布", 2, 20)}, [])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_text_table_of_two_levels_is_read_in_the_offices_encoding(separator):
    rows = ["2024年信息发布情况", "单位|动态||法定|", "|1月|2月|1月|2月", "公安局|1|2|3|4", "合计|1|2|3|5"]
    content = "\r\n".join(rows).replace("|", separator).encode("gb18030")
    counts = {
        ("公安局", "动态", 1, 1),
        ("公安局", "动态", 2, 2),
        ("公安局", "法定", 1, 3),
        ("公安局", "法定", 2, 4),
    }
    assert said(content) == (counts, ["E5"])


def test_a_letter_with_two_tables_of_merged_heads_is_read_whole():
    document = docx.Document()
    for group, unit in (("乡镇", "绥山镇"), ("部门", "公安局")):
        document.add_paragraph(f"2024年2月{group}信息发布情况")
        table = document.add_table(3, 3)
        for (row, column), text in {(0, 0): "单位", (0, 1): "网站", (1, 1): "动态", (1, 2): "法定"}.items():
            table.cell(row, column).text = text
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(0, 1).merge(table.cell(0, 2))
        for column, text in enumerate((unit, "3", "４篇")):
            table.cell(2, column).text = text
    buffer = io.BytesIO()
    document.save(buffer)
    assert said(buffer.getvalue()) == (
        {
            (unit, name, 2, count)
            for unit in ("绥山镇", "公安局")
            for name, count in (("动态", 3), ("法定", 4))
        },
        [],
    )
