import csv
import datetime as dtm
import io

import pytest

from handlers.views import history as view
from handlers.views.history_words import EntryWords
from models.enums import Role
from services import sql
from services.arranging import units
from services.arranging.history import HistoryEntry, MemberName, Names
from services.audit import Deed, Entry
from services.core.access import NotPermitted
from services.core.rules import Rule
from services.office import groups, office_rules
from services.office.groups import Place
from services.office.office_rules import ShownRule
from tests.builders import NOW, an_organisation, categories_of, units_of
from tests.handlers.talk import CATALOGUE, Talk, labels, pressed, words
from tests.people import a_member

CHAT = -1001234567890
NAMES = Names(
    units={5: "市司法局"},
    categories={3: "动态通知类"},
    groups={CHAT: "工作群"},
    reasons={7: "系统停机"},
    members={1: MemberName("王芳", False), 2: MemberName("", True), 4: MemberName("", False)},
)


REPORTED = {
    "unit": 5,
    "month": "2024-03-01",
    "text": "k",
    "lines": [
        {"categories": [3], "text": "动态", "add": 2},
        {"categories": [9], "text": "新闻", "set": 5},
        {"categories": [3], "text": "", "link": "https://example.org/1", "key": "k", "title": "一篇文章"},
    ],
}


def words_of(language="zh_CN"):
    return EntryWords(NAMES, CATALOGUE.texts(language), dtm.timezone(dtm.timedelta(hours=8)))


def an_entry(action="unit.rename", subject="unit/5", before=None, after=None, **more):
    told = {"member_id": 1, "source": "message/m1/41", **more}
    return HistoryEntry(1, NOW, told["member_id"], action, subject, before, after, told["source"])


@pytest.mark.parametrize(
    ("entry", "subject", "before", "after"),
    [
        (an_entry(before="市司法局", after="司法局"), "市司法局", "市司法局", "司法局"),
        (an_entry(subject="unit/6"), "已不在名单的单位", "", ""),
        (
            an_entry("month.reopen", "unit/5/2024-02", None, {"until_on": "2024-03-18", "reopening": 7}),
            *("市司法局 2024年2月", "", "到2024年3月18日（原因：系统停机）"),
        ),
        (
            an_entry("month.close", "unit/5/2024-02", {"until_on": "2024-03-18"}, {"until_on": "2024-03-14"}),
            *("市司法局 2024年2月", "到2024年3月18日", "到2024年3月14日"),
        ),
        (an_entry("organisation.change", "decimals", 1, 0), "百分比小数", "1位", "0位"),
        (
            an_entry("organisation.change", "ties", "competition", "dense"),
            *("并列名次", "并列占位 1、1、3", "并列不占位 1、1、2"),
        ),
        (an_entry("member.language", "member/1", "zh_CN", "en"), "王芳", "中文", "English"),
        (
            an_entry("media.look", "media/9", None, {"checked": "2024-03-15", "last_post": "2024-03-01"}),
            *("", "", "核查于 2024年3月15日、最新更新 2024年3月1日"),
        ),
        (
            an_entry("binding.add", "member/4", None, {"unit": 5, "role": "reporter"}),
            *("人员#4", "", "市司法局、信息员"),
        ),
        (
            an_entry("binding.remove", "member/2", {"unit": None, "role": "leader"}),
            *("已注销人员#2", "分管领导", ""),
        ),
        (
            an_entry("binding.hand_over", "member/2", None, {"successor": "member/1"}),
            *("已注销人员#2", "", "王芳"),
        ),
        (
            an_entry("report.submit", "message/m1/41", None, REPORTED),
            *("市司法局 2024年3月", "", "动态通知类 +2、新闻 =5、动态通知类 一篇文章"),
        ),
        (
            an_entry("report.withdraw", "message/m1/41", REPORTED, None),
            *("市司法局 2024年3月", "动态通知类 +2、新闻 =5、动态通知类 一篇文章", ""),
        ),
        (
            an_entry("sheet.import", "sheet/ab", None, {"title": "任务表", "units": 44, "quotas": 0}),
            *("", "", "《任务表》、单位44个"),
        ),
        (
            an_entry("sheet.import", "sheet/ab", None, {"title": "", "counts": 3, "closed": {"2024-01": 2}}),
            *("", "", "没有标题的表、完成数3项、已关账的2024年1月改动2处"),
        ),
    ],
)
def test_an_entry_says_of_what_and_from_what_to_what(entry, subject, before, after):
    said = words_of()
    assert (said.subject(entry), *said.change(entry)) == (subject, before, after)


