"""What is exported is brought in elsewhere whole, and printed as the office prints it."""

import asyncio
import csv
import datetime as dtm
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from python_calamine import CalamineWorkbook

from bot.database import opened
from models.enums import Role
from services import sql
from services.arranging import history
from services.core.access import NotPermitted
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.printing import PrintedTable, simple_head
from services.core.quarter import AnyPeriod, Quarter
from services.core.sheets import export_words as words
from services.core.sheets.errors import ExportTooNew
from services.documents.errors import BundleDamaged
from services.exporting import exports
from services.exporting.exports import Exports, ExportTooLarge
from services.exporting.takeouts import ExportAhead, ExportRuns
from services.exporting.workbook_files import CellTextTooLong, WorkbookSpool, WorkbookUnwritten
from services.facts import ledger
from services.facts.ledger import Fact, record
from services.importing import sheet_kinds
from services.importing.exported_sheets import Bundle
from services.importing.imports import SheetOutdated
from services.membership import members
from tests import places
from tests.builders import a_fact, a_reporter, an_administrator, an_organisation, dingnan, emeishan, units_of
from tests.databases import current_file
from tests.people import a_member
from tests.services.office_history import History, histories, put_all
from tests.services.offices import NOW, TODAY, Office, held

OCCASION = Occasion("message/m1/40", NOW, TODAY)
YEAR, FEBRUARY = Period.of_year(2024), Period.of_month(2024, 2)
SAME = (*words.READ_BACK, words.DONE)
IN_ORDER = (words.UNITS, words.CATEGORIES, words.QUOTAS, words.COUNTS, words.MEDIA, words.DONE)


async def exported(organisation_id: int, period: AnyPeriod | None = None) -> bytes:
    await members.remember(7001)
    office = an_administrator(organisation_id)
    if period is None:
        export = await Exports().export_everything(office, organisation_id, OCCASION)
    else:
        export = await Exports().export_period(office, organisation_id, period, OCCASION)
    (file,) = export.files
    return b"".join([chunk async for chunk in file.content.chunks()])


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: list(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names}


async def understood(content: bytes, name: str, organisation: str) -> Bundle:
    shown = await sheet_kinds.read_sheet(content, name, organisation=organisation, year=2030, today=TODAY)
    assert isinstance(shown, Bundle)
    return shown


async def bring_in(content: bytes, name: str, organisation: str) -> Bundle:
    shown = await understood(content, name, organisation)
    assert [one for each in shown.years for one in each.understanding.doubts] == []
    assert shown.register.understanding.doubts == ()
    await sheet_kinds.save_sheet(shown, None, source="test", now=NOW, today=TODAY)
    return shown


# Without shrinking: each try opens two databases and writes the workbooks of several years.
@settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(drawn=histories())
def test_any_office_is_the_same_in_an_empty_database(drawn: tuple[Office, History]) -> None:
    async def story(folder: Path) -> None:
        async with opened(current_file(folder / "here.db")):
            first = await exported(await put_all(*drawn, "甲县"))
            before = await held("甲县")
        async with opened(current_file(folder / "there.db")):
            await bring_in(first, "甲县.zip", "甲县")
            assert await held("甲县") == before
            (row,) = await sql.fetch("SELECT id FROM organisation")
            second = await exported(row["id"])
            assert (await understood(second, "again.zip", "甲县")).changes.is_empty
            assert await ledger.rebuild() == ()
        assert packed_sheets(first) == packed_sheets(second)

    with tempfile.TemporaryDirectory(dir=places.folder()) as folder:
        asyncio.run(story(Path(folder)))


