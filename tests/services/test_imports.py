"""A sheet is saved whole, the same sheet again changes nothing, and a corrected one only what it corrects."""

import datetime as dtm
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from models.enums import Language, Role
from services import sql
from services.core.access import Actor, Binding, NotPermitted
from services.core.sheets.changes import Changes
from services.facts import ledger
from services.importing import imports

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOW = dtm.datetime(2024, 3, 1, 1, 30, tzinfo=dtm.UTC)
QUOTAS = EXAMPLES / "emeishan-2024-quotas.xlsx"
COUNTS = EXAMPLES / "dingnan-2024-02.xlsx"

PLAIN = "定南县2024年2月政府信息公开情况\n责任单位,当年任务数,每月任务数,2月发布数,当年完成数\n"


async def bring_in(content: bytes, name: str, organisation: str, actor: Actor | None = None) -> Changes:
    shown = await imports.preview(content, name, organisation=organisation, year=2024)
    return await imports.save(shown, actor, source="test", now=NOW)


async def one(statement: str, *values: object) -> object:
    return next(iter((await sql.fetch(statement, *values))[0].values()))


async def test_the_quota_table_of_emeishan_arrives_whole(database: str) -> None:
    changes = await bring_in(QUOTAS.read_bytes(), QUOTAS.name, "峨眉山市")
    assert len(changes.units) == 44
    assert await one("SELECT COUNT(*) FROM unit") == 44
    assert await one("SELECT printed_number FROM unit WHERE name = $1", "黄湾镇") == "45"
    assert await one("SELECT position FROM unit WHERE name = $1", "黄湾镇") == 44
    totals = await sql.fetch(
        "SELECT c.name, SUM(q.target * CASE q.cadence WHEN 'monthly' THEN 12 ELSE 1 END) AS year "
        "FROM quota q JOIN category c ON c.id = q.category_id GROUP BY c.name"
    )
    assert {row["name"]: int(row["year"]) for row in totals} == {
        "动态通知类": 1056,
        "法定主动公开内容": 240,
        **dict.fromkeys(["决策公开", "执行公开", "管理公开", "服务公开", "结果公开"], 40),
        "政务公开日活动信息": 44,
        "政务新媒体": 6 * 4 * 12,
    }
    assert (
        await one(
            "SELECT COUNT(*) FROM quota WHERE target IS NULL AND category_id = "
            "(SELECT id FROM category WHERE name = $1)",
            "政务新媒体",
        )
        == 38
    )
    assert await one("SELECT COUNT(*) FROM quota WHERE is_per_account") == 3
    assert await one("SELECT COUNT(*) FROM duty") == 3 * 44


async def test_the_counts_of_dingnan_arrive_with_january_worked_out(database: str) -> None:
    await bring_in(COUNTS.read_bytes(), COUNTS.name, "定南县")
    months = await sql.fetch(
        "SELECT month_on, SUM(count) AS n FROM tally GROUP BY month_on ORDER BY month_on"
    )
    assert [(sql.get_day(row["month_on"]).month, int(row["n"])) for row in months] == [(1, 1950), (2, 1730)]
    assert await one("SELECT SUM(target) FROM quota WHERE cadence = 'yearly'") == 15360
    assert await one("SELECT SUM(target) FROM quota WHERE cadence = 'monthly'") == 1280
    assert await ledger.rebuild() == ()


@pytest.mark.parametrize(("path", "organisation"), [(QUOTAS, "峨眉山市"), (COUNTS, "定南县")])
async def test_the_same_sheet_again_changes_nothing(database: str, path: Path, organisation: str) -> None:
    await bring_in(path.read_bytes(), path.name, organisation)
    counted = [await one(f"SELECT COUNT(*) FROM {table}") for table in ("submission", "quota", "audit_entry")]
    again = await bring_in(path.read_bytes(), path.name, organisation)
    assert again.is_empty
    assert counted == [
        await one(f"SELECT COUNT(*) FROM {table}") for table in ("submission", "quota", "audit_entry")
    ]


async def test_a_corrected_sheet_changes_what_it_corrects_and_the_ledger_keeps_both(database: str) -> None:
    await bring_in((PLAIN + "公安局,360,30,29,53\n民政局,360,30,36,74\n").encode(), "a.csv", "定南县")
    corrected = (PLAIN + "公安局,360,30,31,55\n民政局,240,20,36,74\n").encode()
    shown = await imports.preview(corrected, "b.csv", organisation="定南县", year=2024)
    assert [(c.key[0], c.key[2], c.before, c.after) for c in shown.changes.counts] == [
        ("公安局", 2, (29, 29, 0), (31, 31, 0))
    ]
    assert {(c.key[0], c.before[0] if c.before else None, c.after[0]) for c in shown.changes.quotas} == {
        ("民政局", 360, 240),
        ("民政局", 30, 20),
    }
    await imports.save(shown, None, source="test", now=NOW)
    assert (
        await one(
            "SELECT count FROM tally WHERE month_on = $1 AND unit_id = (SELECT id FROM unit WHERE name = $2)",
            dtm.date(2024, 2, 1),
            "公安局",
        )
        == 31
    )
    assert await one("SELECT COUNT(*) FROM submission WHERE source LIKE $1", "sheet/%") == 5
    assert len(shown.changes.differences) == 3
    assert await ledger.rebuild() == ()


