import datetime as dtm

import pytest

from models.enums import Role
from services import sql
from services.core.access import NotPermitted
from services.facts import ledger
from services.media import media_findings
from services.media.media_accounts import DayAhead, MediaAccountRef
from services.media.media_checks import LookGone
from services.media.monitoring import QuarterAhead
from tests.builders import an_organisation
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member
from tests.services.media_desk import WEIBO, Media, a_media_desk

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE, POLICE = "市司法局", "市公安局"
ARTICLE = "https://mp.weixin.qq.com/s/aBcDe"


@pytest.fixture
async def desk(database) -> Media:
    return await a_media_desk()


@pytest.fixture
async def law(desk) -> MediaAccountRef:
    account: MediaAccountRef = await desk.register(
        JUSTICE, "峨眉司法", responsible="何某", registered_on=dtm.date(2024, 1, 1)
    )
    return account


@pytest.fixture
def talk(desk, law):
    return Talk(desk.reporter(JUSTICE))


@pytest.fixture
def office(desk, law):
    return Talk(desk.clerk, message_id=400)


async def posts() -> list[tuple[int, str, str]]:
    assert await ledger.rebuild() == ()
    rows = await sql.fetch(
        "SELECT account_id, posted_on, title FROM media_post WHERE withdrawn_at IS NULL ORDER BY id"
    )
    return [(row["account_id"], str(row["posted_on"]), row["title"]) for row in rows]


async def counted() -> int:
    assert await ledger.rebuild() == ()
    rows = await sql.fetch("SELECT COALESCE(SUM(count), 0) AS count FROM tally")
    return int(rows[0]["count"])


async def test_a_reporter_sees_how_their_accounts_stand_and_what_to_do(talk):
    (shown,) = await talk.say("新媒体")
    assert words(shown) == [
        "市司法局 政务新媒体",
        "⚪ 未知 微信“峨眉司法”",
        "　还没有登记过推文",
        "",
        "超过14天未更新会列入超期名单。",
        "更新后请把文章转发给我，或发链接，也可发“新媒体 峨眉司法 今天”。",
    ]
    assert labels(shown) == [["微信 · 峨眉司法"]]


@pytest.mark.parametrize(
    ("today", "line"),
    [
        ("2024-03-01", "🟢 正常 微信“峨眉司法”/　今天更新"),
        ("2024-03-10", "🟢 正常 微信“峨眉司法”/　9天前更新"),
        ("2024-03-11", "🟡 即将超期 微信“峨眉司法”/　已10天未更新，3月15日（含）前请发布"),
        ("2024-03-15", "🟡 即将超期 微信“峨眉司法”/　已14天未更新，3月15日（含）前请发布"),
        ("2024-03-16", "🔴 超期 微信“峨眉司法”/　已15天未更新，请尽快发布"),
        ("2024-08-29", "⚫ 僵尸 微信“峨眉司法”/　已181天未更新，请恢复更新或申请注销"),
    ],
)
async def test_the_day_decides_on_sign_and_word(desk, law, today, line):
    desk.today = dtm.date.fromisoformat(today)
    await desk.post(law, "2024-03-01")
    (shown,) = await Talk(desk.reporter(JUSTICE), today=desk.today).say("/media")
    assert "/".join(words(shown)[1:3]) == line


