import datetime as dtm

import pytest

from handlers.registry import edited
from models.enums import Language, Role
from services import sql
from services.arranging import retirement
from services.audit import Deed
from services.core.access import Binding, NotPermitted
from services.facts import ledger
from services.facts.months import MonthClosed
from services.membership import members
from services.reporting.drafting import UnitMerged, UnitRetired
from tests.builders import NOW, a_reporter, an_actor, an_administrator, emeishan
from tests.handlers.talk import Talk, labels, pressed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE = "市司法局"


@pytest.fixture
async def county(database):
    await members.remember(7001)
    return await emeishan()


@pytest.fixture
def talk(county):
    organisation_id, units, _ = county
    return Talk(a_reporter(organisation_id, units[JUSTICE]))


@pytest.fixture
def office(county):
    return Talk(an_administrator(county[0]), message_id=400)


async def counted() -> int:
    rows = await sql.fetch("SELECT COALESCE(SUM(count), 0) AS count FROM tally")
    assert await ledger.rebuild() == ()
    return int(rows[0]["count"])


async def test_the_receipt_says_what_is_still_missing(talk):
    (receipt,) = await talk.say("报送 动态 1")
    assert words(receipt) == [
        "已收到 · 市司法局 · 2024年3月",
        "动态通知类 +1 → 1/2 条 🟢 正常，尚差 1 条",
        "",
        "其他栏目还差：政务新媒体 4 条",
        "本月第 1 名（共 5 个单位）",
        "3月29日（星期五）截止，还有 8 个工作日",
    ]
    assert labels(receipt) == [["撤回", "查看进度"]]


async def test_the_first_example_of_the_issue(talk):
    (receipt,) = await talk.say("/report 动态 3 法定 1")
    assert words(receipt)[1:3] == [
        "动态通知类 +3 → 3/2 条 ✅ 已完成",
        "法定主动公开内容 +1 → 本月 1 条（没有任务数）",
    ]


@pytest.mark.parametrize(
    "text", ["報送 動態 3", "报送 动态三条", "报送：动态 3", "/report 动态 ３", "报送动态3", "/报送 动态 3条"]
)
async def test_it_is_heard_in_many_ways(talk, text):
    await talk.say(text)
    assert await counted() == 3


async def test_setting_says_from_what_to_what(talk):
    await talk.say("报送 动态 3")
    talk.message_id += 2
    (receipt,) = await talk.say("报送 动态 =5 决策公开 1")
    assert words(receipt)[1:3] == [
        "动态通知类 由 3 改为 5 → 5/2 条 ✅ 已完成",
        "决策公开 +1 → 全年 1/1 条 ✅ 已完成",
    ]
    talk.message_id += 2
    (receipt,) = await talk.say("报送 动态 =5")
    assert words(receipt)[1] == "动态通知类 仍为 5 → 5/2 条 ✅ 已完成"


async def test_a_group_reads_no_place_and_no_names(county, talk):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units[JUSTICE]), in_group=True, organisation_id=organisation_id)
    (receipt,) = await talk.say("报送 动态 1")
    assert not [line for line in words(receipt) if "名（" in line]
    assert labels(receipt) == [["撤回"]]
    await members.bind(7009, organisation_id, None, Role.ADMINISTRATOR, NOW)
    await sql.execute("UPDATE member SET name = '李主任' WHERE telegram_id = 7009")
    talk.message_id += 2
    (refused,) = await talk.say("报送 动态 1 1月")
    assert words(refused)[1] == "如需补报，请联系政务公开办管理员开账。"
    private = Talk(a_reporter(organisation_id, units[JUSTICE]))
    (refused,) = await private.say("报送 动态 1 1月")
    assert words(refused) == [
        "市司法局的2024年1月已于2月6日关账，这次没有计入。",
        "如需补报，请联系政务公开办管理员开账：李主任。",
    ]
    assert labels(refused) == []