def packed_sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """Give the sheets of all packed workbooks but the covers and the ledger; of lists in any order."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if name.endswith(".xlsx"):
                for sheet, rows in sheets_of(packed.read(name)).items():
                    if sheet in SAME:
                        found[f"{name}/{sheet}"] = rows if sheet in IN_ORDER else sorted(rows, key=str)
    return found


async def test_a_year_of_emeishan_is_the_same_in_a_new_organisation(database: str) -> None:
    organisation_id, units, categories = await emeishan()
    place = units["市公安局"], categories["政务新媒体"], 0, dtm.date(2024, 2, 1)
    await record([a_fact(units["市司法局"], categories["动态通知类"], 1, 5)], NOW)
    await record([Fact(*place, 4, "x", None, accepted=2, errors=1)], NOW)
    await bring_in(await exported(organisation_id, YEAR), "a.xlsx", "新市")
    assert await held("新市") == await held("峨眉山市")
    rows = await sql.fetch("SELECT COUNT(*) AS count FROM duty")
    assert rows[0]["count"] == 2 * 5 * 2


async def test_everything_comes_back_with_one_preview_and_verifies_offline(database: str) -> None:
    organisation_id, units, categories = await emeishan()
    earlier = Fact(units["市司法局"], categories["动态通知类"], 0, dtm.date(2023, 5, 1), 7, "y", None)
    await record([earlier, a_fact(units["市司法局"], categories["动态通知类"], 2, 3)], NOW)
    content = await exported(organisation_id)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["说明.txt", "manifest.json", "登记.xlsx", "2023年.xlsx", "2024年.xlsx"]
        manifest = json.loads(packed.read("manifest.json"))
        page = packed.read("说明.txt").decode("utf-8-sig")
        for file in manifest["files"]:
            digest = hashlib.sha256(packed.read(file["name"])).hexdigest()
            assert file["sha256"] == digest
            assert digest in page
            assert file["bytes"] == len(packed.read(file["name"]))
            sheets = sheets_of(packed.read(file["name"]))
            assert {sheet["name"] for sheet in file["sheets"]} == sheets.keys() - {words.COVER}
    assert (manifest["organisation"], manifest["made_at"]) == ("峨眉山市", "2024-03-15T02:00:00+00:00")
    shown = await bring_in(content, "全部.zip", "新市")
    assert [each.understanding.year for each in shown.years] == [2023, 2024, 2024]
    assert await held("新市") == await held("峨眉山市")
    assert (await understood(content, "全部.zip", "新市")).changes.is_empty


async def test_a_file_that_differs_from_the_manifest_is_not_brought_in(database: str) -> None:
    organisation_id, *_ = await emeishan()
    content, changed = await exported(organisation_id), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(changed, "w") as other:
        for name in packed.namelist():
            other.writestr(name, packed.read(name) + (b"0" if name == "2024年.xlsx" else b""))
    with pytest.raises(BundleDamaged, match="2024年"):
        await understood(changed.getvalue(), "a.zip", "新市")


async def test_a_month_of_dingnan_is_printed_as_its_bulletin_prints_it(database: str) -> None:
    organisation_id, _ = await dingnan()
    content = await exported(organisation_id, FEBRUARY)
    title, heads, *rows, total, _ = sheets_of(content)[words.DONE]
    assert title[0] == "定南县2024年2月政务信息任务完成情况"
    assert heads == [
        "序号",
        "责任单位",
        "当年任务数",
        "每月任务数",
        "2月发布数",
        "2月完成比",
        "当年完成数",
        "当年完成比例",
    ]
    assert rows[0] == ["1", "政府办公室", 360, 30, 32, 1.067, 60, 0.167]
    assert total == ["", "合计", 15360, 1280, 1730, 1.352, 3680, 0.24]
    assert len(rows) == 46
    assert "2月报送数" in sheets_of(content)[words.COUNTS][0]
    assert "1月报送数" not in sheets_of(content)[words.COUNTS][0]


async def test_a_copy_of_a_printed_sheet_is_understood_like_any_office_s(database: str) -> None:
    organisation_id, _ = await dingnan()
    written = io.StringIO()
    rows = sheets_of(await exported(organisation_id, FEBRUARY))[words.DONE]
    plain = [[f"{cell:g}" if isinstance(cell, float) else cell for cell in row] for row in rows]
    csv.writer(written).writerows(plain)
    text = written.getvalue().encode()
    shown = await sheet_kinds.read_sheet(text, "a.csv", organisation="定南县", year=2024, today=TODAY)
    assert shown.changes.is_empty
    assert not isinstance(shown, Bundle)
    assert shown.understanding.doubts == ()


async def test_the_quota_table_is_as_the_office_keeps_it(database: str) -> None:
    organisation_id, units, _ = await emeishan()
    await sql.execute("UPDATE unit SET printed_number = '24' WHERE id = $1", units["市公共资源交易中心"])
    title, first, second, third, *rows = sheets_of(await exported(organisation_id, YEAR))[words.QUOTAS]
    assert title[0] == "峨眉山市2024年政务公开任务分解表"
    assert first[:5] == ["序号", "责任单位", "动态通知类", "法定主动公开内容", "五公开"]
    assert second[4:9] == ["决策公开", "执行公开", "管理公开", "服务公开", "结果公开"]
    assert third[2:] == [*("每月",) * 2, *("每年",) * 6, "每月", "要求", "加分"]
    assert rows[0][2:5] == ["2条/月", "–", "1条/年"]
    assert rows[0][10] == "4条/月（每个账号）"
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "24"]


async def test_a_quarter_has_its_three_months_and_a_dash_is_neither_zero_nor_blank(database: str) -> None:
    organisation_id, units, categories = await emeishan()
    await record([a_fact(units["市司法局"], categories["动态通知类"], 3, 0)], NOW)
    _, heads, *rows = sheets_of(await exported(organisation_id, Quarter(2024, 1)))[words.DONE]
    assert heads[5:] == [
        *("1月发布数", "1月完成比", "2月发布数", "2月完成比", "3月发布数", "3月完成比"),
        *("当年完成数", "当年完成比例"),
    ]
    assert rows[0][2:] == ["动态通知类", 24, 2, "", 0, "", 0, 0, 0, 0, 0]
    assert rows[1][2:] == ["法定主动公开内容", "–", "–", "", "–", "", "–", "", "–", 0, "–"]
    assert rows[2][2:6] == ["决策公开", 1, "", ""]


async def test_nobody_s_words_are_a_formula_and_nobody_is_named(database: str) -> None:
    organisation_id = await an_organisation("甲县")
    units = await units_of(organisation_id, ["=1+1"])
    reporter = await a_member(organisation_id, Role.REPORTER, units["=1+1"], name="王芳", telegram_id=70011)
    (row,) = await sql.fetch(
        "INSERT INTO category (organisation_id, name, division, position) "
        "VALUES ($1, '@x', '', 1) RETURNING id",
        organisation_id,
    )
    place = units["=1+1"], row["id"], 0, dtm.date(2024, 2, 1)
    fact = Fact(*place, 1, "message/m1/2/1", reporter.member_id, address="https://a.cn", title="+1")
    await record([fact], NOW)
    content = await exported(organisation_id, FEBRUARY)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        written = "".join(packed.read(name).decode() for name in packed.namelist())
    assert "<f>" not in written
    assert "王芳" not in written
    assert "70011" not in written
    listed = sheets_of(content)[words.SUBMISSIONS][2]
    assert listed[:6] == ["2024-03-15 02:00:00", "=1+1", "@x", "2024-02", 1, 1]
    assert listed[8:12] == ["+1", "https://a.cn", "", f"member/{reporter.member_id}"]


async def test_what_is_already_there_is_told_apart_and_units_go_by_their_names_here(database: str) -> None:
    organisation_id, *_ = await emeishan()
    content = await exported(organisation_id, YEAR)
    there = await an_organisation("乙县")
    await units_of(there, ["司法局"])
    shown = await understood(content, "a.xlsx", "乙县")
    units = shown.years[0].understanding.units
    assert (units[0].name, units[0].as_printed) == ("司法局", "市司法局")
    assert [unit.name for unit in shown.changes.together.units] == [unit.name for unit in units[1:]]


async def test_what_was_saved_meanwhile_is_not_undone_unseen(database: str) -> None:
    organisation_id, units, categories = await emeishan()
    await record([a_fact(units["市司法局"], categories["动态通知类"], 2, 3)], NOW)
    content = await exported(organisation_id, YEAR)
    await record([a_fact(units["市司法局"], categories["动态通知类"], 2, 4, "later")], NOW)
    shown = await understood(content, "a.xlsx", "峨眉山市")
    assert [(one.before, one.after) for one in shown.changes.together.counts] == [((7, 7, 0), (3, 3, 0))]
    await record([a_fact(units["市司法局"], categories["动态通知类"], 2, 1, "last")], NOW)
    with pytest.raises(SheetOutdated):
        await sheet_kinds.save_sheet(shown, None, source="test", now=NOW, today=TODAY)


def altered(content: bytes, sheet: str, cells: Mapping[tuple[int, int], str]) -> bytes:
    """Write a workbook again with some cells changed, as a clerk would."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        for name, rows in sheets_of(content).items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    new = cells.get((at, column), cell) if name == sheet else cell
                    page.write(at, column, new)
    return target.getvalue()