async def test_a_forward_is_shown_and_only_a_press_records_it_once(talk, law):
    (read,) = await talk.forward(f"《法治宣传进社区》\n{ARTICLE}", "峨眉司法", dtm.date(2024, 3, 18))
    assert words(read) == [
        "收到转发，请核对后登记：",
        "",
        "账号：微信“峨眉司法”（市司法局）",
        "标题：《法治宣传进社区》",
        "发布日期：3月18日",
        "",
        "没有问题请按“登记到3月18日”，按了才登记。",
    ]
    assert labels(read) == [["登记到3月18日"], ["换个账号", "换个日期"], ["不登记"]]
    assert await posts() == []
    (receipt,) = await talk.press(*pressed(read, "登记到3月18日"))
    assert words(receipt) == [
        "已登记：微信“峨眉司法”（市司法局）3月18日《法治宣传进社区》",
        "已计入2024年3月“政务新媒体”1 条，该账号当月共 1 条",
        "",
        "现在：2天前更新，下一条请在4月1日（含）前发布。",
    ]
    (again,) = await talk.press(*pressed(read, "登记到3月18日"))
    assert words(again)[0].startswith("这条已登记过：微信“峨眉司法” 3月18日《法治宣传进社区》，3月20日登记")
    assert await posts() == [(law.id, "2024-03-18", "法治宣传进社区")]
    assert await counted() == 1


async def test_a_forward_of_several_accounts_asks_which_by_buttons(talk, desk, law):
    weibo = await desk.register(JUSTICE, "峨眉司法发布", WEIBO)
    (read,) = await talk.forward("法治宣传", "平安四川", dtm.date(2024, 3, 18))
    assert labels(read)[0] == ["微博 · 峨眉司法发布", "微信 · 峨眉司法"] or labels(read)[0] == [
        "微信 · 峨眉司法",
        "微博 · 峨眉司法发布",
    ]
    await talk.press(*pressed(read, "微博 · 峨眉司法发布"))
    assert await posts() == [(weibo.id, "2024-03-18", "法治宣传")]


@pytest.mark.parametrize(
    ("text", "origin", "believed"),
    [
        ("https://weibo.com/1/abc", "", "微博“峨眉司法发布”"),
        ("https://m.weibo.cn/status/1", "峨眉司法", "微博“峨眉司法发布”"),
        (ARTICLE, "", "微信“峨眉司法”"),
        ("峨眉司法发布：今天普法", "", "微博“峨眉司法发布”"),
        ("今天普法", "峨眉司法", "微信“峨眉司法”"),
    ],
)
async def test_what_speaks_for_an_account_is_believed(talk, desk, text, origin, believed):
    await desk.register(JUSTICE, "峨眉司法发布", WEIBO)
    (read,) = await talk.forward(text, origin)
    assert any(line == f"账号：{believed}（市司法局）" for line in words(read))


async def test_a_link_of_another_platform_is_not_taken_for_the_only_accounts(talk, law):
    (read,) = await talk.forward("https://weibo.com/1/abc", "")
    assert labels(read)[0] == ["微信 · 峨眉司法"]
    assert "是哪个账号发布的？按了才登记。" in words(read)


async def test_a_look_tells_its_own_days_and_a_late_account_stays_late(office, desk, law):
    await desk.post(law, "2024-03-18")
    (told,) = await office.say("/media 峨眉司法 监测 3月20日 最新 3月1日")
    assert words(told)[0].endswith("最新更新3月1日，相差19天。")
    later = Talk(desk.clerk, message_id=500, today=dtm.date(2024, 4, 20))
    await later.say("/media 峨眉司法 未能核查")
    (card,) = await later.say("/media 峨眉司法")
    assert words(card)[1:3] == ["🔴 超期 · 已33天未更新，请尽快发布", "4月20日未能核查。"]


async def test_the_day_of_a_forward_can_be_put_right_before_it_is_recorded(talk, law):
    (read,) = await talk.forward("普法", "峨眉司法")
    (question,) = await talk.press(*pressed(read, "换个日期"))
    (unread,) = await talk.reply(question, "上礼拜")
    assert words(unread)[0] == "没看懂日期。"
    (read,) = await talk.reply(unread, "3月1日")
    assert "发布日期：3月1日" in words(read)
    await talk.press(*pressed(read, "登记到3月1日"))
    assert await posts() == [(law.id, "2024-03-01", "普法")]


async def test_a_colleagues_words_passed_on_are_no_post(talk):
    (hint,) = await talk.forward("报送 动态 3")
    assert words(hint)[0] == "转发的消息不当作您本人的指令。"


