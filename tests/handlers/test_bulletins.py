import dataclasses
import datetime as dtm

import pytest

from handlers.kit.arrival import Question
from handlers.kit.specs import OnlyInPrivate
from handlers.views.bulletin_pages import cut, pictures
from handlers.views.markup import MAX_UNITS, units
from locales import Catalogue
from models.enums import BulletinKind, Role
from services import sql
from services.core.access import NotPermitted
from services.core.bulletin_requests import (
    BulletinPeriodUnclear,
    IssueNumberUnclear,
    read_issue_number,
    read_request,
)
from services.core.bulletin_words import Written
from services.core.composing import IssueNumber
from services.core.issue_days import IssueDays, IssueDaysUnclear, read_issue_days
from services.core.period import Period
from services.core.phrases import PhraseFieldUnknown
from services.core.quarter import Quarter
from services.core.stated import FigureUnknown
from services.facts.ledger import record
from services.issuing.bulletin_phrases import PhraseOutdated
from services.issuing.bulletins import BulletinAhead, BulletinOutdated
from tests.builders import NOW, a_fact, an_organisation, dingnan
from tests.core import test_bulletins as printed
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member

STATED = """网站信息 446
网站累计 94276
公开累计 429102
来信 4
办结 4
来信累计 4998
错敏整改单位 住建局、市场监管局"""


async def an_office():
    organisation_id, units_by_name = await dingnan()
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    return Talk(clerk), organisation_id, units_by_name


async def press(talk, answer, label):
    (shown,) = await talk.press(*pressed(answer, label))
    return shown


async def test_from_the_command_to_an_issued_bulletin_and_its_correction(database):
    talk, _, units_by_name = await an_office()
    (card,) = await talk.say("/bulletin")
    assert words(card) == [
        "定南县 · 2024年2月月报",
        "第1期 · 草稿",
        "💡 期号从第1期编起。以前编过的，请点“期号”写明本期是第几期、总第几期。",
        "",
        "✏️ 待填 6 项：网站信息、网站累计、公开累计、来信、办结、来信累计",
        "🔎 核对：0 处要说明，1 处提示",
    ]
    figures = await press(talk, card, "填数字")
    assert "公开信息：1730（按报送统计）" in words(figures)
    assert words(figures)[-2] == "请发“网站信息”的数字。"
    (one,) = await talk.reply(figures, "440")
    assert words(one)[0] == "✅ 网站信息：440"
    (filled,) = await talk.reply(one, STATED)
    assert words(filled)[0] == "✅ 网站信息：446（原为 440）"
    assert words(filled)[-2] == "数字已填齐；要改，请点名称。"
    card = await press(talk, filled, "« 返回")
    asked = await press(talk, card, "期号")
    (card,) = await talk.reply(asked, "第2期 总第136期")
    assert words(card)[:1] == ["✅ 期号已记下。"]
    assert "第2期（总第136期） · 草稿" in words(card)
    assert words(card)[-1] == "🔎 核对：没有不符之处"

    page = await press(talk, card, "预览")
    assert words(page)[0] == "定南县政府门户网站内容保障和政府信息公开月报"
    assert "政府办公室｜360｜30｜32｜106.7%｜60｜16.7%" in words(page)
    (book,) = await talk.press(*pressed(card, "Excel"))
    assert book.document.name == "定南县政府门户网站内容保障和政府信息公开月报第2期（总第136期）.xlsx"
    before = b"".join([chunk async for chunk in book.document.chunks()])

    asked = await press(talk, card, "印发")
    done = await press(talk, asked, "确认印发")
    assert words(done)[0] == "✅ 已印发。"
    assert words(done)[3:5] == ["第2期（总第136期）", "2024年3月20日印发"]
    (again,) = await talk.say("通报 2月")
    assert words(again)[1:] == words(done)[3:]

    category_id = (await sql.fetch("SELECT id FROM category"))[0]["id"]
    await record([a_fact(units_by_name["龙塘镇政府"], category_id, 2, 4, "late")], NOW)
    (book,) = await talk.press(*pressed(again, "Excel"))
    assert b"".join([chunk async for chunk in book.document.chunks()]) == before
    assert "龙塘镇政府｜600｜50｜116｜232.0%｜222｜37.0%" in words(await press(talk, again, "看全文"))
    differs = await press(talk, again, "更正")
    assert "• 龙塘镇政府·2月发布数：116 → 120" in words(differs)
    (corrected,) = await talk.reply(differs, "龙塘镇政府补报4条")
    assert words(corrected)[0] == "✅ 已印发更正第1号。"
    assert any(line.startswith("更正第1号（2024年3月20日，8 处）") for line in words(corrected))
    shown = await press(talk, corrected, "更正第1号")
    assert "• 龙塘镇政府·2月发布数：116 → 120" in words(shown)
    same = await press(talk, corrected, "更正")
    assert words(same)[-1] == "与现在的数字一致，不需要更正。"
    listed = await press(talk, corrected, "已印发的")
    assert words(listed)[1] == "• 2024年2月月报：第2期（总第136期） · 2024年3月20日印发（更正 1 次）"


