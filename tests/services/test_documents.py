"""The office's files: every kind gives the same table, and a hostile one gives a clear answer."""

import csv
import hashlib
import importlib.util
import io
import json
import random
import re
import struct
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import docx
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from locales import Catalogue
from models.enums import Cadence, DutyKind
from services.core.errors import UserError
from services.core.sheets.understand import understand
from services.core.sheets.understanding import Meaning, Understanding
from services.documents import Document, limits, read_document
from services.documents.errors import (
    DocumentDamaged,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentKindOld,
    DocumentKindUnknown,
    DocumentTooLarge,
    SheetTooLarge,
)

ROOT = Path(__file__).parents[2]
EXAMPLES, SAMPLES = ROOT / "examples", Path(__file__).parents[1] / "samples"
EMEISHAN = [
    EXAMPLES / "emeishan-2024-quotas.xlsx",
    SAMPLES / "emeishan-2024-quotas.xls",
    SAMPLES / "emeishan-2024-quotas.docx",
    SAMPLES / "emeishan-2024-quotas.gb18030.csv",
]
DINGNAN = [
    EXAMPLES / "dingnan-2024-02.xlsx",
    SAMPLES / "dingnan-2024-02.xls",
    EXAMPLES / "sources" / "dingnan-2024-02.csv",
]
MONTHLY = 12
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def load(path: Path) -> Document:
    return read_document(path.read_bytes(), path.name)


def understood(path: Path) -> Understanding:
    return understand(load(path).sheets, year=2024)


def xlsx(rows, **options) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("一")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    return buffer.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return buffer.getvalue()


def texts(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in read_document(content, "表").sheets[0].cells]


# The two published tables


@pytest.mark.parametrize("path", EMEISHAN, ids=lambda path: path.suffix)
def test_emeishan_has_44_units_and_keeps_its_hole_at_24(path):
    units = understood(path).units
    assert [int(unit.printed_number) for unit in units] == [n for n in range(1, 46) if n != 24]
    assert [unit.position for unit in units] == list(range(1, 45))
    assert (units[0].name, units[-1].name) == ("市司法局", "黄湾镇")


@pytest.mark.parametrize("path", EMEISHAN, ids=lambda path: path.suffix)
def test_emeishan_owes_what_the_table_adds_up_to(path):
    read = understood(path)
    per_year: Counter[str] = Counter()
    exempt: dict[str, set[str]] = defaultdict(set)
    names = {unit.position: unit.name for unit in read.units}
    for quota in read.quotas:
        if quota.target is None:
            exempt[quota.category].add(names[quota.position])
        elif not quota.is_per_account:
            per_year[quota.category] += quota.target * (MONTHLY if quota.cadence is Cadence.MONTHLY else 1)
    open_heads = ["决策公开", "执行公开", "管理公开", "服务公开", "结果公开"]
    assert per_year == {
        "动态通知类": 1056,
        "法定主动公开内容": 240,
        **dict.fromkeys(open_heads, 40),
        "政务公开日活动信息": 44,
        "政务新媒体": 3 * 4 * MONTHLY,
    }
    assert len(exempt["法定主动公开内容"]) == 28
    assert len(exempt["政务新媒体"]) == 38
    for category in open_heads:
        assert exempt[category] == {"市公共资源交易中心", "市信访局", "市气象局", "市退役军人局"}


@pytest.mark.parametrize("path", EMEISHAN, ids=lambda path: path.suffix)
def test_emeishan_asks_three_units_for_every_account(path):
    read = understood(path)
    media = {
        read.units[quota.position - 1].name: quota.is_per_account
        for quota in read.quotas
        if quota.category == "政务新媒体" and quota.target == 4
    }
    assert media == {
        "市司法局": True,
        "市市场监管局": True,
        "市公安局": True,
        "市教育局": False,
        "市文体旅游局": False,
        "市住建局": False,
    }


@pytest.mark.parametrize("path", EMEISHAN, ids=lambda path: path.suffix)
def test_emeishan_binds_every_unit_to_three_duties_without_a_number(path):
    read = understood(path)
    assert [(duty.category, duty.kind, len(duty.positions)) for duty in read.duties] == [
        ("政策解读", DutyKind.DUTY, 44),
        ("调查征集", DutyKind.BONUS, 44),
        ("政务公开工作其他要求", DutyKind.DUTY, 44),
    ]
    assert read.duties[1].text == "每完成1条调查征集类信息，在全年综合计分时可获得加分。"


