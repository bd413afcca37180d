"""`/export` in the chat, and what came out brought in again by the same chat."""

import io
import zipfile

import pytest

from handlers.kit.answers import Answer, Document
from services import sql
from services.documents.workbook_writing import XLSX_TYPE
from services.exporting.takeouts import ExportAhead
from services.facts.ledger import record
from services.membership import members
from tests.builders import NOW, a_fact, an_administrator, an_organisation, dingnan, emeishan
from tests.handlers.talk import Talk, labels, pressed, words


def document_of(answer: Answer) -> Document:
    assert answer.document is not None
    return answer.document


async def content_of(answer: Answer) -> bytes:
    return b"".join([chunk async for chunk in document_of(answer).chunks()])


@pytest.fixture
async def office(database):
    organisation_id, _ = await dingnan()
    await members.remember(7001)
    return Talk(an_administrator(organisation_id))


async def test_alone_it_offers_what_is_near_and_everything(office):
    (asked,) = await office.say("导出")
    assert labels(asked) == [
        ["2024年2月", "2024年3月"],
        ["2023年四季度", "2024年一季度"],
        ["2023年", "2024年"],
        ["全部（各年打包）"],
        ["佐证材料包"],
    ]
    (sent,) = await office.press(*pressed(asked, "2024年2月"))
    assert document_of(sent).name == "导出_定南县_2024年2月.xlsx"
    assert document_of(sent).media_type == XLSX_TYPE
    assert words(sent) == [
        *("定南县 数据导出", ""),
        *("任务与完成：46 行", "单位名册：46 行", "栏目：1 行", "任务分解：46 行", "月度数据：46 行"),
        *("新媒体账号：0 行", "任务起止：92 行", "报送明细：46 行", ""),
        "请妥善保存。需要放到另一处时，把文件发给那边的督办，核对后确认即可。",
    ]
    assert (await content_of(sent)).startswith(b"PK")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("/export 2024-02", "导出_定南县_2024年2月.xlsx"),
        ("导出 一季度", "导出_定南县_2024年一季度.xlsx"),
        ("导出 2024年", "导出_定南县_2024年.xlsx"),
        ("导出 全部", "导出_定南县_全部.zip"),
        ("/export everything", "导出_定南县_全部.zip"),
    ],
)
async def test_what_is_named_comes_at_once(office, said, name):
    (sent,) = await office.say(said)
    assert document_of(sent).name == name


async def test_what_is_no_time_is_asked_about_and_the_future_is_not_there(office):
    (asked,) = await office.say("导出 天气")
    assert words(asked)[-1].startswith("没看出是哪段时间。")
    with pytest.raises(ExportAhead):
        await office.say("导出 2024年4月")


async def test_of_several_organisations_one_is_asked_for_and_the_time_goes_along(database):
    first, _ = await dingnan()
    second = await an_organisation("峨眉山市")
    await members.remember(7001)
    talk = Talk(an_administrator(first, second))
    (asked,) = await talk.say("导出 2024-02")
    assert labels(asked) == [["定南县"], ["峨眉山市"]]
    (sent,) = await talk.press(*pressed(asked, "峨眉山市"))
    assert document_of(sent).name == "导出_峨眉山市_2024年2月.xlsx"


async def test_everything_is_brought_in_elsewhere_with_one_preview_and_one_yes(database):
    here, units, categories = await emeishan()
    await record([a_fact(units["市司法局"], categories["动态通知类"], 2, 3)], NOW)
    there = await an_organisation("新市")
    await members.remember(7001)
    (sent,) = await Talk(an_administrator(here)).say("导出 全部")
    talk = Talk(an_administrator(there))
    (shown,) = await talk.send(await content_of(sent), document_of(sent).name)
    assert words(shown)[:5] == [
        *("新市 · 导出文件", "", "2024年：单位 5、任务数 0、完成数 1"),
        *("将新增或更改：单位 5、栏目 9、要求 10、完成数 1、其他名称 1。", "任务起止：新增 45、更改 0"),
    ]
    assert labels(shown) == [["✅ 确认保存", "取消"]]
    (saved,) = await talk.press(*pressed(shown, "✅ 确认保存"))
    assert words(saved)[0] == "✅ 已保存：单位 5、栏目 9、要求 10、完成数 1、其他名称 1。"
    (row,) = await sql.fetch(
        "SELECT SUM(t.count) AS sum FROM tally t JOIN unit u ON u.id = t.unit_id "
        "WHERE u.organisation_id = $1",
        there,
    )
    assert int(row["sum"]) == 3
    (again,) = await talk.send(await content_of(sent), document_of(sent).name)
    assert labels(again) == []


async def test_a_quarter_s_sums_are_counted_in_the_month_that_is_pressed(database):
    organisation_id = await an_organisation("苍溪县")
    await members.remember(7001)
    talk = Talk(an_administrator(organisation_id))
    sheet = "2024年一季度政务公开监测情况\n乡镇,报送信息总数(条),审发信息总数(条)\n甲镇,9,7\n乙镇,4,4\n"
    (shown,) = await talk.send(sheet.encode(), "附件1.csv")
    assert labels(shown)[0] == ["记入1月", "记入2月", "记入3月"]
    (placed,) = await talk.press(*pressed(shown, "记入3月"))
    assert "· 1 季度的合计按您的选择记入3月。" in words(placed)
    await talk.press(*pressed(placed, "✅ 确认保存"))
    rows = await sql.fetch("SELECT month_on, count, accepted FROM tally ORDER BY count")
    assert [(str(row["month_on"]), row["count"], row["accepted"]) for row in rows] == [
        ("2024-03-01", 4, 4),
        ("2024-03-01", 9, 7),
    ]


async def test_a_packed_file_tells_its_workbooks_with_their_rows(database):
    organisation_id, _ = await dingnan()
    await members.remember(7001)
    talk = Talk(an_administrator(organisation_id))
    (sent,) = await talk.say("导出 全部")
    with zipfile.ZipFile(io.BytesIO(await content_of(sent))) as packed:
        assert packed.testzip() is None
    assert words(sent)[2:4] == ["登记.xlsx：56 行", "2024年.xlsx：369 行"]