async def content_of(answer):
    return b"".join([chunk async for chunk in answer.document.chunks()])


async def test_the_word_document_of_an_issued_bulletin_outlives_its_template(database):
    talk, _, _ = await an_office()
    (card,) = await talk.say("通报")
    await talk.reply(await press(talk, card, "填数字"), STATED)
    done = await press(talk, await press(talk, card, "印发"), "确认印发")
    (first,) = await talk.press(*pressed(done, "Word"))
    assert first.document.name.endswith("第1期.docx")

    (march,) = await talk.say("通报 3月")
    asked = await press(talk, march, "换模板")
    assert words(asked)[1] == "默认模板"
    (given,) = await talk.press(*pressed(asked, "下载现在的模板"))
    question = Question(asked.asks, asked.asks_with)
    (refused,) = await talk.send(b"no document", "样式.docx", question=question)
    assert (refused.asks, refused.asks_with) == (asked.asks, asked.asks_with)
    (said,) = await talk.reply(refused, "就是它")
    assert words(said)[0] == "请发送 .docx 文件。"
    specimen, offered = await talk.send(await content_of(given), "我们的.docx", question=question)
    assert specimen.document.name == "模板样张.docx"
    used = await press(talk, offered, "就用这个模板")
    assert words(used)[:3] == ["✅ 模板已换好。", "", "月报模板"]
    assert words(used)[3] == "我们的.docx"
    await sql.execute("UPDATE word_template SET content = $1", b"spoilt since")
    (again,) = await talk.press(*pressed(done, "Word"))
    assert await content_of(again) == await content_of(first)
    back = await press(talk, used, "恢复默认模板")
    assert words(back)[3] == "默认模板"


async def test_what_does_not_fit_is_explained_or_the_bulletin_waits(database):
    talk, _, _ = await an_office()
    (card,) = await talk.say("/bulletin 2024-02")
    refused = await press(talk, card, "印发")
    assert words(refused)[3] == "还不能印发，请先把下面几项补上："
    figures = await press(talk, refused, "填数字")
    (filled,) = await talk.reply(figures, f"{STATED}\n公开信息 1614")
    card = await press(talk, filled, "« 返回")
    found = await press(talk, card, "核对")
    assert "⚠️ 正文“公开信息”1614条，附表合计1730条，相差116条（等于龙塘镇政府）。请看是不是漏加。" in words(
        found
    )
    asked = await press(talk, card, "印发")
    assert asked.asks == "bulletin.reason"
    (done,) = await talk.reply(asked, "按网站口径统计")
    assert "印发说明：按网站口径统计" in words(done)


async def test_words_are_changed_place_by_place_and_kept(database):
    talk, _, _ = await an_office()
    (card,) = await talk.say("月报")
    listed = await press(talk, card, "改文字")
    place = await press(talk, listed, "其他问题")
    assert "这一处现在不写。" in words(place)
    with pytest.raises(PhraseFieldUnknown):
        await talk.reply(place, "{没有的字段}")
    (worded,) = await talk.reply(place, "●{后三位}进度较慢,请抓紧。")
    assert "●公路发展分中心、市场监管局、发改委进度较慢，请抓紧。" in words(worded)
    with pytest.raises(PhraseOutdated):
        await talk.reply(place, "另一位管理员的话")
    back = await press(talk, worded, "恢复默认文字")
    assert "这一处现在不写。" in words(back)
    title = await press(talk, await press(talk, back, "« 全部文字"), "标题")
    gone = await press(talk, title, "不要这一处")
    assert labels(await press(talk, gone, "« 全部文字"))[0][0] == "✏️ 标题"


