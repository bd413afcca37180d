"""佐证材料包 in the chat: a unit or a category, a time, and the packed file."""

import hashlib
import io
import zipfile

import pytest

from handlers.kit.answers import Answer
from services import sql
from services.exporting.evidence_packs import NothingToPack, PackSubjectGone
from services.membership import members
from tests.builders import a_reporter, an_administrator, an_organisation, emeishan
from tests.handlers.talk import PICTURE, Talk, labels, pressed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
JUSTICE = "市司法局"


@pytest.fixture
async def county(database):
    await members.remember(7001)
    return await emeishan()


@pytest.fixture
async def office(county):
    """An administrator, after a reporter of 市司法局 has sent a report with two pictures."""
    organisation_id, units, _ = county
    reporter = Talk(a_reporter(organisation_id, units[JUSTICE]))
    await reporter.show(caption="动态 3", album="1")
    reporter.message_id += 1
    await reporter.show(PICTURE + b"2", album="1")
    reporter.message_id += 1
    await reporter.say("报送 法定 1")
    return Talk(an_administrator(organisation_id), store=reporter.store, message_id=90)


def name_of(answer: Answer) -> str:
    assert answer.document is not None
    return answer.document.name


async def content_of(answer: Answer) -> bytes:
    assert answer.document is not None
    return b"".join([chunk async for chunk in answer.document.chunks()])


async def names_in(answer: Answer) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(await content_of(answer))) as packed:
        return packed.namelist()


async def test_by_buttons_it_takes_a_unit_and_a_time(office):
    (asked,) = await office.say("导出")
    (offered,) = await office.press(*pressed(asked, "佐证材料包"))
    assert labels(offered) == [
        ["市司法局", "市自然资源局"],
        ["市教育局", "市公安局"],
        ["市公共资源交易中心"],
        ["改为按栏目选"],
    ]
    (when,) = await office.press(*pressed(offered, JUSTICE))
    assert words(when) == ["市司法局", "", "要哪段时间的佐证材料包？"]
    assert labels(when)[0] == ["2024年2月", "2024年3月"]
    (sent,) = await office.press(*pressed(when, "2024年3月"))
    assert name_of(sent) == "佐证_市司法局_2024年3月.zip"
    assert words(sent) == [
        *("市司法局 · 2024年3月 佐证材料包", ""),
        *("报送 2 份", "图片 2 张", "没有佐证的报送 1 份", ""),
        "先看包里的“索引.xlsx”。怎样核对，见“说明.txt”。",
    ]
    assert await names_in(sent) == [
        "动态通知类/2024-03/0001-图片1.jpg",
        "动态通知类/2024-03/0001-图片2.jpg",
        *("索引.xlsx", "说明.txt", "SHA256SUMS.txt"),
    ]


async def test_categories_are_offered_page_by_page(office, county):
    (offered,) = await office.say("导出 佐证")
    (offered,) = await office.press(*pressed(offered, "改为按栏目选"))
    assert labels(offered)[0] == ["动态通知类", "法定主动公开内容"]
    assert labels(offered)[-1] == ["改为按单位选"]
    (when,) = await office.press(*pressed(offered, "动态通知类"))
    (sent,) = await office.press(*pressed(when, "2024年"))
    assert name_of(sent) == "佐证_动态通知类_2024年.zip"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("导出 佐证 市司法局 3月", "佐证_市司法局_2024年3月.zip"),
        ("/export 佐证 3月 司法局", "佐证_市司法局_2024年3月.zip"),
        ("导出佐证材料包 市司法局 一季度", "佐证_市司法局_2024年一季度.zip"),
        ("导出佐证市司法局3月", "佐证_市司法局_2024年3月.zip"),
        ("导出 佐证 司法局一季度", "佐证_市司法局_2024年一季度.zip"),
        ("导出 佐证 动态 2024年", "佐证_动态通知类_2024年.zip"),
        ("/export evidence dongtai 2024-03", "佐证_动态通知类_2024年3月.zip"),
    ],
)
async def test_what_is_written_comes_at_once(office, said, name):
    (sent,) = await office.say(said)
    assert name_of(sent) == name


async def test_a_name_without_a_time_and_a_time_without_a_name_ask_for_the_other(office):
    (when,) = await office.say("导出 佐证 市司法局")
    assert words(when)[-1] == "要哪段时间的佐证材料包？"
    (offered,) = await office.say("导出 佐证 3月")
    (sent,) = await office.press(*pressed(offered, JUSTICE))
    assert name_of(sent) == "佐证_市司法局_2024年3月.zip"


async def test_the_offer_takes_a_typed_name(office):
    (offered,) = await office.say("导出 佐证")
    (sent,) = await office.reply(offered, "司法局 2024-03")
    assert name_of(sent) == "佐证_市司法局_2024年3月.zip"


async def test_what_means_several_or_none_is_asked_about_and_keeps_its_time(office):
    (asked,) = await office.say("导出 佐证 五公开 3月")
    assert words(asked) == ["“五公开”可能是下面这些，请选择："]
    assert len(labels(asked)) == 3
    (unknown,) = await office.say("导出 佐证 天气局局局 3月")
    assert words(unknown)[0].startswith("没有叫“天气局局局”的单位或栏目。")
    (sent,) = await office.reply(unknown, "市司法局 3月")
    assert name_of(sent) == "佐证_市司法局_2024年3月.zip"


async def test_where_nothing_was_reported_there_is_nothing_to_pack(office):
    with pytest.raises(NothingToPack):
        await office.say("导出 佐证 市教育局 3月")


async def test_a_unit_that_reports_no_more_is_found_by_its_name(office, county):
    _, units, _ = county
    await sql.execute("UPDATE unit SET is_active = FALSE WHERE id = $1", units[JUSTICE])
    (sent,) = await office.say("导出 佐证 市司法局 3月")
    assert name_of(sent) == "佐证_市司法局_2024年3月.zip"


async def test_of_several_organisations_one_is_asked_for_and_what_was_written_goes_along(office, county):
    organisation_id, *_ = county
    other = await an_organisation("定南县")
    talk = Talk(an_administrator(organisation_id, other), store=office.store)
    (asked,) = await talk.say("导出 佐证 市司法局 3月")
    assert labels(asked) == [["峨眉山市"], ["定南县"]]
    (sent,) = await talk.press(*pressed(asked, "峨眉山市"))
    assert name_of(sent) == "佐证_市司法局_2024年3月.zip"


@pytest.mark.parametrize("of", ["unit", "category"])
async def test_a_button_of_what_is_gone_says_so(office, county, of):
    told = {"organisation_id": county[0], "of": of, "id": 999, "period": "2024-03"}
    with pytest.raises(PackSubjectGone):
        await office.press("export.pack", told)


async def test_the_same_button_pressed_again_is_another_pack_in_the_audit(office):
    (when,) = await office.say("导出 佐证 市司法局")
    for _ in range(2):
        await office.press(*pressed(when, "2024年3月"))
    rows = await sql.fetch("SELECT source FROM audit_entry WHERE action = 'sheet.pack'")
    assert len({row["source"] for row in rows}) == 2


async def test_the_audit_says_what_was_taken_out_and_by_which_sum_to_know_it(office):
    (sent,) = await office.say("导出 佐证 市司法局 3月")
    (shown,) = await office.say("留痕")
    assert "取出佐证材料包" in shown.text
    assert "市司法局 2024-03、文件1个、佐证2件" in shown.text
    (table,) = await office.press(*pressed(shown, "导出 CSV"))
    digest = hashlib.sha256(await content_of(sent)).hexdigest()
    assert digest in (await content_of(table)).decode()