async def test_an_alias_is_the_unit_it_stands_for(database: str) -> None:
    await bring_in((PLAIN + "融媒体中心,240,20,81,156\n").encode(), "a.csv", "定南县")
    await sql.execute("INSERT INTO unit_alias (unit_id, name) SELECT id, $1 FROM unit", "县融媒体中心")
    again = await bring_in((PLAIN + "县融媒体中心,240,20,81,156\n").encode(), "b.csv", "定南县")
    assert again.is_empty


async def test_doubtful_cells_are_left_out_and_named(database: str) -> None:
    shown = await imports.preview(
        (PLAIN + "公安局,360,不少,29,53\n").encode(), "a.csv", organisation="定南县", year=2024
    )
    assert [doubt.address for doubt in shown.understanding.doubts] == ["C3"]


@pytest.mark.parametrize(
    ("bindings", "is_allowed"),
    [
        ((Binding(1, None, Role.ADMINISTRATOR),), True),
        ((Binding(1, None, Role.LEADER),), False),
        ((Binding(1, 1, Role.REPORTER),), False),
        ((Binding(2, None, Role.ADMINISTRATOR),), False),
    ],
)
async def test_only_an_administrator_of_the_organisation_imports(
    database: str, bindings: tuple[Binding, ...], is_allowed: bool
) -> None:
    await bring_in((PLAIN + "公安局,360,30,29,53\n").encode(), "a.csv", "定南县")
    actor = Actor(5, None, "x", Language.CHINESE, bindings)
    changed = (PLAIN + "公安局,360,30,30,54\n").encode()
    if is_allowed:
        assert not (await bring_in(changed, "b.csv", "定南县", actor)).is_empty
    else:
        with pytest.raises(NotPermitted):
            await bring_in(changed, "b.csv", "定南县", actor)


async def test_a_failure_half_way_saves_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    shown = await imports.preview(COUNTS.read_bytes(), COUNTS.name, organisation="定南县", year=2024)
    monkeypatch.setattr(ledger, "record", fail)
    with pytest.raises(ZeroDivisionError):
        await imports.save(shown, None, source="test", now=NOW)
    for table in ("organisation", "unit", "quota", "tally", "audit_entry"):
        assert await one(f"SELECT COUNT(*) FROM {table}") == 0, table


# Units by other names

FOUR = "任务表\n单位,动态\n市公安局,2条/月\n市民政局,1条/月\n市教育局,1条/月\n市卫生健康局,1条/月\n"


async def shown_of(table: str) -> imports.Preview:
    return await imports.preview(table.encode(), "a.csv", organisation="峨眉山市", year=2024)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("公安局", "市公安局"),
        ("市公安局", "市公安局"),
        ("峨眉山市公安局", "市公安局"),
        ("卫健局", "市卫生健康局"),
        ("市 民政局", "市民政局"),
    ],
)
async def test_a_unit_is_known_by_any_name_the_chat_knows(database: str, printed: str, name: str) -> None:
    await bring_in(FOUR.encode(), "a.csv", "峨眉山市")
    shown = await shown_of(f"任务表\n单位,动态\n{printed},9条/月\n")
    [unit] = shown.understanding.units
    assert (unit.name, unit.as_printed) == (name, "" if printed.replace(" ", "") == name else printed)
    assert [(change.key[0], change.after[0]) for change in shown.changes.quotas] == [(name, 9)]
    assert not shown.changes.units


async def test_a_name_that_may_be_several_units_is_asked_about_by_its_cell(database: str) -> None:
    await bring_in("任务表\n单位,动态\n白桥镇,1条/月\n白山乡,1条/月\n".encode(), "a.csv", "峨眉山市")
    shown = await shown_of("任务表\n单位,动态\n白镇,9条/月\n白山乡,2条/月\n")
    assert [(one.address, one.key) for one in shown.understanding.doubts] == [
        ("A3", "import.doubt.unit_ambiguous")
    ]
    assert [change.key[0] for change in shown.changes.quotas] == ["白山乡"]


async def test_a_unit_nobody_knows_is_new_and_said_by_its_cell(database: str) -> None:
    await bring_in(FOUR.encode(), "a.csv", "峨眉山市")
    shown = await shown_of("任务表\n单位,动态\n绥山镇,2条/月\n")
    assert [(one.address, one.key) for one in shown.understanding.doubts] == [("A3", "import.doubt.unit_new")]
    assert [unit.name for unit in shown.changes.units] == ["绥山镇"]