@pytest.mark.parametrize(
    ("entry", "who"),
    [
        (an_entry(), "王芳"),
        (an_entry(member_id=2), "已注销人员#2"),
        (an_entry(member_id=4), "人员#4"),
        (an_entry(member_id=99), "人员#99"),
        (an_entry("sheet.import", "sheet/x", member_id=None), "导入文件"),
        (an_entry("invitation.make", "invitation/1", member_id=None), "系统"),
    ],
)
def test_an_entry_says_who_did_it(entry, who):
    assert words_of().who(entry) == who


@pytest.mark.parametrize(
    ("source", "words_said", "link"),
    [
        ("message/m1/41", "私聊消息 #41", ""),
        (f"message/{CHAT}/12", "群“工作群”消息 #12", "https://t.me/c/1234567890/12"),
        (f"message/{CHAT}/12/x-Y_1", "群“工作群”消息 #12", "https://t.me/c/1234567890/12"),  # a press
        ("message/-1009999/12", "群消息 #12", ""),
        ("message/-77/12", "群消息 #12", ""),
        ("sheet/abc/C5", "表格 C5", ""),
        ("command", "服务器上的命令", ""),
        ("something", "something", ""),
    ],
)
def test_an_entry_says_by_which_message(source, words_said, link):
    entry = an_entry(source=source)
    assert (words_of().source(entry), words_of().link(entry)) == (words_said, link)


def test_the_moment_is_the_offices():
    assert words_of().moment(an_entry()) == "2024-03-15 10:00"


@pytest.fixture
async def office(database):
    organisation_id = await an_organisation()
    ids = await units_of(organisation_id, ["市司法局", "市公安局"])
    await categories_of(organisation_id, ["动态通知类"])
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    await sql.execute("UPDATE member SET name = '王芳' WHERE id = $1", clerk.member_id)
    deed = Deed(clerk.member_id, f"message/m{clerk.member_id}/41", NOW)
    await units.rename(clerk, ids["市司法局"], "=司法局", deed, keeps_old=True)
    group = await groups.register(
        clerk, Place(CHAT, 0, "工作群"), organisation_id, "工作群", source=f"message/{CHAT}/12", now=NOW
    )
    await groups.rename(clerk, group.id, "+86 群", source=f"message/{CHAT}/13", now=NOW)
    rules = await office_rules.get_rules(organisation_id)
    shown = ShownRule(organisation_id, Rule.DECIMALS, rules.version)
    await office_rules.change_rule(clerk, shown, 0, source=deed.source, now=NOW, today=NOW.date())
    return organisation_id, clerk


async def test_the_newest_entries_are_shown_with_a_link_to_their_message(office):
    (shown,) = await Talk(office[1]).say("留痕")
    assert words(shown)[:5] == [
        "峨眉山市 · 留痕", "", "2024年3月15日 02:00　王芳", "改设置 百分比小数：1位 → 0位", "私聊消息 #41",
    ]  # fmt: skip
    assert '<a href="https://t.me/c/1234567890/13">群“+86 群”消息 #13</a>' in shown.text
    assert "单位改名 =司法局：市司法局 → =司法局" in words(shown)
    assert labels(shown) == [["单位或人员", "动作", "时间"], ["导出 CSV"]]


@pytest.mark.parametrize(
    ("text", "count", "only"),
    [
        ("司法局", 1, "只看：=司法局"),
        ("王", 4, "只看：王芳"),
        ("群组", 2, "只看：群组"),
        ("2024-03-15", 4, "只看：2024年3月15日"),
        ("昨天", 0, "只看：2024年3月19日"),
    ],
)
async def test_what_follows_narrows_the_entries_down(office, text, count, only):
    (shown,) = await Talk(office[1]).say(f"/audit {text}")
    assert words(shown)[1] == only
    assert shown.text.count("2024年3月15日 02:00") == count
    (everything,) = await Talk(office[1]).press(*pressed(shown, "看全部"))
    assert everything.text.count("2024年3月15日 02:00") == 4