async def test_the_days_are_stated_before_it_is_issued(database):
    talk, _, _ = await an_office()
    (card,) = await talk.say("通报 2023")
    asked = await press(talk, card, "日期")
    assert words(asked)[1:3] == [
        "署名：印发当天（今天是 2024年3月20日）",
        "印发：印发当天（今天是 2024年3月20日）",
    ]
    (card,) = await talk.reply(asked, "署名3月15日 印发3月16日")
    assert "署名：2024年3月15日、印发：2024年3月16日" in words(card)
    page = await press(talk, card, "预览")
    assert "2024年3月15日" in words(page)
    (card,) = await talk.reply(await press(talk, card, "日期"), "署名3月17日")
    found = await press(talk, card, "核对")
    assert any("晚于印发日期2024年3月16日" in line for line in words(found))
    card = await press(talk, await press(talk, card, "日期"), "用印发当天")
    assert not any("署名" in line for line in words(card))
    with pytest.raises(IssueDaysUnclear):
        await talk.reply(asked, "明天下午")


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("署名4月15日 印发4月16日", "quarterly", (15, 16)),
        ("印发日期：4月16日，署名日期：2020年4月15日", "quarterly", (15, 16)),
        ("2020-04-15 2020-04-16", "quarterly", (15, 16)),
        ("4月16日", "quarterly", (16, 16)),
        ("印发4.17", "yearly", (14, 17)),
        ("当天", "quarterly", (None, None)),
        ("4月16日", "monthly", (None, 16)),
        ("署名4月16日", "monthly", IssueDaysUnclear),
        ("4月31日", "quarterly", IssueDaysUnclear),
        ("1999-04-16", "quarterly", IssueDaysUnclear),
        ("4月16日左右", "quarterly", IssueDaysUnclear),
        ("4月15日4月16日4月17日", "quarterly", IssueDaysUnclear),
    ],
)
def test_days_are_read_as_people_write_them(text, kind, expected):
    known = IssueDays(dtm.date(2020, 4, 14), None)
    told = (text, BulletinKind(kind), known, dtm.date(2020, 4, 16))
    if isinstance(expected, type):
        with pytest.raises(expected):
            read_issue_days(*told)
    else:
        days = [day and dtm.date(2020, 4, day) for day in expected]
        assert read_issue_days(*told) == IssueDays(*days)


async def test_the_second_of_two_administrators_is_told_what_happened(database):
    talk, organisation_id, _ = await an_office()
    other = Talk(await a_member(organisation_id, Role.ADMINISTRATOR, telegram_id=7002))
    (card,) = await talk.say("通报")
    await talk.reply(await press(talk, card, "填数字"), STATED)
    asked = await press(talk, card, "印发")
    await other.reply(await press(other, card, "填数字"), "网站信息 447")
    with pytest.raises(BulletinOutdated):
        await talk.press(*pressed(asked, "确认印发"))


async def test_who_administers_several_chooses_and_the_period_stays(database):
    talk, _, _ = await an_office()
    await a_member(await an_organisation("峨眉山市"), Role.ADMINISTRATOR)
    clerk = await a_member(talk.actor.organisation_ids[0], Role.ADMINISTRATOR)
    (asked,) = await Talk(clerk).say("/bulletin 2024年1月")
    card = await press(Talk(clerk), asked, "峨眉山市")
    assert words(card)[0] == "峨眉山市 · 2024年1月月报"
    assert any("没有" in line or "待填" in line for line in words(card))
    found = await press(Talk(clerk), card, "核对")
    assert "⛔ 没有单位可以列入附件。请先在 /units 登记单位。" in words(found)


