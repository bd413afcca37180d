from handlers.views.imports import describe
from services import imports
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