async def test_buttons_narrow_further_and_a_name_is_typed(office):
    talk = Talk(office[1])
    (shown,) = await talk.say("留痕")
    (asked,) = await talk.press(*pressed(shown, "动作"))
    assert labels(asked) == [
        ["报送", "开账"],
        ["单位", "人员"],
        ["群组", "设置"],
        ["导入", "新媒体"],
        ["催办", "通报和排名"],
        ["发送", "审核"],
    ]
    (shown,) = await talk.press(*pressed(asked, "单位"))
    (asked,) = await talk.press(*pressed(shown, "时间"))
    (shown,) = await talk.press(*pressed(asked, "近7天"))
    assert words(shown)[1] == "只看：单位、2024年3月14日至2024年3月20日"
    (asked,) = await talk.press(*pressed(shown, "单位或人员"))
    (shown,) = await talk.reply(asked, "市公安局")
    assert words(shown)[-1] == "还没有这样的记录。"
    (unknown,) = await talk.reply(asked, "天文台")
    assert words(unknown)[0].startswith("没有找到与“天文台”有关的")


async def test_older_entries_are_a_button_away(office):
    organisation_id, clerk = office
    for number in range(10):
        entry = Entry("unit.add", "unit/1", after=f"第{number}个")
        await Deed(clerk.member_id, f"message/m1/{number}", NOW).record(entry, organisation_id)
    talk = Talk(clerk)
    (newest,) = await talk.say("留痕")
    (older,) = await talk.press(*pressed(newest, "更早 »"))
    assert labels(older)[0] == ["« 最新"]
    assert "第1个" in older.text
    (again,) = await talk.press(*pressed(older, "« 最新"))
    assert again.text == newest.text


async def test_what_one_message_did_many_times_is_counted_in_a_line(office):
    organisation_id, clerk = office
    for _ in range(40):
        await Deed(clerk.member_id, "message/m1/90", NOW).record(
            Entry("invitation.make", "x"), organisation_id
        )
    (shown,) = await Talk(clerk).say("留痕")
    assert "发出邀请 40 项" in words(shown)


async def test_the_table_has_every_entry_and_no_formula_and_no_telegram_id(office):
    _, clerk = office
    (shown,) = await Talk(clerk).say("留痕")
    (sent,) = await Talk(clerk).press(*pressed(shown, "导出 CSV"))
    assert sent.document is not None
    assert sent.document.name == "峨眉山市留痕2024-03-20.csv"
    assert sent.text == "留痕共 4 条，按时间先后排列。"
    for _ in range(2):  # sending may have to begin again
        content = b"".join([chunk async for chunk in sent.document.chunks()])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["时间", "人员", "事项", "对象", "原为", "改为", "来源"]
    assert rows[1] == [
        "2024-03-15 02:00",
        "王芳",
        "单位改名",
        "'=司法局",
        "市司法局",
        "'=司法局",
        "私聊消息 #41",
    ]
    assert [row[2] for row in rows[1:]] == ["单位改名", "登记群组", "群组改名", "改设置"]
    assert str(CHAT)[4:] not in content.decode()
    assert str(clerk.telegram_id) not in content.decode()


async def test_a_leader_sees_no_audit(office):
    leader = await a_member(office[0], Role.LEADER, telegram_id=7103)
    for attempt in (
        Talk(leader).say("留痕"),
        Talk(leader).press("audit.show", {"organisation_id": office[0]}),
        Talk(leader).press("audit.export", {"organisation_id": office[0]}),
    ):
        with pytest.raises(NotPermitted):
            await attempt


def test_what_a_button_is_told_is_what_is_heard():
    told = {
        "organisation_id": 1,
        "unit_id": 2,
        "member_id": 3,
        "kind": "units",
        "span": ["2024-03-01", "2024-04-01"],
    }
    assert view.told(view.heard(told, dtm.UTC)) == told
