"""Files that mean harm: each is answered for its reason, within bounded memory, and nothing of it is kept."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
import xlsxwriter

from services.core.sheets.understand import understand
from services.documents import limits, read_document
from services.documents.errors import (
    DocumentDamaged,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentKindUnknown,
    DocumentTooLarge,
    SheetTooLarge,
)

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b" " * (200 * limits.MEGABYTE)
LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12))
    + b"]>"
)
ELSEWHERE = b'<!DOCTYPE l [<!ENTITY m SYSTEM "file:///etc/passwd">]>'


def workbook(rows=(("单位", "动态"), ("公安局", "2条/月"))) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("一")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    return buffer.getvalue()


def letter() -> bytes:
    document = docx.Document()
    document.add_table(2, 2).cell(0, 0).text = "单位"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_parts(content: bytes, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    changes = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return buffer.getvalue()


def sheet_of(cells: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    xml = before + b"<worksheet><sheetData>" + cells + b"</sheetData>" + after + b"</worksheet>"
    return with_parts(workbook(), xl__worksheets__sheet1_xml=xml)


def strings_of(before: bytes) -> bytes:
    sheet = b'<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    return with_parts(
        workbook(),
        xl__sharedStrings_xml=before + b"<sst><si><t>&m;</t></si></sst>",
        xl__worksheets__sheet1_xml=sheet,
    )


def letter_of(before: bytes, body: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(letter())) as packed:
        head, xml = packed.read("word/document.xml").split(b"?>", 1)
    return with_parts(
        letter(), word__document_xml=head + b"?>" + before + xml.replace("单位".encode(), body, 1)
    )


def elsewhere() -> bytes:
    """A workbook whose sheet is said to be a picture, so that nobody would look at its size."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as packed:
        relations = packed.read("xl/_rels/workbook.xml.rels")
    big = b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>' + BOMB + b"</t></is></c></row>"
    return with_parts(
        workbook(),
        xl__media__s_xml=big + b"</sheetData></worksheet>",
        **{"xl/_rels/workbook.xml.rels": relations.replace(b"worksheets/sheet1.xml", b"media/s.xml")},
    )


def with_password() -> bytes:
    """An .xls whose second record says that everything after it is enciphered."""
    content = bytearray((SAMPLES / "dingnan-2024-02.xls").read_bytes())
    start = content.index(struct.pack("<HH", 0x809, 16))
    struct.pack_into("<H", content, start + 20, 0x2F)
    struct.pack_into("<H", content, start + 24, 1)
    return bytes(content)


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return buffer.getvalue()


def wide_letter() -> bytes:
    with zipfile.ZipFile(io.BytesIO(letter())) as archive:
        xml = archive.read("word/document.xml")
    wide = b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    return with_parts(letter(), word__document_xml=xml.replace(b"<w:tbl>", wide + b"<w:tbl>", 1))


HOSTILE = {
    "a program": (lambda: b"MZ\x90\0" + bytes(range(256)) * 40, DocumentKindUnknown),
    "a page": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, DocumentKindUnknown),
    "slides": (lambda: with_parts(packed(), ppt__presentation_xml=b"<p/>"), DocumentKindUnknown),
    "an archive of archives": (lambda: with_parts(packed(), **{"a.xlsx": workbook()}), DocumentKindUnknown),
    "a workbook with a password": ((SAMPLES / "encrypted.xlsx").read_bytes, DocumentEncrypted),
    "an old workbook with a password": (with_password, DocumentEncrypted),
    "nothing": (lambda: b"", DocumentEmpty),
    "half of it": (lambda: workbook()[:3000], DocumentDamaged),
    "half of an old one": (lambda: (SAMPLES / "dingnan-2024-02.xls").read_bytes()[:9000], DocumentDamaged),
    "200 MB of sheet": (lambda: sheet_of(BOMB), DocumentTooLarge),
    "200 MB of strings": (
        lambda: with_parts(workbook(), xl__sharedStrings_xml=b"<sst>" + BOMB),
        DocumentTooLarge,
    ),
    "200 MB of letter": (lambda: with_parts(letter(), word__document_xml=BOMB), DocumentTooLarge),
    "200 MB that are called a picture": (elsewhere, DocumentTooLarge),
    "more parts than a workbook has": (
        lambda: with_parts(workbook(), **{f"xl/x{i}.xml": b"" for i in range(limits.MAX_MEMBERS)}),
        DocumentTooLarge,
    ),
    "laughs in the sheet": (
        lambda: sheet_of(b'<row><c t="inlineStr"><is><t>&m;</t></is></c></row>', LAUGHS),
        DocumentDamaged,
    ),
    "laughs in the strings": (lambda: strings_of(LAUGHS), DocumentDamaged),
    "laughs in a letter": (lambda: letter_of(LAUGHS, b"&m;"), DocumentDamaged),
    "a file of ours in the sheet": (
        lambda: sheet_of(b'<row><c t="inlineStr"><is><t>&m;</t></is></c></row>', ELSEWHERE),
        DocumentDamaged,
    ),
    "a file of ours in the strings": (lambda: strings_of(ELSEWHERE), DocumentDamaged),
    "a file of ours in a letter": (lambda: letter_of(ELSEWHERE, b"&m;"), DocumentDamaged),
    "elements without end": (lambda: sheet_of(b"<a>" * 1_000_000), DocumentDamaged),
    "a million merges": (
        lambda: sheet_of(b"", after=b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 1_000_000),
        SheetTooLarge,
    ),
    "two cells in opposite corners": (
        lambda: sheet_of(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        SheetTooLarge,
    ),
    "a cell that spans a hundred thousand": (wide_letter, SheetTooLarge),
    "19 MB of separators": (lambda: b"," * 19_000_000, DocumentTooLarge),
    "4 MB of separators": (lambda: b"," * 4_000_000, SheetTooLarge),
    "4 MB of lines": (lambda: b"a\n" * 2_000_000, SheetTooLarge),
    "one endless cell": (lambda: "单位,".encode() + b"x" * 4_000_000, DocumentDamaged),
}


