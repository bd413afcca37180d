"""Write the two example workbooks in the office's own layout: `python examples/make.py`.

The figures come from the text tables in `sources/`; heads, duties and notes are printed here as the offices
print them. The same sources give the same bytes.
"""

import csv
import datetime as dtm
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

HERE = Path(__file__).parent
MADE_ON = dtm.datetime.fromisoformat("2024-01-01")  # fixed, so that the same sources give the same bytes

EMEISHAN_TITLE = "峨眉山市2024年政府门户网站及政务新媒体保障基本任务分配及分值表"
EMEISHAN_HEADS = (
    ("A3:A5", "序号"),
    ("B3:B5", "单位名称"),
    ("C3:K3", "政府门户网站"),
    ("L3", ""),
    ("M3:M5", "政务新媒体"),
    ("N3:N5", "政务公开工作其他要求"),
    ("C4:C5", "动态\n通知类"),
    ("D4:D5", "法定主动公开内容"),
    ("E4:I4", "五公开"),
    ("J4:J5", "政务公开日活动信息"),
    ("K4:K5", "政策解读"),
    ("L4:L5", "调查\n征集"),
    ("E5", "决策\n公开"),
    ("F5", "执行\n公开"),
    ("G5", "管理\n公开"),
    ("H5", "服务\n公开"),
    ("I5", "结果\n公开"),
)
EMEISHAN_DUTIES = {
    "K": "以市政府、市政府办名义印发的主动公开文件或各单位自行印发的规范性文件均要求进行政策解读。",
    "L": "每完成1条调查征集类信息，在全年综合计分时可获得加分。",
    "N": "规范办理政府信息依申请公开并录入四川省政府信息目录管理系统；"
    "按要求发布上一年度政府信息公开年度报告。",
}
EMEISHAN_NOTE = "备注：对未完成目标任务的单位视情况扣减2024年综合目标分。"
FIRST_ROW = 6
RESTATED_AT = "20"  # 序号 after the page break, where the merged duties are printed again

DINGNAN_TITLE = "责任单位政府信息公开情况"


def main() -> None:
    """Write both workbooks beside this file."""
    make_emeishan(HERE / "emeishan-2024-quotas.xlsx")
    make_dingnan(HERE / "dingnan-2024-02.xlsx")


def make_emeishan(target: Path) -> None:
    """The quota table: heads of three levels, duties merged over all rows, 序号 without 24."""
    rows = _read("emeishan-2024-quotas.csv")[1:]
    with _workbook(target) as book:
        sheet = book.add_worksheet("任务分配表")
        styles = _styles(book)
        sheet.write_string("A1", "附件2")
        sheet.merge_range("A2:N2", EMEISHAN_TITLE, styles["title"])
        for place, text in EMEISHAN_HEADS:
            _write(sheet, place, text, styles["head"])
        for number, row in enumerate(rows, start=FIRST_ROW):
            sheet.write_number(f"A{number}", int(row[0]), styles["cell"])
            for letter, text in zip("BCDEFGHIJM", row[1:], strict=True):
                sheet.write_string(f"{letter}{number}", text.replace("（", "\n（"), styles["cell"])
        last = FIRST_ROW + len(rows) - 1
        restated = FIRST_ROW + [row[0] for row in rows].index(RESTATED_AT)
        for letter, text in EMEISHAN_DUTIES.items():
            sheet.merge_range(f"{letter}{FIRST_ROW}:{letter}{restated - 1}", text, styles["cell"])
            sheet.merge_range(f"{letter}{restated}:{letter}{last}", text, styles["cell"])
        sheet.merge_range(f"A{last + 1}:N{last + 1}", EMEISHAN_NOTE, styles["note"])
        sheet.set_column("A:A", 5)
        sheet.set_column("B:B", 22)
        sheet.set_column("C:J", 8)
        sheet.set_column("K:N", 16)
        _set_print(sheet, head_rows=(2, 4))
        sheet.set_landscape()


def make_dingnan(target: Path) -> None:
    """The monthly table: numbers as numbers, rates as numbers that show the printed percentage."""
    head, *rows = _read("dingnan-2024-02.csv")
    with _workbook(target) as book:
        sheet = book.add_worksheet("2月")
        styles = _styles(book)
        sheet.merge_range("A1:G1", DINGNAN_TITLE, styles["title"])
        for letter, text in zip("ABCDEFG", head, strict=True):
            sheet.write_string(f"{letter}2", text, styles["head"])
        for number, row in enumerate(rows, start=3):
            sheet.write_string(f"A{number}", row[0], styles["cell"])
            for letter, text in zip("BCDEFG", row[1:], strict=True):
                if text.endswith("%"):
                    sheet.write_number(f"{letter}{number}", Decimal(text[:-1]) / 100, styles["rate"])
                else:
                    sheet.write_number(f"{letter}{number}", int(text), styles["cell"])
        sheet.set_column("A:A", 20)
        sheet.set_column("B:G", 13)
        _set_print(sheet, head_rows=(0, 1))


def _read(name: str) -> list[list[str]]:
    with (HERE / "sources" / name).open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source))


def _workbook(target: Path) -> xlsxwriter.Workbook:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(target), options)
    book.set_properties({"created": MADE_ON})
    return book


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    grid = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "font_name": "宋体"}
    return {
        "title": book.add_format({"align": "center", "font_name": "方正小标宋简体", "font_size": 18}),
        "head": book.add_format({**grid, "bold": True}),
        "cell": book.add_format(grid),
        "rate": book.add_format({**grid, "num_format": "0.0%"}),
        "note": book.add_format({"font_name": "宋体", "text_wrap": True}),
    }


def _write(sheet: Worksheet, place: str, text: str, style: Format) -> None:
    if ":" in place:
        sheet.merge_range(place, text, style)
    else:
        sheet.write_string(place, text, style)


def _set_print(sheet: Worksheet, *, head_rows: tuple[int, int]) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)  # one page wide, as long as needed
    sheet.repeat_rows(*head_rows)
    sheet.freeze_panes(head_rows[1] + 1, 1)


if __name__ == "__main__":
    main()