@pytest.mark.parametrize("path", EMEISHAN, ids=lambda path: path.suffix)
def test_emeishan_leaves_nothing_in_doubt(path):
    read = understood(path)
    assert not read.doubts
    assert (read.year, read.title) == (2024, "峨眉山市2024年政府门户网站及政务新媒体保障基本任务分配及分值表")
    assert {c.name: (c.division, c.area) for c in read.categories}["决策公开"] == ("五公开", "政府门户网站")
    remarks = {(remark.key, *remark.params.values()) for remark in read.remarks}
    assert remarks == {
        ("import.remark.number_missing", 24),
        ("import.remark.note", "备注：对未完成目标任务的单位视情况扣减2024年综合目标分。"),
    }


@pytest.mark.parametrize("path", DINGNAN, ids=lambda path: path.suffix)
def test_dingnan_adds_up_and_january_is_the_rest(path):
    read = understood(path)
    assert len(read.units) == 46
    targets: Counter[Cadence] = Counter()
    for quota in read.quotas:
        targets[quota.cadence] += quota.target or 0
    assert targets == {Cadence.YEARLY: 15360, Cadence.MONTHLY: 1280}
    months = Counter(dict.fromkeys((1, 2), 0))
    for count in read.counts:
        months[count.month] += count.count
        assert count.is_derived == (count.month == 1)
    assert months == {1: 1950, 2: 1730}
    assert months.total() == 3680


@pytest.mark.parametrize("path", DINGNAN[:2], ids=lambda path: path.suffix)
def test_all_92_rates_of_dingnan_agree(path):
    read = understood(path)
    rates = [column for column in read.columns if column.meaning in {Meaning.MONTH_RATE, Meaning.YEAR_RATE}]
    assert [column.letter for column in rates] == ["E", "G"]
    assert not read.doubts
    assert not read.remarks
    assert [category.name for category in read.categories] == ["政府信息公开"]