async def test_alone_it_asks_for_everything_by_buttons(talk):
    (asked,) = await talk.say("报送")
    assert words(asked)[-1] == "请问报送哪个栏目？也可以直接发“栏目 条数”。"
    assert labels(asked)[0] == ["政务新媒体（尚差 4）", "动态通知类（尚差 2）"]
    (how_many,) = await talk.press(*pressed(asked, "动态通知类（尚差 2）"))
    assert how_many.replaces
    assert labels(how_many) == [["1", "2", "3", "5", "10"]]
    (receipt,) = await talk.press(*pressed(how_many, "2"))
    assert receipt.replaces
    assert await counted() == 2


async def test_a_number_can_be_typed_and_nonsense_is_asked_again_only_twice(talk):
    (asked,) = await talk.say("报送 动态")
    for text in ("谢谢", "三点五"):
        (asked,) = await talk.reply(asked, text)
        assert asked.asks
    (given_up,) = await talk.reply(asked, "稍等")
    assert not given_up.asks
    assert await counted() == 0
    (asked,) = await talk.say("报送 动态")
    (receipt,) = await talk.reply(asked, "三条")
    assert words(receipt)[0].startswith("已收到")
    assert await counted() == 3


async def test_in_a_group_a_number_is_asked_without_buttons(county):
    organisation_id, units, _ = county
    group = Talk(a_reporter(organisation_id, units[JUSTICE]), in_group=True, organisation_id=organisation_id)
    (asked,) = await group.say("报送 动态")
    assert asked.asks
    assert labels(asked) == []
    (which,) = await group.say("报送")
    (pressed_for,) = await group.press(*pressed(which, "动态通知类（尚差 2）"))
    assert labels(pressed_for) == [["1", "2", "3", "5", "10"]]


async def test_one_who_reports_for_several_chooses_and_can_move_the_report(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units[JUSTICE], units["市教育局"]))
    (asked,) = await talk.say("报送 动态 3")
    assert labels(asked) == [[JUSTICE, "市教育局"]]
    (receipt,) = await talk.press(*pressed(asked, JUSTICE))
    assert labels(receipt)[0] == ["撤回", "换单位", "查看进度"]
    (which,) = await talk.press(*pressed(receipt, "换单位"))
    assert labels(which) == [["市教育局"], ["保持不变"]]
    talk.message_id += 2
    (moved,) = await talk.press(*pressed(which, "市教育局"))
    assert words(moved)[:2] == [
        "已更正 · 市教育局 · 2024年3月",
        "动态通知类 由 0 改为 3 → 3/2 条 ✅ 已完成",
    ]
    assert await counted() == 3


async def test_taking_back_shows_it_first(talk):
    await talk.say("报送 动态 3")
    (shown,) = await talk.say("撤回")
    assert words(shown) == [
        "您最近一次报送：市司法局 · 2024年3月（3月20日 02:00）",
        "",
        "动态通知类 3 条",
        "",
        "要撤回吗？",
    ]
    assert await counted() == 3
    talk.message_id += 2
    (gone,) = await talk.press(*pressed(shown, "撤回"))
    assert words(gone) == ["已撤回 · 市司法局 · 2024年3月", "动态通知类 3 条"]
    assert gone.replaces
    assert await counted() == 0


async def test_a_doubt_can_be_confirmed_changed_or_dropped(talk):
    (asked,) = await talk.say("报送 动态 300")
    assert labels(asked) == [["确认 300 条", "改一改"]]
    (again,) = await talk.press(*pressed(asked, "改一改"))
    (receipt,) = await talk.reply(again, "3")
    assert words(receipt)[0].startswith("已收到")
    talk.message_id += 2
    (asked,) = await talk.say("报送 动态 3")
    assert labels(asked) == [["确实是另外的"], ["是重复，不计"]]
    (dropped,) = await talk.press(*pressed(asked, "是重复，不计"))
    assert words(dropped) == ["好的，这条不计。"]
    assert await counted() == 3


async def test_a_page_twice_is_told_by_day_and_title(talk):
    await talk.say("报送 动态 https://www.emeishan.gov.cn/art/1.html 第一篇")
    talk.message_id += 2
    (told,) = await talk.say("报送 动态 https://www.emeishan.gov.cn/art/1.html")
    assert words(told) == ["市司法局此前已报送过，没有重复计入：", "· 《第一篇》3月20日已报送"]