async def test_a_quarter_and_a_year_have_bulletins_too(database):
    talk, _, _ = await an_office()
    (card,) = await talk.say("/bulletin 一季度")
    assert words(card)[0] == "定南县 · 2024年一季度通报"
    (card,) = await talk.say("/bulletin quarter")
    assert words(card)[0] == "定南县 · 2023年四季度通报"
    (card,) = await talk.say("通报 年度")
    assert words(card)[0] == "定南县 · 2023年通报"
    with pytest.raises(BulletinAhead):
        await talk.say("/bulletin 2025-01")


async def test_bulletins_are_for_administrators_in_private(database):
    talk, organisation_id, _ = await an_office()
    with pytest.raises(OnlyInPrivate):
        await Talk(talk.actor, in_group=True, organisation_id=organisation_id).say("/bulletin")
    with pytest.raises(NotPermitted):
        await Talk(await a_member(organisation_id, Role.LEADER, telegram_id=7003)).say("/bulletin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Period.of_month(2024, 2)),
        ("月报", Period.of_month(2024, 2)),
        ("季度", Quarter(2023, 4)),
        ("年度通报", Period.of_year(2023)),
        ("2024年2月月报", Period.of_month(2024, 2)),
        ("2020Q1", Quarter(2020, 1)),
        ("2024", Period.of_year(2024)),
        ("本月", Period.of_month(2024, 3)),
        ("随便", BulletinPeriodUnclear),
    ],
)
def test_a_bulletin_tells_of_what_is_over(text, expected):
    today = dtm.date(2024, 3, 20)
    if isinstance(expected, type):
        with pytest.raises(expected):
            read_request(text, today)
    else:
        assert read_request(text, today) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第2期 总第136期", IssueNumber(2, 136)),
        ("2 136", IssueNumber(2, 136)),
        ("3", IssueNumber(3, 9)),
        ("无", IssueNumber()),
        ("二", None),
        ("0", None),
        ("1 2 3", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text, expected):
    if expected is None:
        with pytest.raises(IssueNumberUnclear):
            read_issue_number(text, IssueNumber(1, 9))
    else:
        assert read_issue_number(text, IssueNumber(1, 9)) == expected


def test_pages_fit_into_messages_and_lose_nothing():
    lines = [Written("标题" * 2000, is_heading=True), *(Written(f"第{at}行<&>" * 30) for at in range(300))]
    pages = cut(lines)
    assert all(0 < units(page) <= MAX_UNITS - 60 for page in pages)
    assert sum(page.count("&lt;") for page in pages) == 300 * 30


async def test_figures_come_from_a_small_sheet_after_a_look(database):
    talk, _, _ = await an_office()
    asked = await press(talk, (await talk.say("通报"))[0], "填数字")
    question = Question(asked.asks, asked.asks_with)
    sheet = "序号,项目,2月\n1,网站信息,446\n2,来信,4件\n3,错敏整改单位,住建局、司法局\n".encode()
    (shown,) = await talk.send(sheet, "数字.csv", question=question)
    assert words(shown) == ["表格里读到：", "网站信息：446", "来信：4", "错敏整改单位：住建局、司法局"]
    taken = await press(talk, shown, "记下这些")
    assert words(taken)[:2] == ["✅ 网站信息：446", "✅ 来信：4"]
    (nothing,) = await talk.send("甲,乙\n1,2\n".encode(), "别的.csv", question=question)
    assert words(nothing)[0].startswith("没有读到数字")
    assert nothing.asks == asked.asks


async def test_a_line_without_a_name_is_refused_and_says_which(database):
    talk, _, _ = await an_office()
    figures = await press(talk, (await talk.say("通报"))[0], "填数字")
    with pytest.raises(FigureUnknown) as refused:
        await talk.reply(figures, "网站信息 446\n没有这一项 5")
    assert refused.value.params == {"text": "没有这一项 5"}


def test_pictures_of_many_units_come_as_albums():
    facts = printed.dingnan()
    one = facts.units[0]
    many = tuple(dataclasses.replace(one, unit_id=at, position=at, year_done=at) for at in range(600))
    facts = dataclasses.replace(facts, units=many)
    answers = pictures(facts, printed.composed(facts).bulletin, Catalogue.load().texts("zh_CN"))
    assert [1 + len(each.album) for each in answers] == [10, 2]
    assert answers[0].text.endswith("\n第2期（总第136期）")