def test_one_wrong_rate_of_dingnan_is_named_by_its_cell():
    with (EXAMPLES / "sources" / "dingnan-2024-02.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    place = next(i for i, row in enumerate(rows) if row[0] == "金融服务中心")
    rows[place][6] = "21.2%"  # what rounding half to even would print
    content = "\n".join(",".join(row) for row in [["责任单位政府信息公开情况"], *rows]).encode()
    [doubt] = understand(read_document(content, "表.csv").sheets, year=2024).doubts
    assert (doubt.address, doubt.params) == (f"G{place + 2}", {"printed": "21.2%", "computed": "21.3%"})


def test_the_examples_are_rebuilt_byte_for_byte(tmp_path):
    spec = importlib.util.spec_from_file_location("make", EXAMPLES / "make.py")
    assert spec
    assert spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    make.make_emeishan(tmp_path / "emeishan-2024-quotas.xlsx")
    make.make_dingnan(tmp_path / "dingnan-2024-02.xlsx")
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (EXAMPLES / made.name).read_bytes()


def test_the_example_people_belong_to_units_of_the_example_sheets():
    people = json.loads((EXAMPLES / "people.json").read_text(encoding="utf-8"))
    sheets = {one["name"]: understood(EXAMPLES / one["sheet"]) for one in people["organisations"]}
    for person in people["people"]:
        for binding in person["bindings"]:
            names = {unit.name for unit in sheets[binding["organisation"]].units}
            assert binding.get("unit") in names or binding["role"] in {"administrator", "leader"}
    ids = [person["id"] for person in people["people"]]
    assert len(set(ids)) == len(ids)
    assert all(set(group["members"]) <= set(ids) and group["id"] < 0 for group in people["groups"])


# What every kind of file has in common


def test_the_digest_is_of_the_bytes():
    content = EMEISHAN[0].read_bytes()
    assert read_document(content, "甲").digest == read_document(content, "乙").digest
    assert load(EMEISHAN[0]).digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("path", [*EMEISHAN, *DINGNAN], ids=lambda path: path.name)
def test_the_name_says_nothing_about_the_kind(path):
    renamed = read_document(path.read_bytes(), "照片.jpg")
    assert [sheet.cells for sheet in renamed.sheets] == [sheet.cells for sheet in load(path).sheets]


def test_numbers_are_printed_as_spreadsheets_show_them():
    assert texts(xlsx([[12.0, 0.1 + 0.2, 1e15, -3.5, True, "12.0", 1 / 3]])) == [
        ["12", "0.3", "1000000000000000", "-3.5", "TRUE", "12.0", "0.333333333333333"]
    ]


def test_text_loses_what_cannot_be_seen_and_keeps_its_punctuation():
    shown = texts(xlsx([["市\u200b司\u202e法局\u00a0 \r\n\r\n（甲），", "\u3000"]]))
    assert shown == [["市司法局\n（甲），", ""]]


def test_a_formula_without_its_result_is_marked():
    [sheet] = load(SAMPLES / "formulas.xlsx").sheets
    assert [cell.address for row in sheet.cells for cell in row if cell.is_uncomputed] == ["B3", "D4"]


def test_a_formula_with_an_error_is_marked():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B1", "=1+1", None, 2)
    [[broken, fine]] = read_document(buffer.getvalue(), "表").sheets[0].cells
    assert (broken.is_uncomputed, fine.is_uncomputed, fine.text) == (True, False, "2")


def test_hidden_sheets_stay_hidden():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("甲").write("A1", "x")
        hidden = book.add_worksheet("乙")
        hidden.write("A1", "x")
        hidden.hide()
    document = read_document(buffer.getvalue(), "表")
    assert ([sheet.name for sheet in document.sheets], document.hidden) == (["甲"], ("乙",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_are_read_in_every_encoding_and_with_every_separator(encoding, separator):
    rows = [["单位名称", "动态"], ["市司法局", "2条/月"], ["绥山镇", "–"]]
    content = "\r\n".join(separator.join(row) for row in rows).encode(encoding, errors="replace")
    if encoding == "gbk":
        rows[2][1] = content.decode("gbk").splitlines()[2].split(separator)[1]
    assert texts(content) == rows


def test_quoted_line_breaks_stay_in_their_cell():
    assert texts('单位,要求\n甲局,"按季,\n报送"'.encode()) == [["单位", "要求"], ["甲局", "按季,\n报送"]]


def test_a_word_table_has_its_merges_and_the_paragraphs_around_it():
    document = docx.Document()
    document.add_paragraph("任务表")
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(1, 1)).text = "大"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "高"
    document.add_paragraph("备注：略")
    document.add_table(1, 1).cell(0, 0).text = "第二张"
    buffer = io.BytesIO()
    document.save(buffer)
    first, second = read_document(buffer.getvalue(), "表").sheets
    assert {merge.address for merge in first.merges} == {"A1:B2", "C2:C3"}
    assert (first.text_at(1, 1), first.text_at(2, 2), first.text_at(2, 0)) == ("大", "高", "20")
    assert (first.above, second.above, second.name) == (("任务表",), ("备注：略",), "表2")


def test_macros_and_pictures_are_never_unpacked():
    bomb = b"\0" * (limits.MAX_UNPACKED + 1)
    content = repacked(xlsx([["单位"]]), {"xl/vbaProject.bin": bomb, "xl/media/image1.png": bomb})
    assert texts(content) == [["单位"]]
    assert read_document(content, "表.xlsm").has_macros


# What is refused


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", DocumentEmpty),
        (b"\n\n , ,\n", DocumentEmpty),
        (b"%PDF-1.7\n\0\1\2", DocumentKindUnknown),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, DocumentKindUnknown),
        ("<html><table><tr><td>单位</td></tr></table></html>".encode(), DocumentKindUnknown),
        (b"PK\x03\x04" + b"x" * 64, DocumentDamaged),
        (COMPOUND + "WordDocument\0".encode("utf-16-le"), DocumentKindOld),
        (
            COMPOUND + b"\0" * 2048 + "PowerPoint Document\0".encode("utf-16-le"),
            DocumentKindUnknown,
        ),
        (COMPOUND + "Workbook\0".encode("utf-16-le"), DocumentDamaged),
        (xlsx([]), DocumentEmpty),
        (repacked(xlsx([["x"]]), {SHEET: b"<worksheet><sheetData>"}), DocumentDamaged),
        (
            repacked(xlsx([["x"]]), {SHEET: b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}),
            DocumentDamaged,
        ),
        (repacked(xlsx([["x"]]), {SHEET: b'<?xml version="1.0" encoding="UTF-99"?><a/>'}), DocumentDamaged),
        (b"x" * (limits.MAX_CONTENT + 1), DocumentTooLarge),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_refused_for_its_reason(content, error):
    with pytest.raises(error):
        read_document(content, "表.xlsx")


def test_a_password_is_named():
    with pytest.raises(DocumentEncrypted):
        load(SAMPLES / "encrypted.xlsx")


def test_other_packed_documents_are_unknown():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(DocumentKindUnknown):
        read_document(buffer.getvalue(), "表.ods")


def test_a_bomb_is_measured_before_it_is_unpacked():
    bomb = b"<worksheet><sheetData>" + b" " * limits.MAX_UNPACKED
    content = repacked(xlsx([["x"]]), {SHEET: bomb})
    assert len(content) < limits.MEGABYTE
    with pytest.raises(DocumentTooLarge):
        read_document(content, "表.xlsx")


def test_a_directory_that_lies_about_a_size_is_found_out():
    content = bytearray(repacked(xlsx([["x"]]), {SHEET: b" " * 5_000_000}))
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46  # its entry in the central directory
    assert content[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, place + 24, 100)
    with pytest.raises(DocumentDamaged):
        read_document(bytes(content), "表.xlsx")


@pytest.mark.parametrize("row", [["x"], ["x"] * (limits.MAX_COLUMNS + 1)], ids=["long", "wide"])
def test_a_table_beyond_the_bounds_is_refused_by_its_name(row):
    rows = [row] * (50_000 if len(row) == 1 else 1)
    with pytest.raises(SheetTooLarge) as caught:
        read_document(xlsx(rows), "表.xlsx")
    assert caught.value.params["sheet"] == "一"
    with pytest.raises(SheetTooLarge):
        read_document("\n".join(",".join(row) for row in rows).encode(), "表.csv")


def test_two_cells_in_opposite_corners_ask_for_no_memory():
    corner = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(SheetTooLarge):
        read_document(repacked(xlsx([["x"]]), {SHEET: corner}), "表.xlsx")


def test_blank_cells_far_away_are_no_part_of_the_table():
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    blank = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    assert texts(repacked(xlsx([["x"]]), {SHEET: blank})) == [["1"]]


def test_an_old_workbook_that_asks_for_terabytes_is_refused():
    content = bytearray((SAMPLES / "dingnan-2024-02.xls").read_bytes())
    place = content.index(struct.pack("<HH", 0x200, 14))  # the record of the sheet's dimensions
    struct.pack_into("<IIHHH", content, place + 4, 0, 400_000_000, 0, 256, 0)
    with pytest.raises(DocumentTooLarge):
        read_document(bytes(content), "表.xls")


def test_one_long_text_shared_by_many_cells_is_refused():
    cells = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(100))
    sheet = b"<worksheet><sheetData>" + b"<row>" + cells + b"</row>" + b"</sheetData></worksheet>"
    sheet = sheet.replace(b"</row>", b"</row>" + (b"<row>" + cells + b"</row>") * 400)
    shared = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    content = repacked(xlsx([["x"]]), {SHEET: sheet, "xl/sharedStrings.xml": shared})
    with pytest.raises((SheetTooLarge, DocumentTooLarge)):
        read_document(content, "表.xlsx")