async def test_a_forward_means_nothing_to_who_records_for_no_account(desk, law):
    (hint,) = await Talk(desk.reporter(POLICE)).forward("普法", "峨眉司法")
    assert words(hint)[0] == "转发的消息不当作您本人的指令。"


async def test_a_platforms_link_alone_asks_and_a_press_records_it(talk, law):
    (read,) = await talk.write(ARTICLE)
    assert words(read)[0] == "收到链接，请核对后登记："
    assert await posts() == []
    await talk.press(*pressed(read, "登记到3月20日"))
    assert await posts() == [(law.id, "2024-03-20", "")]
    assert await counted() == 1
    (other,) = await talk.write("https://www.emeishan.gov.cn/a.html")
    assert words(other)[0] == "抱歉，没看懂这句话。"


@pytest.mark.parametrize(
    ("text", "posted_on"),
    [
        ("/media 峨眉司法 2月25日", "2024-02-25"),
        ("新媒体 峨眉司法 昨天", "2024-03-19"),
        ("新媒体 峨眉司法昨天", "2024-03-19"),
        ("/media 微信 峨眉司法 3月5日", "2024-03-05"),
        (f"/media 峨眉司法 {ARTICLE}", "2024-03-20"),
        (f"/media 峨眉司法 3月5日 普法 {ARTICLE}", "2024-03-05"),
        ("/media 市司法局 3天前", "2024-03-17"),
    ],
)
async def test_a_post_is_recorded_by_its_account_and_day(talk, law, text, posted_on):
    (receipt,) = await talk.say(text)
    assert words(receipt)[0].startswith("已登记：微信“峨眉司法”")
    assert [(account, day) for account, day, _ in await posts()] == [(law.id, posted_on)]
    await talk.say(text)
    assert len(await posts()) == 1


async def test_a_post_of_a_closed_month_is_recorded_and_does_not_count(talk, law):
    (receipt,) = await talk.say("/media 峨眉司法 1月25日")
    assert words(receipt)[1] == "没有计入任务：2024年1月已关账。更新日期照常登记。"
    assert (len(await posts()), await counted()) == (1, 0)


async def test_a_day_of_another_year_is_told_with_it(talk, law):
    (receipt,) = await talk.say("/media 峨眉司法 12月25日")
    assert words(receipt)[0] == "已登记：微信“峨眉司法”（市司法局）2023年12月25日"


async def test_a_title_keeps_its_signs(talk, law):
    await talk.say("/media 峨眉司法 3月5日 通知：今年，我们")
    assert [title for _, _, title in await posts()] == ["通知：今年，我们"]


async def test_a_second_post_of_the_same_day_is_asked_about(talk, law):
    await talk.say("/media 峨眉司法 3月5日")
    talk.message_id = 41
    (known,) = await talk.say("/media 峨眉司法 3月5日")
    assert labels(known) == [["是另一篇，登记", "是同一篇"]]
    await talk.press(*pressed(known, "是另一篇，登记"))
    assert await counted() == 2


async def test_what_was_recorded_can_be_taken_back(talk, law):
    (receipt,) = await talk.say("/media 峨眉司法 3月5日")
    assert labels(receipt) == [["撤回", "看账号"]]
    (told,) = await talk.press(*pressed(receipt, "撤回"))
    assert words(told)[0] == "已撤回：微信“峨眉司法” 3月5日的推文；如已计入任务，条数同时扣回。"
    assert (await posts(), await counted()) == ([], 0)


async def test_a_future_day_is_refused(talk, law):
    with pytest.raises(DayAhead):
        await talk.say("/media 峨眉司法 2024-12-01")