@pytest.mark.parametrize(
    ("sheet", "cell", "text", "doubt"),
    [
        (words.COUNTS, (1, 2), "三十来条", "count_unreadable"),
        (words.TERMS, (1, 3), "年初", "export_cell_unclear"),
        (words.COUNTS, (1, 0), "没有的局", "unit_unknown"),
        (words.COUNTS, (1, 1), "没有的栏目", "export_category"),
        (words.COUNTS, (0, 1), "栏目", "export_head_changed"),
        (words.UNITS, (2, 1), "政府办公室", "export_cell_unclear"),
    ],
)
async def test_a_changed_cell_that_is_not_clear_is_named(
    database: str, sheet: str, cell: tuple[int, int], text: str, doubt: str
) -> None:
    organisation_id, _ = await dingnan()
    content = altered(await exported(organisation_id, FEBRUARY), sheet, {cell: text})
    shown = await understood(content, "a.xlsx", "新县")
    doubts = [one for one in shown.years[0].understanding.doubts if one.address.startswith(sheet)]
    assert [one.key for one in doubts] == [f"import.doubt.{doubt}"]


async def test_a_quota_that_differs_from_its_terms_is_named_and_the_terms_are_taken(database: str) -> None:
    organisation_id, _ = await dingnan()
    content = await exported(organisation_id, FEBRUARY)
    category = sheets_of(content)[words.QUOTAS][1][2]
    changed = altered(content, words.QUOTAS, {(2, 2): category, (4, 2): "99条/月"})
    shown = await understood(changed, "a.xlsx", "定南县")
    assert [one.key for one in shown.years[0].understanding.doubts] == ["import.doubt.export_terms"]
    assert shown.changes.is_empty