@pytest.mark.parametrize("path", [*EMEISHAN[:3], DINGNAN[1]], ids=lambda path: path.suffix)
def test_a_file_cut_short_or_scratched_is_an_error_of_ours_or_a_table(path):
    content = path.read_bytes()
    dice = random.Random(7)
    for _ in range(8):
        scratched = bytearray(content[: dice.randrange(len(content) // 2, len(content))])
        for _ in range(20):
            scratched[dice.randrange(8, len(scratched))] = dice.randrange(256)
        try:
            understand(read_document(bytes(scratched), path.name).sheets, year=2024)
        except UserError:
            continue


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_break_the_reader_of_text_tables(content):
    try:
        document = read_document(content, "表.csv")
    except UserError:
        return
    assert all(len(row) == sheet.width for sheet in document.sheets for row in sheet.cells)


# What people read


def reasons(folder: Path, kind: str) -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    return set(re.findall(rf'\.{kind}\(\s*(?:""|[^",]+),\s*"([a-z_]+)"', source))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_doubt_remark_and_meaning_has_a_text(language):
    catalogue = Catalogue.load().texts(language)
    core = ROOT / "services" / "core" / "sheets"
    expected = {f"import.doubt.{reason}" for reason in reasons(core, "doubt")}
    expected |= {f"import.meaning.{meaning}" for meaning in Meaning}
    expected |= {f"import.remark.{reason}" for reason in reasons(core, "remark")}
    # Of a register: only who knows today can tell.
    told = ("last_post_impossible", "look_impossible", "look_doubtful")
    expected |= {f"import.doubt.{reason}" for reason in told}
    expected |= {
        f"import.remark.{reason}"
        for reason in ("sheet_hidden", "macros_ignored", "month_ahead", "export_unread")
    }
    assert len(reasons(core, "doubt")) > 20
    written = {key for key in catalogue.forms if re.match(r"import\.(doubt|remark|meaning)\.", key)}
    assert written == expected


def test_the_samples_stay_small():
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 200_000


@pytest.mark.parametrize("content", [b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n", b"{\\rtf1 1,2,3}"])
def test_a_kind_written_in_letters_is_not_taken_for_a_table(content: bytes) -> None:
    with pytest.raises(DocumentKindUnknown):
        read_document(content, "table.pdf")