async def test_a_day_that_cannot_be_leaves_the_question_open(office, law):
    (card,) = await office.say("/media 峨眉司法")
    for button, said in (("登记推文", "2月30日"), ("核查", "2月30日"), ("注销", "2月30日"), ("注销", "明天")):
        (question,) = await office.press(*pressed(card, button))
        (again,) = await office.reply(question, said)
        assert words(again)[0].startswith(
            "没有“2月30日”这一天" if said == "2月30日" else "2024年3月21日还没有到"
        )
        assert again.asks == question.asks
        (done,) = await office.reply(again, "3月19日" if button == "注销" else "3月18日")
        assert not done.asks
        if button != "注销":
            (card,) = await office.say("/media 峨眉司法")
        else:
            (card,) = await office.press(*pressed(done, "恢复登记"))


async def test_who_has_no_account_hears_what_to_do(desk, law):
    police = Talk(desk.reporter(POLICE))
    (told,) = await police.say("新媒体 今天")
    assert words(told)[0].startswith("还没有可供登记推文的政务新媒体账号。")
    (told,) = await police.say("新媒体 峨眉司法")
    assert words(told)[0].startswith("“峨眉司法”不是您单位的账号。您的单位还没有登记账号")


async def test_a_link_sent_where_no_account_is_registered_can_be_reported(desk, law):
    # It used to be answered with 没看懂.
    police = Talk(desk.reporter(POLICE))
    (told,) = await police.write(ARTICLE)
    assert words(told)[0].startswith("收到推文链接。您的单位还没有登记政务新媒体账号")
    assert words(told)[0].endswith("账号请政务公开办用 /media 登记；这一条可先计入报送。")
    assert await counted() == 0
    for _ in range(2):
        await police.press(*pressed(told, "计入报送"))
        assert await counted() == 1
    clerk = Talk(await a_member(await an_organisation("定南县"), Role.ADMINISTRATOR, telegram_id=7002))
    (told,) = await clerk.write(ARTICLE)
    assert labels(told) == [["计入报送", "登记账号"]]


async def test_a_look_that_cannot_be_is_questioned_and_not_recorded_as_stale(office, desk):
    town = await desk.register(POLICE, "苍溪县三川镇", registered_on=dtm.date(2020, 1, 1))
    office.today = dtm.date(2020, 2, 20)
    (doubt,) = await office.say("/media 苍溪县三川镇 监测 2月16日 最新 2月11日 超期")
    assert words(doubt)[0] == (
        "微信“苍溪县三川镇”：2月16日监测，最新更新2月11日，相差5天，未超过14天，请核对日期。"
    )
    assert await sql.fetch("SELECT id FROM media_finding") == []
    assert await sql.fetch("SELECT id FROM media_check") == []
    (told,) = await office.press(*pressed(doubt, "日期没错，只登记更新日期"))
    assert "没有发现问题。" in words(told)
    assert await sql.fetch("SELECT id FROM media_finding") == []
    assert len(await sql.fetch("SELECT id FROM media_check WHERE account_id = $1", town.id)) == 1


async def test_what_could_not_be_checked_is_not_stale(office, talk, desk, law):
    (told,) = await office.say("/media 峨眉司法 未能核查")
    assert words(told) == ["已登记：微信“峨眉司法” 3月20日未能核查。", "", "未能核查不算超期，请改日再查。"]
    (shown,) = await talk.say("/media")
    assert words(shown)[1] == "❔ 未能核查 微信“峨眉司法”"
    assert await sql.fetch("SELECT id FROM media_finding") == []


async def test_a_look_that_was_typed_wrongly_is_taken_back(office, desk, law):
    # /undo knew reports only, and the finding of the wrong day stood for ever.
    await desk.post(law, "2024-03-18")
    await office.say("/media 峨眉司法 监测 3月17日 最新 2月1日")
    office.message_id = 402
    await office.say("/media 峨眉司法 未能核查")
    (asked,) = await office.say("/undo")
    assert words(asked)[0] == "最近一次登记的核查：微信“峨眉司法”，3月20日监测，未能核查。"
    await office.press(*pressed(asked, "撤回"))
    (asked,) = await office.say("/undo")
    assert words(asked)[0] == "最近一次登记的核查：微信“峨眉司法”，3月17日监测，最新更新2月1日。"
    (told,) = await office.press(*pressed(asked, "撤回"))
    assert words(told)[0] == "已撤回核查：微信“峨眉司法”，3月17日监测，最新更新2月1日。"
    with pytest.raises(LookGone):
        await office.press(*pressed(asked, "撤回"))
    assert await sql.fetch("SELECT id FROM media_check") == []
    assert await media_findings.list_findings(desk.clerk, desk.organisation_id, office.today) == ()
    (asked,) = await office.say("/undo")
    assert "市司法局 · 2024年3月" in words(asked)[0]  # what was reported before