async def test_another_units_name_is_for_the_office_alone(county, talk, office):
    page = "https://www.emeishan.gov.cn/art/1.html"
    await office.say(f"报送 市公安局 动态 {page} 第一篇")
    (asked,) = await talk.say(f"报送 动态 {page}")
    assert words(asked)[-1] == "· 《第一篇》3月20日由其他单位报送"
    assert labels(asked) == [["仍然计入", "不计"]]
    office.message_id += 2
    (asked,) = await office.say(f"报送 市教育局 动态 {page}")
    assert words(asked)[-1] == "· 《第一篇》3月20日由市公安局报送"
    (receipt,) = await office.press(*pressed(asked, "仍然计入"))
    assert words(receipt)[0].startswith("已收到")


async def test_at_the_beginning_of_a_month_it_is_asked_which(talk):
    talk.today = dtm.date(2024, 6, 3)
    (asked,) = await talk.say("报送 动态 3")
    assert labels(asked) == [["上月（2024年5月）", "本月（2024年6月）"]]
    (receipt,) = await talk.press(*pressed(asked, "上月（2024年5月）"))
    assert words(receipt)[0] == "已收到 · 市司法局 · 2024年5月 · ⏰ 逾期"


@pytest.mark.parametrize(
    ("text", "month"), [("本月", "6月"), ("5月", "5月 · ⏰ 逾期"), ("last month", "5月 · ⏰ 逾期")]
)
async def test_the_month_may_be_typed(talk, text, month):
    talk.today = dtm.date(2024, 6, 3)
    (asked,) = await talk.say("报送 动态 3")
    (again,) = await talk.reply(asked, "今年")
    assert again.text == "没有看出是哪个月。请发“上月”或“本月”。"
    (receipt,) = await talk.reply(again, text)
    assert words(receipt)[0] == f"已收到 · 市司法局 · 2024年{month}"


async def test_an_edit_is_offered_and_agreed(talk):
    await talk.say("报送 动态 3 决策公开 1")
    (offered,) = await edited(talk.context("报送 动态 5 决策公开 1"))
    assert words(offered) == [
        "您改了这条报送。要更正为下面这样吗？",
        "市司法局 · 2024年3月",
        "动态通知类：3 条 → 5 条",
    ]
    assert labels(offered) == [["改为 5 条", "保持不变"]]
    talk.message_id += 2
    (receipt,) = await talk.press(*pressed(offered, "改为 5 条"))
    assert words(receipt)[:2] == [
        "已更正 · 市司法局 · 2024年3月",
        "动态通知类 由 3 改为 5 → 5/2 条 ✅ 已完成",
    ]
    assert await counted() == 6


@pytest.mark.parametrize("text", ["报送 动态 3", "报送  动态三条"])
async def test_an_edit_that_says_the_same_is_met_with_silence(talk, text):
    await talk.say("报送 动态 3")
    assert list(await edited(talk.context(text))) == []


@pytest.mark.parametrize("text", ["不报了", "谢谢", "进度"])
async def test_who_edits_a_report_away_is_told_that_it_still_counts(talk, text):
    await talk.say("报送 动态 3")
    (told,) = await edited(talk.context(text))
    assert words(told) == ["这条消息原来报送的仍按原样计入。要撤回，请发“撤回”。"]
    assert await counted() == 3


async def test_who_edits_a_report_into_nonsense_is_told_that_it_still_counts(talk):
    await talk.say("报送 动态 3")
    (told,) = await edited(talk.context("报送 动泰 3"))
    assert words(told)[0].startswith("“动泰”")
    assert words(told)[1].startswith("这条消息原来报送的仍按原样计入。")


@pytest.mark.parametrize("first", ["报送 动态 30", "包送 动态 3"])
async def test_who_corrects_what_was_never_counted_is_asked_to_send_it_anew(talk, first):
    if first.startswith("报送"):
        await talk.say(first)
    (told,) = await edited(talk.context("报送 动态 3"))
    assert words(told)[0].startswith("改过的消息不会计入。")
    assert await counted() == 0


