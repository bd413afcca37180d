import datetime as dtm

from handlers.views import sheets
from handlers.views.imports import describe
from handlers.views.markup import MAX_UNITS, units
from services.importing import imports
from tests.handlers.talk import CATALOGUE

UNTITLED = "责任单位,每月任务数,2月发布数,当年完成数\n公安局,30,20,50\n教育局,30,31,60\n"
TITLED = f"定南县2024年2月政府信息公开情况\n{UNTITLED}"


async def told(sheet):
    shown = await imports.preview(sheet.encode(), "a.csv", organisation="定南县", year=2024)
    return describe(shown, CATALOGUE.texts("zh_CN")).splitlines()


async def test_a_month_that_no_column_names_is_said_to_be_worked_out(database):
    lines = await told(TITLED)
    assert "表中没有 1 月一列；1 月的完成数由累计数减去其他各月得出，请核对。" in lines
    assert not [line for line in lines if "没有 2 月一列" in line]


async def test_a_sheet_without_a_title_says_so_and_tells_one_doubt_once(database):
    lines = await told(UNTITLED)
    assert lines[0] == "没有标题的表 → 定南县 2024年"
    assert [line for line in lines if "看不出是哪个栏目" in line] == [
        "! B1、C1、D1  标题里看不出是哪个栏目，暂记为“信息公开”。请在标题中写明。"
    ]
    assert (await told(TITLED))[0] == "《定南县2024年2月政府信息公开情况》→ 定南县 2024年"


NOW = dtm.datetime(2024, 3, 1, 1, 30, tzinfo=dtm.UTC)


async def understood(sheet):
    return await imports.preview(sheet.encode(), "a.csv", organisation="定南县", year=2024)


def in_chat(shown):
    return sheets.preview(shown, {}, CATALOGUE.texts("zh_CN"), replaces=False).text


async def test_other_names_and_differences_are_shown_cell_by_cell(database):
    await imports.save(await understood(TITLED), None, source="test", now=NOW)
    again = TITLED.replace("公安局,30,20,50", "县公安局,30,25,55").replace("教育局,30", "教育局,不多")
    for text in (in_chat(await understood(again)), "\n".join(await told(again))):
        assert "= A3  县公安局 → 公安局" in text
        assert "~ C3  公安局 政府信息公开 2月：完成数由 20 改为 25" in text
        assert "! B4  “不多”不是条数，暂未导入。请填整数。" in text


async def test_the_preview_of_a_table_full_of_doubts_fits_into_a_message(database):
    rows = [f"第{number}<b>镇政府,若干{'&' * 40}{number},{number}{'条' * 40},多" for number in range(400)]
    text = in_chat(await understood("\n".join([TITLED.splitlines()[0], TITLED.splitlines()[1], *rows])))
    assert units(text) <= MAX_UNITS
    assert "存疑 1200 处" in text
    assert "项未列出" in text
    assert "<b>镇政府" not in text