async def test_a_reporter_records_no_look(talk):
    with pytest.raises(NotPermitted):
        await talk.say("/media 峨眉司法 未能核查")


async def test_the_office_sees_the_worst_first_and_narrows_it(office, desk, law):
    weibo = await desk.register(POLICE, "平安峨眉", WEIBO, registered_on=dtm.date(2024, 1, 1))
    await desk.post(weibo, "2024-03-01")
    await desk.post(law, "2024-03-15")
    await media_findings.detect_in(desk.organisation_id, office.today, desk.occasion().now)
    (shown,) = await office.say("/media")
    assert words(shown) == [
        "峨眉山市 政务新媒体 · 2个账号",
        "微博 1 · 微信 1",
        "🔴 超期 1 · 🟢 正常 1",
        "超过14天未更新即为超期。待整改1项。",
        "",
        "🔴 超期 微博“平安峨眉”",
        "　市公安局 · 已19天未更新，请尽快发布",
        "🟢 正常 微信“峨眉司法”",
        "　市司法局 · 5天前更新",
    ]
    (late,) = await office.press(*pressed(shown, "超期"))
    assert [line for line in words(late) if line.startswith(("🔴", "🟢"))][1:] == ["🔴 超期 微博“平安峨眉”"]
    (chosen,) = await office.press(*pressed(late, "平台"))
    (none,) = await office.press(*pressed(chosen, "微信 1"))
    assert words(none)[-2:] == ["只看：微信、超期", "没有这样的账号。"]
    (same,) = await office.say("/media 微信 超期")
    assert words(same) == words(none)
    (group,) = await Talk(desk.clerk, in_group=True, organisation_id=desk.organisation_id).say("/media")
    assert "平安峨眉" not in group.text


async def test_a_card_tells_only_the_office_who_is_responsible(office, talk, law):
    await talk.say(f"/media 峨眉司法 3月5日 普法 {ARTICLE}")
    (card,) = await office.say("/media 峨眉司法")
    assert "责任人：何某" in words(card)
    assert f'<a href="{ARTICLE}">普法</a>' in card.text
    assert labels(card) == [["登记推文", "核查"], ["修改", "注销"], ["返回列表"]]
    (own,) = await talk.say("/media 峨眉司法")
    assert "何某" not in own.text
    assert labels(own) == [["登记推文"]]
    (question,) = await talk.press(*pressed(own, "登记推文"))
    talk.message_id = 42
    (receipt,) = await talk.reply(question, "昨天")
    assert words(receipt)[0] == "已登记：微信“峨眉司法”（市司法局）3月19日"