async def test_taking_back_what_was_set_says_what_the_count_was_and_is_again(talk):
    await talk.say("报送 动态 7")
    talk.message_id += 2
    await talk.say("报送 动态 =5 决策公开 1")
    (shown,) = await talk.say("撤回")
    assert words(shown)[2:4] == ["决策公开 1 条", "动态通知类 现为 5 条，撤回后为 7 条"]
    (gone,) = await talk.press(*pressed(shown, "撤回"))
    assert words(gone)[1:] == ["决策公开 1 条", "动态通知类 由 5 条改回 7 条"]
    assert await counted() == 7


async def test_what_only_set_a_count_is_corrected_by_an_edit_too(talk):
    await talk.say("报送 动态 =0")
    (offered,) = await edited(talk.context("报送 动态 =4"))
    assert words(offered)[0].startswith("您改了这条报送。")


async def test_what_was_withdrawn_is_not_brought_back_by_an_edit(talk):
    (receipt,) = await talk.say("报送 动态 3")
    await talk.press(*pressed(receipt, "撤回"))
    (told,) = await edited(talk.context("报送 动态 4"))
    assert words(told)[0].startswith("改过的消息不会计入。")


async def test_who_reports_nothing_may_edit_in_peace(county):
    leader = Talk(an_actor(Binding(county[0], None, Role.LEADER)))
    assert list(await edited(leader.context("报送 动态 3"))) == []


async def test_the_office_opens_a_month_from_the_refusal_and_the_reporters_are_told(county, office):
    organisation_id, units, _ = county
    await members.bind(7011, organisation_id, units[JUSTICE], Role.REPORTER, NOW)
    await members.bind(7012, organisation_id, units[JUSTICE], Role.REPORTER, NOW)
    await sql.execute("UPDATE member SET language = 'en' WHERE telegram_id = 7012")
    (refused,) = await office.say("报送 市司法局 动态 3 1月")
    assert labels(refused) == [["开账"]]
    (asked,) = await office.press(*pressed(refused, "开账"))
    assert "3月25日" in words(asked)[0]
    (asked,) = await office.press(*pressed(asked, "到3月27日（5 个工作日）"))
    opened, first, second = await office.reply(asked, "补报材料")
    assert words(opened)[0].startswith("已开账 · 市司法局 · 2024年1月，3月27日（含）前可以补报")
    assert (first.to, second.to) == (7011, 7012)
    assert "市司法局重开2024年1月" in words(first)[0]
    assert "reopened January 2024" in words(second)[0]
    office.message_id += 2
    (receipt,) = await office.say("报送 市司法局 动态 3 1月")
    assert words(receipt)[0].endswith("逾期")
    assert "已重开，3月27日（含）前可以补报" in words(receipt)
    (listed,) = await office.say("开账")
    assert labels(listed) == [["关账：市司法局 2024年1月"]]
    (closed,) = await office.press(*pressed(listed, "关账：市司法局 2024年1月"))
    assert words(closed) == ["已提前关账 · 市司法局 · 2024年1月"]


async def test_opening_takes_everything_in_one_line_or_asks(county, office):
    opened, *_ = await office.say("开账 市司法局 1月 3月22日 补报 两条")
    assert words(opened) == [
        "已开账 · 市司法局 · 2024年1月，3月22日（含）前可以补报，计为逾期。原因：补报 两条",
        "该单位还没有登记信息员，请另行通知。",
    ]
    (history,) = await office.say("留痕")
    assert "开账 市司法局 2024年1月：到2024年3月22日（原因：补报 两条）" in words(history)
    (which,) = await office.say("开账 市公")
    assert labels(which) == [["市公安局", "市公共资源交易中心"]]
    (month,) = await office.press(*pressed(which, "市公安局"))
    assert labels(month)[0] == ["2024年2月", "2024年1月"]
    (asked,) = await office.press(*pressed(month, "2024年2月"))
    assert asked.asks


async def test_english_is_whole(county):
    organisation_id, units, _ = county
    binding = Binding(organisation_id, units[JUSTICE], Role.REPORTER)
    talk = Talk(an_actor(binding, language=Language.ENGLISH))
    (receipt,) = await talk.say("/report dt 1")
    assert words(receipt)[0] == "Received · 市司法局 · March 2024"
    (asked,) = await talk.say("/undo")
    assert labels(asked) == [["Withdraw", "Leave it"]]