@pytest.mark.parametrize(("make", "error"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_for_its_reason(make, error):
    with pytest.raises(error):
        read_document(make(), "任务表.xlsx")


def test_what_is_refused_takes_little_memory(tmp_path):
    """Peak memory of a process that reads the worst files, and of the readers it starts."""
    paths: list[Path] = []
    for name in (
        "200 MB of sheet",
        "200 MB that are called a picture",
        "a million merges",
        "elements without end",
    ):
        paths.append(tmp_path / f"{len(paths)}.xlsx")
        paths[-1].write_bytes(HOSTILE[name][0]())
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, paths)], cwd=ROOT, capture_output=True, check=True
    )
    grown, reader = json.loads(done.stdout)
    assert grown < 150 * limits.MEGABYTE
    assert reader < limits.READER_MEMORY


MEASURED = """
import json, resource, sys
from pathlib import Path
from services.core.errors import UserError
from services.documents import read_document

def peak(who):
    return resource.getrusage(who).ru_maxrss * 1024

before = peak(resource.RUSAGE_SELF)
for path in sys.argv[1:]:
    try:
        read_document(Path(path).read_bytes(), "x")
        raise SystemExit("was read")
    except UserError:
        pass
print(json.dumps([peak(resource.RUSAGE_SELF) - before, peak(resource.RUSAGE_CHILDREN)]))
"""


# What looks hostile and is read


def test_an_archive_inside_a_workbook_is_never_unpacked():
    inner = with_parts(packed(), **{"a.xml": BOMB})
    content = with_parts(workbook(), **{"xl/embeddings/a.zip": inner, "xl/worksheets/a.zip": inner})
    assert [[cell.text for cell in row] for row in read_document(content, "x").sheets[0].cells] == [
        ["单位", "动态"],
        ["公安局", "2条/月"],
    ]


def test_a_claim_of_a_huge_sheet_alone_is_no_reason():
    sheet = sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row>')
    assert read_document(sheet, "x").sheets[0].width == 1


def test_formulas_of_another_file_count_by_what_was_saved_of_them():
    row = '<row><c t="inlineStr"><is><t>{}</t></is></c><c{}><f>[1]Sheet1!A1</f>{}</c></row>'
    cells = "".join(
        [
            '<row><c t="inlineStr"><is><t>单位</t></is></c><c t="inlineStr"><is><t>动态</t></is></c></row>',
            row.format("公安局", ' t="str"', "<v>2条/月</v>"),
            row.format("民政局", "", ""),
            row.format("=司法局", ' t="str"', "<v>2条/月</v>"),
        ]
    )
    understood = understand(read_document(sheet_of(cells.encode()), "x").sheets, year=2024)
    assert [(unit.name, unit.address) for unit in understood.units] == [("公安局", "A2"), ("民政局", "A3")]
    assert {doubt.address: doubt.key.removeprefix("import.doubt.") for doubt in understood.doubts} == {
        "B3": "formula_uncomputed",
        "A4": "unit_unreadable",
    }