async def test_a_short_form_beside_the_full_name_is_not_taken_for_it(database: str) -> None:
    await bring_in(FOUR.encode(), "a.csv", "峨眉山市")
    shown = await shown_of("任务表\n单位,动态\n公安局,9条/月\n市公安局,3条/月\n")
    assert [(one.address, one.key) for one in shown.understanding.doubts] == [
        ("A3", "import.doubt.unit_same")
    ]
    assert [change.after[0] for change in shown.changes.quotas] == [3]


async def test_a_unit_that_was_merged_is_the_one_that_took_it_over(database: str) -> None:
    await bring_in(FOUR.encode(), "a.csv", "峨眉山市")
    into = await one("SELECT id FROM unit WHERE name = $1", "市教育局")
    statement = "UPDATE unit SET is_active = FALSE, merged_into_id = $1 WHERE name = $2"
    await sql.execute(statement, into, "市民政局")
    shown = await shown_of("任务表\n单位,动态\n市民政局,9条/月\n")
    assert [unit.name for unit in shown.understanding.units] == ["市教育局"]
    await sql.execute(statement, None, "市民政局")
    doubted = await shown_of("任务表\n单位,动态\n市民政局,9条/月\n市教育局,1条/月\n")
    assert [(one.address, one.key) for one in doubted.understanding.doubts] == [
        ("A3", "import.doubt.unit_retired")
    ]


# What people reported meanwhile


async def reported(unit: str, count: int, *, account: int = 0) -> None:
    fact = ledger.Fact(
        unit_id=int(str(await one("SELECT id FROM unit WHERE name = $1", unit))),
        category_id=int(str(await one("SELECT id FROM category"))),
        account=account,
        month_on=dtm.date(2024, 2, 1),
        count=count,
        source=f"message/m1/{unit}/{account}/{count}",
        member_id=None,
    )
    await ledger.record([fact], NOW)


async def test_a_count_reported_since_is_a_difference_and_is_said_to_be(database: str) -> None:
    sheet = (PLAIN + "公安局,360,30,29,53\n民政局,360,30,36,74\n").encode()
    await bring_in(sheet, "a.csv", "定南县")
    await reported("公安局", 2)
    shown = await imports.preview(sheet, "a.csv", organisation="定南县", year=2024)
    [change] = shown.changes.counts
    assert shown.changes.differences == (change,)
    assert (change.key[0], change.before, change.after, change.is_reported) == (
        *("公安局", (31, 31, 0), (29, 29, 0)),
        True,
    )
    assert (await imports.save(shown, None, source="test", now=NOW)).counts == (change,)
    assert await one("SELECT SUM(count) FROM tally WHERE month_on = $1", dtm.date(2024, 2, 1)) == 29 + 36
    assert await ledger.rebuild() == ()


async def test_what_accounts_have_is_part_of_the_count(database: str) -> None:
    sheet = (PLAIN + "公安局,360,30,29,53\n").encode()
    await bring_in(sheet, "a.csv", "定南县")
    await reported("公安局", 5, account=7)
    await bring_in(sheet, "a.csv", "定南县")
    assert await one("SELECT SUM(count) FROM tally WHERE month_on = $1", dtm.date(2024, 2, 1)) == 29
    assert await one("SELECT count FROM tally WHERE account = 7") == 5


async def test_what_is_reported_after_the_preview_is_not_overwritten_unseen(database: str) -> None:
    sheet = (PLAIN + "公安局,360,30,29,53\n").encode()
    await bring_in(sheet, "a.csv", "定南县")
    changed = (PLAIN + "公安局,360,30,30,54\n").encode()
    shown = await imports.preview(changed, "b.csv", organisation="定南县", year=2024)
    await reported("公安局", 2)
    with pytest.raises(imports.SheetOutdated):
        await imports.save(shown, None, source="test", now=NOW)
    assert await one("SELECT SUM(count) FROM tally WHERE month_on = $1", dtm.date(2024, 2, 1)) == 31


async def test_the_same_sheet_counts_for_each_organisation(database: str) -> None:
    sheet = (PLAIN + "公安局,360,30,29,53\n").encode()
    await bring_in(sheet, "a.csv", "定南县")
    await bring_in(sheet, "a.csv", "龙南县")
    assert await one("SELECT SUM(count) FROM tally") == 2 * 53


async def test_a_category_is_the_same_however_wide_it_is_written(database: str) -> None:
    await bring_in("任务表\n单位,动态（通知类）\n公安局,2条/月\n".encode(), "a.csv", "峨眉山市")
    shown = await shown_of("任务表\n单位,动态(通知类)\n公安局,2条/月\n")
    assert shown.changes.is_empty


async def test_hidden_sheets_and_macros_are_mentioned(database: str) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("一")
        sheet.write_row(0, 0, ["单位", "动态"])
        sheet.write_row(1, 0, ["公安局", "2条/月"])
        book.add_worksheet("二").hide()
    with zipfile.ZipFile(buffer, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    shown = await imports.preview(buffer.getvalue(), "a.xlsm", organisation="峨眉山市", year=2024)
    assert {remark.key for remark in shown.understanding.remarks} == {
        "import.remark.sheet_hidden",
        "import.remark.macros_ignored",
    }