async def test_the_progress_of_ones_own_unit_leads_to_reports_of_their_own(talk):
    (shown,) = await talk.say("进度")
    (first,) = await talk.press(*pressed(shown, "报送"))
    assert not first.replaces
    (how_many,) = await talk.press(*pressed(first, "动态通知类（尚差 2）"))
    for _ in range(2):
        await talk.press(*pressed(how_many, "2"))
    talk.message_id += 2
    (second,) = await talk.press(*pressed(shown, "报送"))
    (receipt,) = await talk.reply(second, "动态 1")
    assert words(receipt)[1] == "动态通知类 +1 → 3/2 条 ✅ 已完成"
    assert await counted() == 3
    (past,) = await talk.say("进度 1月")
    assert ["报送"] not in labels(past)


async def test_the_office_sees_what_came_late_and_the_unit_does_not(talk, office):
    talk.today = office.today = dtm.date(2024, 3, 6)
    await talk.say("报送 动态 3 上月")
    (seen,) = await office.say("进度 市司法局 上月")
    assert words(seen)[-1] == "其中逾期：动态通知类 3 条"
    assert ["报送"] not in labels(seen)
    (own,) = await talk.say("进度 上月")
    assert "其中逾期：动态通知类 3 条" not in words(own)
    assert ["报送"] in labels(own)


async def test_a_reporter_whose_unit_is_gone_is_told_so(talk):
    await sql.execute(
        "UPDATE unit SET is_active = FALSE, retired_at = '2024-03-01 00:00:00+00:00' WHERE name = '市司法局'"
    )
    await sql.execute("UPDATE organisation SET version = version + 1")
    for text in ("报送 动态 3", "报送 市司法局 动态 3"):
        with pytest.raises(UnitRetired) as refused:
            await talk.say(text)
        assert refused.value.params == {"unit": JUSTICE, "retired_on": dtm.date(2024, 3, 1)}


async def test_the_office_corrects_the_figures_of_a_unit_that_was_retired(county, office):
    await office.say("报送 市司法局 动态 3")
    card = (await office.say("单位 市司法局"))[0]
    (asked,) = await office.press(*pressed(card, "停用"))
    await office.press(*pressed(asked, "确认停用"))
    office.message_id += 2
    (receipt,) = await office.say("报送 市司法局 动态 =5")
    assert words(receipt)[1].startswith("动态通知类 由 3 改为 5")
    (shown,) = await office.press(*pressed(receipt, "查看进度"))
    assert "动态通知类：本月 5/2，全年 5/24 20.8%" in words(shown)
    assert "完成" not in shown.text
    (offered,) = await edited(office.context("报送 市司法局 动态 =4"))
    await office.press(*pressed(offered, "改为 共 4 条"))
    assert await counted() == 4
    (shown,) = await office.say("撤回")
    await office.press(*pressed(shown, "撤回"))
    assert await counted() == 3
    with pytest.raises(MonthClosed):
        await office.context("").use_cases.reports.submit(
            office.actor, "市司法局 动态 1 1月", office.context("").occasion
        )


async def test_a_unit_that_was_merged_is_reported_for_by_its_heir(county, office):
    _, units, _ = county
    await retirement.merge(office.actor, units[JUSTICE], units["市公安局"], Deed(1, "message/m1/90", NOW))
    (receipt,) = await office.say("报送 市司法局 动态 3")
    assert words(receipt)[0] == "已收到 · 市公安局 · 2024年3月"
    office.message_id += 2
    for press in ({"unit_id": units[JUSTICE], "month": "2024-03-01"},):
        with pytest.raises(UnitMerged):
            await office.press("report.begin", press)


async def test_names_that_mean_nothing_are_asked_for_only_so_often(county, office):
    for command in ("报送 动态 3", "开账"):
        office.message_id += 2
        (asked,) = await office.say(f"{command} 天文台办公室" if command == "开账" else command)
        for _ in range(2):
            (asked,) = await office.reply(asked, "谢谢")
            assert asked.asks
        (last,) = await office.reply(asked, "谢谢")
        assert not last.asks


async def test_a_reporter_opens_no_month(talk):
    for text in ("开账", "开账 市司法局 1月", "/unlock 1月"):
        with pytest.raises(NotPermitted):
            await talk.say(text)
