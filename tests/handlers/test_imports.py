"""An administrator sends a sheet, reads what it was understood to say, and decides."""

import datetime as dtm
from pathlib import Path

import pytest

from models.enums import Language, Role
from services import sql
from services.core.access import Actor, Binding, NotBound, NotPermitted
from services.evidence.evidence_files import EvidenceUnsupported
from services.importing.imports import SheetOutdated
from services.ports import FileUnavailable
from tests.builders import an_organisation, units_of
from tests.handlers.talk import Talk, labels, pressed, words

QUOTAS = Path(__file__).resolve().parents[2] / "examples" / "emeishan-2024-quotas.xlsx"
SMALL = "2024年政务公开任务表\n序号,单位,动态信息\n1,市司法局,2条/月\n2,市教育局,–\n"


def an_administrator(*organisation_ids: int) -> Actor:
    bindings = tuple(Binding(each, None, Role.ADMINISTRATOR) for each in organisation_ids)
    return Actor(7001, None, "周敏", Language.CHINESE, bindings)


async def counted(table: str) -> int:
    return int((await sql.fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"])


async def test_a_sheet_is_shown_first_and_saved_by_the_press(database):
    talk = Talk(an_administrator(await an_organisation()))
    (shown,) = await talk.send(QUOTAS.read_bytes(), QUOTAS.name)
    assert "峨眉山市 · 2024年" in words(shown)
    assert "将新增或更改：单位 44、栏目 9、任务数 396、要求 132。" in words(shown)
    assert labels(shown) == [["✅ 确认保存", "取消"], ["看每一列的理解"]]
    assert await counted("unit") == 0
    (done,) = await talk.press(*pressed(shown, "✅ 确认保存"))
    assert done.replaces
    assert words(done)[0].startswith("✅ 已保存：单位 44")
    assert await counted("unit") == 44
    (entry,) = await sql.fetch("SELECT action, source FROM audit_entry")
    assert entry["action"] == "sheet.import"
    assert entry["source"].startswith("message/m")


async def test_what_is_cancelled_leaves_nothing(database):
    talk = Talk(an_administrator(await an_organisation()))
    (shown,) = await talk.send(SMALL.encode(), "任务表.csv")
    (done,) = await talk.press(*pressed(shown, "取消"))
    assert done.replaces
    assert words(done) == ["已取消，没有保存，原有内容不变。"]
    assert (await counted("unit"), await counted("category"), await counted("audit_entry")) == (0, 0, 0)


async def test_the_same_sheet_again_offers_nothing_to_save(database):
    talk = Talk(an_administrator(await an_organisation()))
    (shown,) = await talk.send(SMALL.encode(), "任务表.csv")
    await talk.press(*pressed(shown, "✅ 确认保存"))
    (again,) = await talk.send(SMALL.encode(), "任务表.csv")
    assert "与已有内容一致，不需要保存。" in words(again)
    assert labels(again) == [["看每一列的理解"]]


async def test_what_somebody_saved_meanwhile_is_not_undone_unseen(database):
    talk = Talk(an_administrator(await an_organisation()))
    (first,) = await talk.send(SMALL.encode(), "任务表.csv")
    (other,) = await talk.send(SMALL.replace("2条", "3条").encode(), "任务表.csv")
    await talk.press(*pressed(other, "✅ 确认保存"))
    with pytest.raises(SheetOutdated):
        await talk.press(*pressed(first, "✅ 确认保存"))
    assert [row["target"] for row in await sql.fetch("SELECT target FROM quota ORDER BY unit_id")] == [
        3,
        None,
    ]


COUNTS = "2024年政务公开\n单位,1月发布数,2月发布数,3月发布数\n市司法局,{},{},3\n市教育局,0,2,3\n"


async def test_closed_months_are_named_before_they_are_changed_and_in_the_audit(database):
    organisation_id = await an_organisation()
    await units_of(organisation_id, ["市司法局", "市教育局"])
    talk = Talk(an_administrator(organisation_id))
    (shown,) = await talk.send(COUNTS.format(1, 2).encode(), "表.csv")
    await talk.press(*pressed(shown, "✅ 确认保存"))
    talk.message_id += 2
    (shown,) = await talk.send(COUNTS.format(1, 5).encode(), "表.csv")
    assert "⚠️ 2024年2月已关账，导入会改动 1 处，请确认后再保存。" in words(shown)
    assert "2024年1月" not in shown.text
    assert "2024年3月" not in shown.text
    await talk.press(*pressed(shown, "✅ 确认保存"))
    (history,) = await talk.say("留痕")
    assert any("已关账的2024年2月改动1处" in line for line in words(history))


async def test_a_month_that_closes_after_the_preview_is_shown_again_first(database):
    organisation_id = await an_organisation()
    await units_of(organisation_id, ["市司法局", "市教育局"])
    talk = Talk(an_administrator(organisation_id), today=dtm.date(2024, 3, 7))  # the last day of February
    (shown,) = await talk.send(COUNTS.format(1, 2).encode(), "表.csv")
    assert "⚠️ 2024年1月已关账" in shown.text
    assert "2024年2月已关账" not in shown.text
    talk.today = dtm.date(2024, 3, 8)
    with pytest.raises(SheetOutdated):
        await talk.press(*pressed(shown, "✅ 确认保存"))


async def test_a_doubtful_cell_is_named_by_its_address(database):
    talk = Talk(an_administrator(await an_organisation()))
    (shown,) = await talk.send(f"{SMALL}3,市公安局,若干\n".encode(), "任务表.csv")
    assert any("C5" in line and "若干" in line for line in words(shown))


async def test_each_column_is_explained_on_request(database):
    talk = Talk(an_administrator(await an_organisation()))
    (shown,) = await talk.send(SMALL.encode(), "任务表.csv")
    (columns,) = await talk.press(*pressed(shown, "看每一列的理解"))
    assert "B  单位 → 单位名称" in words(columns)


async def test_the_caption_gives_the_year_that_the_sheet_does_not_name(database):
    talk = Talk(an_administrator(await an_organisation()))
    nameless = SMALL.replace("2024年", "")
    for caption, line in (("", "峨眉山市 · 2024年"), ("导入 2025", "峨眉山市 · 2025年")):
        (shown,) = await talk.send(nameless.encode(), "任务表.csv", caption)
        assert line in words(shown)


async def test_who_serves_two_offices_says_for_which_the_sheet_is(database):
    first, second = await an_organisation(), await an_organisation("定南县")
    talk = Talk(an_administrator(first, second))
    (asked,) = await talk.send(SMALL.encode(), "任务表.csv")
    assert labels(asked) == [["峨眉山市"], ["定南县"]]
    (shown,) = await talk.press(*pressed(asked, "定南县"))
    assert "定南县 · 2024年" in words(shown)
    await talk.press(*pressed(shown, "✅ 确认保存"))
    assert await sql.fetch("SELECT DISTINCT organisation_id FROM unit") == [{"organisation_id": second}]


async def test_only_administrators_import(database):
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局"])
    reporter = Actor(
        7002, None, "王芳", Language.CHINESE, (Binding(organisation_id, units["市司法局"], Role.REPORTER),)
    )
    for actor, error in ((reporter, NotPermitted), (Actor(7003, None, "", Language.CHINESE), NotBound)):
        with pytest.raises(error):
            await Talk(actor).say("/import")
    with pytest.raises(EvidenceUnsupported):  # a reporter's files are evidence
        await Talk(reporter).send(SMALL.encode(), "任务表.csv")


async def test_a_button_of_one_office_opens_no_other(database):
    organisation_id, other = await an_organisation(), await an_organisation("定南县")
    talk = Talk(an_administrator(organisation_id))
    (shown,) = await talk.send(SMALL.encode(), "任务表.csv")
    action, arguments = pressed(shown, "✅ 确认保存")
    with pytest.raises(NotPermitted):
        await talk.press(action, {**arguments, "organisation_id": other})


async def test_a_file_that_telegram_has_no_more_is_asked_for_again(database):
    talk = Talk(an_administrator(await an_organisation()))
    (shown,) = await talk.send(SMALL.encode(), "任务表.csv")
    action, arguments = pressed(shown, "✅ 确认保存")
    with pytest.raises(FileUnavailable):
        await talk.press(action, {**arguments, "file_id": "gone"})
    assert await counted("unit") == 0


async def test_without_a_file_the_command_says_what_to_send(database):
    (answer,) = await Talk(an_administrator(await an_organisation())).say("导入")
    assert words(answer)[0].startswith("请把峨眉山市的表格作为文件发到这里")


@pytest.mark.parametrize(("month", "told"), [(3, False), (4, True)])
async def test_counts_of_a_month_that_has_not_begun_are_pointed_out(database, month, told):
    talk = Talk(an_administrator(await an_organisation()))
    sheet = f"2024年{month}月完成情况\n序号,单位,动态通知类\n1,市司法局,3\n"
    (shown,) = await talk.send(sheet.encode(), "a.csv", "导入")
    assert any("4月还没有开始" in line for line in words(shown)) is told


REGISTER = "平台,账号名称,主办单位,负责人\n微信,峨眉山司法,司法局,李明\n论坛,司法论坛,司法局,\n"


async def test_a_register_of_media_accounts_goes_the_same_way(database):
    organisation_id = await an_organisation()
    await units_of(organisation_id, ["市司法局"])
    talk = Talk(an_administrator(organisation_id))
    (shown,) = await talk.send(REGISTER.encode(), "台账.csv")
    assert "识别为政务新媒体账号台账，读出账号 1 个。" in words(shown)
    assert "将新增或更改：新增账号 1。" in words(shown)
    assert "! A3  不认识平台“论坛”，这一行未读入" in words(shown)
    assert labels(shown) == [["✅ 确认保存", "取消"], ["看每一列的理解"]]
    (columns,) = await talk.press(*pressed(shown, "看每一列的理解"))
    assert "A  平台 → 平台" in words(columns)
    assert await counted("media_account") == 0
    (done,) = await talk.press(*pressed(shown, "✅ 确认保存"))
    assert words(done)[0] == "✅ 已保存：新增账号 1。"
    assert await counted("media_account") == 1
    (again,) = await talk.send(REGISTER.encode(), "台账.csv")
    assert "与已有内容一致，不需要保存。" in words(again)