async def test_a_later_format_is_refused(database: str) -> None:
    organisation_id, _ = await dingnan()
    content = altered(await exported(organisation_id, FEBRUARY), words.COVER, {(2, 1): "duban-export/2"})
    with pytest.raises(ExportTooNew, match="duban-export/2"):
        await understood(content, "a.xlsx", "新县")


async def test_what_is_too_large_for_one_file_comes_by_years_and_each_comes_back_alone(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation_id, units, categories = await emeishan()
    earlier = Fact(units["市司法局"], categories["动态通知类"], 0, dtm.date(2022, 5, 1), 7, "y", None)
    await record([earlier, a_fact(units["市司法局"], categories["动态通知类"], 2, 3)], NOW)
    await members.remember(7001)
    monkeypatch.setattr(exports, "MAX_FILE", 34_000)
    export = await Exports().export_everything(an_administrator(organisation_id), organisation_id, OCCASION)
    assert [file.name for file in export.files] == [
        "导出_峨眉山市_2022年.zip",
        "导出_峨眉山市_2023年至2024年.zip",
    ]
    for file in export.files:
        await bring_in(b"".join([chunk async for chunk in file.content.chunks()]), file.name, "新市")
    assert (await held("新市"))["tally"] == (await held("峨眉山市"))["tally"]
    monkeypatch.setattr(exports, "MAX_FILE", 1000)
    with pytest.raises(ExportTooLarge, match="2024"):
        await exported(organisation_id, YEAR)


async def test_what_others_may_not_take_out_they_do_not(database: str) -> None:
    organisation_id, units = await dingnan()
    for actor in (a_reporter(organisation_id, units["审计局"]), an_administrator(organisation_id + 1)):
        with pytest.raises(NotPermitted):
            await Exports().export_period(actor, organisation_id, FEBRUARY, OCCASION)
        with pytest.raises(NotPermitted):
            await Exports().export_everything(actor, organisation_id, OCCASION)


async def test_the_audit_tells_who_took_what_out(database: str) -> None:
    organisation_id, _ = await dingnan()
    await exported(organisation_id, FEBRUARY)
    page = await history.read_page(an_administrator(organisation_id), history.Wanted(organisation_id))
    (entry,) = page.runs[0].entries
    assert (entry.action, entry.subject, entry.member_id) == ("sheet.export", "export/2024-02", 1)


async def test_an_export_made_again_after_a_crash_stands_once_in_the_audit(database: str) -> None:
    organisation_id, _ = await dingnan()
    await exported(organisation_id, FEBRUARY)
    await exported(organisation_id, FEBRUARY)
    rows = await sql.fetch("SELECT COUNT(*) AS count FROM audit_entry WHERE action = 'sheet.export'")
    assert rows[0]["count"] == 1


async def test_a_text_that_no_cell_can_hold_is_refused_in_words_and_never_cut(database: str) -> None:
    organisation_id, units, _ = await emeishan()
    for text, is_whole in (("长" * 32_767, True), ("😀" * 16_384, False)):
        await sql.execute("UPDATE duty SET text = $1 WHERE unit_id = $2", text, units["市公安局"])
        if is_whole:
            assert text in {
                cell for row in sheets_of(await exported(organisation_id, YEAR))["任务分解"] for cell in row
            }
            continue
        with pytest.raises(CellTextTooLong) as refused:
            await exported(organisation_id, YEAR)
        assert refused.value.params == {"sheet": "任务分解", "text": "😀" * 20, "length": 32_767}


async def test_a_writer_that_ends_early_is_a_fault_and_not_half_a_file() -> None:
    table = PrintedTable("一", "", simple_head("头"), (4,), (("甲",),))

    async def write() -> None:
        async with WorkbookSpool() as book:
            await book.begin(table)
            await book.add([("甲", "乙")], "一")  # of another width

    with pytest.raises(WorkbookUnwritten):
        await write()


async def test_one_export_is_made_at_a_time_and_none_of_the_future(database: str) -> None:
    organisation_id, _ = await dingnan()
    await members.remember(7001)
    all_exports, office = Exports(), an_administrator(organisation_id)
    first = asyncio.ensure_future(all_exports.export_period(office, organisation_id, FEBRUARY, OCCASION))
    await asyncio.sleep(0)
    with pytest.raises(ExportRuns):
        await all_exports.export_period(office, organisation_id, FEBRUARY, OCCASION)
    await first
    await all_exports.export_period(office, organisation_id, FEBRUARY, OCCASION)
    with pytest.raises(ExportAhead):
        await all_exports.export_period(office, organisation_id, Period.of_month(2024, 4), OCCASION)