async def test_a_finding_is_put_right_sent_back_and_confirmed(office, desk, law):
    reporter = await a_member(desk.organisation_id, Role.REPORTER, desk.units[JUSTICE], telegram_id=7002)
    talk = Talk(reporter)
    await desk.post(law, "2024-03-01")
    await media_findings.detect_in(desk.organisation_id, talk.today, desk.occasion().now)
    (own,) = await talk.say("/media")
    assert "有1项问题待整改，请按下面的按钮办理。" in words(own)
    (finding,) = await talk.press(*pressed(own, "整改：峨眉司法 超期未更新"))
    assert words(finding)[2] == "3月20日 超期未更新（19天） · 待整改，请于3月27日（含）前整改"
    (question,) = await talk.press(*pressed(finding, "已整改"))
    said, *notices = await talk.reply(question, "已于今日恢复更新")
    assert words(said)[0] == "已收到整改情况，等政务公开办确认。"
    assert [words(each)[0] for each in notices] == ["市司法局报来微信“峨眉司法”的整改情况：已于今日恢复更新"]
    (overview,) = await office.say("/media")
    (listed,) = await office.press(*pressed(overview, "待整改清单"))
    assert words(listed)[2:] == [
        "微信“峨眉司法”（市司法局）",
        "　3月20日 超期未更新（19天） · 已报整改，待确认",
    ]
    (shown,) = await office.press(*pressed(listed, "整改：市司法局 超期未更新"))
    assert labels(shown)[0] == ["确认", "退回"]
    (question,) = await office.press(*pressed(shown, "退回"))
    back = await office.reply(question, "没有看到新的推文")
    assert words(back[0])[0] == "已退回，并告知单位的信息员。"
    assert [each.to for each in back[1:]] == [7002]
    (finding,) = await talk.press("media.finding", {"finding_id": 1})
    assert "退回理由：没有看到新的推文" in words(finding)
    (question,) = await talk.press(*pressed(finding, "已整改"))
    await talk.reply(question, ARTICLE)
    (shown,) = await office.press("media.finding", {"finding_id": 1})
    (confirmed, *_) = await office.press(*pressed(shown, "确认"))
    assert "已整改" in words(confirmed)[4]


async def test_the_quarter_is_told_like_annex_two(office, desk, law):
    await desk.post(law, "2024-03-01")
    await desk.register(POLICE, "平安峨眉", WEIBO, registered_on=dtm.date(2024, 1, 1))
    await media_findings.detect_in(desk.organisation_id, office.today, desk.occasion().now)
    (shown,) = await office.say("/media 一季度")
    assert words(shown) == [
        "峨眉山市 2024年一季度政务新媒体监测（截至3月20日）",
        "监测账号2个：微博 1 · 微信 1。",
        "合格1个，合格率50.0%（1÷2）。",
        "口径：有监测问题的账号计为不合格，同一账号只计一次；同一平台多个账号的，多出的每个计一个。",
        "",
        "问题清单（1项）：",
        "1. 微信 峨眉司法（市司法局）",
        "　3月20日超期未更新（最新更新3月1日，19天）",
        "　整改：未整改",
    ]
    with pytest.raises(QuarterAhead):
        await office.say("/media 2099年一季度")
    (before,) = await office.press(*pressed(shown, "2023年四季度"))
    assert words(before)[1] == "这一季度没有监测的账号。"


async def test_another_units_account_is_not_shown(desk, law):
    await desk.register(POLICE, "平安峨眉", WEIBO)
    (told,) = await Talk(desk.reporter(POLICE)).say("/media 峨眉司法")
    assert words(told)[0] == "“峨眉司法”不是您单位的账号。您单位的账号："


async def test_progress_tells_how_fresh_the_accounts_are(talk, desk, law, office):
    await desk.post(law, "2024-03-08")
    await desk.register(JUSTICE, "峨眉普法", WEIBO, registered_on=dtm.date(2024, 1, 1))
    (shown,) = await talk.say("/progress")
    assert "新媒体：微信“峨眉司法” 已12天未更新，3月22日（含）前请发布" in words(shown)
    assert "新媒体：微博“峨眉普法” 还没有登记过推文" in words(shown)
    assert "<p>新媒体：微信“峨眉司法” 已12天未更新，3月22日（含）前请发布</p>" in shown.rich
    (last,) = await talk.say("/progress 上月")
    assert "峨眉司法" not in last.text
    group = Talk(desk.reporter(JUSTICE), in_group=True, organisation_id=desk.organisation_id)
    (told,) = await group.say("/progress")
    assert "峨眉司法" not in told.text


async def test_progress_of_a_unit_without_accounts_is_as_before(desk):
    (shown,) = await Talk(desk.reporter(POLICE)).say("/progress")
    assert "新媒体：" not in shown.text
