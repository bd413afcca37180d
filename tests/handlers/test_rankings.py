import datetime as dtm

import pytest

from handlers.views.markup import MAX_CAPTION, MAX_UNITS, units
from models.enums import Language, Role
from services import sql
from services.core.access import Binding, NotBound, NotPermitted
from services.core.pictures import RankingPicture, YearPicture
from services.facts.ledger import record
from tests.builders import (
    NOW,
    a_fact,
    a_quota,
    a_reporter,
    an_actor,
    an_administrator,
    an_organisation,
    categories_of,
    dingnan,
    units_of,
)
from tests.handlers.talk import Talk, labels, pressed, words

MARCH_15 = dtm.date(2024, 3, 15)


async def a_county():
    """乡镇 and 部门 of two and three, January and February counted."""
    organisation_id = await an_organisation()
    found = await units_of(organisation_id, ["城关镇", "河口镇", "市司法局", "市公安局", "市教育局"])
    (news,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    for name, unit_id in found.items():
        division = "乡镇" if name.endswith("镇") else "部门"
        await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", division, unit_id)
        await a_quota(unit_id, news, None if name == "市教育局" else 4)
    done = {"城关镇": (1, 3), "河口镇": (2, 2), "市司法局": (4, 4), "市公安局": (0, 4)}
    await record(
        [
            a_fact(found[name], news, month, count)
            for name, counts in done.items()
            for month, count in enumerate(counts, start=1)
        ],
        NOW,
    )
    return organisation_id, found, news


async def test_the_year_of_dingnan_is_shown_from_the_best_with_the_worst_below(database):
    organisation_id, _ = await dingnan()
    talk = Talk(an_administrator(organisation_id), today=dtm.date(2024, 2, 29))
    (shown,) = await talk.say("排名 全年")
    said = words(shown)
    assert said[0] == "定南县 2024年排名"
    assert said[1] == "截至2024年2月29日 · 46 个单位参加排名"
    assert said[3] == "前三位（含并列）"
    assert [line.split("\u3000")[:3] for line in said[4:7]] == [
        ["1", "融媒体中心", "65.0%"],
        ["2", "消防大队", "55.6%"],
        ["3", "老城镇政府", "44.3%"],
    ]
    assert said[7] == "后三位（自末位起）"
    assert [line.split("\u3000")[:3] for line in said[8:11]] == [
        ["46", "公路发展分中心", "3.3%"],
        ["45", "市场监管局", "8.1%"],
        ["44", "发改委", "8.9%"],
    ]
    assert ["文字版榜单"] in labels(shown)


async def test_the_whole_list_is_read_page_by_page(database):
    organisation_id, _ = await dingnan()
    talk = Talk(an_administrator(organisation_id), today=dtm.date(2024, 2, 29))
    (shown,) = await talk.say("/rank year")
    (first,) = await talk.press(*pressed(shown, "文字版榜单"))
    (second,) = await talk.press(*pressed(first, "下一页 »"))
    rows = [line for page in (first, second) for line in words(page) if line[0:1].isdigit()]
    assert len(rows) == 46
    assert rows[-1].startswith("46\u3000公路发展分中心")
    (back,) = await talk.press(*pressed(second, "返回排名"))
    assert words(back) == words(shown)


async def test_each_division_has_a_list_of_its_own_with_movement_since_last_month(database):
    organisation_id, _, _ = await a_county()
    talk = Talk(an_administrator(organisation_id), today=MARCH_15)
    (shown,) = await talk.say("排名 2月")
    assert words(shown) == [
        "峨眉山市 2024年2月排名",
        "截至2024年2月29日 · 4 个单位参加排名 · 免 1 个",
        "",
        "乡镇（2 个单位）",
        "1　城关镇　75.0%　❌ 未完成　▲1",
        "2　河口镇　50.0%　❌ 未完成　▼1",
        "部门（2 个单位）",
        "1　市司法局　100.0%　✅ 已完成　–",
        "1　市公安局　100.0%　✅ 已完成　▲1",
        "",
        "口径：当月完成数÷当月任务数，各栏目合计；状态灯按合计进度。",
        "升降与上月相比。",
    ]
    (together,) = await talk.press(*pressed(shown, "全部一起排"))
    assert words(together)[0] == "峨眉山市 2024年2月排名　全部单位"
    assert [line.split("\u3000")[:2] for line in words(together)[3:7]] == [
        ["1", "市司法局"],
        ["1", "市公安局"],
        ["3", "城关镇"],
        ["4", "河口镇"],
    ]
    (apart,) = await talk.press(*pressed(together, "分类排名"))
    assert words(apart) == words(shown)
    (one,) = await talk.say("排名 乡镇 2月")
    assert [line for line in words(one) if "局" in line] == []


async def test_a_reporter_sees_their_own_place_and_the_neighbours(database):
    organisation_id, found = await dingnan()
    talk = Talk(a_reporter(organisation_id, found["金融服务中心"]), today=dtm.date(2024, 2, 29))
    (shown,) = await talk.say("排名 全年")
    said = words(shown)
    assert "后三位（自末位起）" not in said
    at = said.index("本单位前后")
    near = [line.split("\u3000") for line in said[at + 1 : at + 8]]
    assert near[3][1:3] == ["▶ 金融服务中心", "21.3%"]
    (own,) = await talk.press(*pressed(shown, "金融服务中心名次"))
    assert "51/240，21.3%" in words(own)[3]
    (other,) = await talk.say("排名 全年 老城镇")
    assert "第 3 位" in words(other)[3]


async def test_a_group_hears_who_is_in_front_and_nothing_of_the_others(database):
    organisation_id, _ = await dingnan()
    for actor in (an_administrator(organisation_id), an_actor(Binding(organisation_id, None, Role.LEADER))):
        talk = Talk(actor, today=dtm.date(2024, 2, 29), in_group=True, organisation_id=organisation_id)
        (shown,) = await talk.say("排名 全年")
        assert [line for line in words(shown) if "融媒体中心" in line]
        assert not [line for line in words(shown) if "公路发展分中心" in line]
        assert words(shown)[-1] == "完整榜单和本单位名次，请私聊我发“排名”。"
        (same,) = await talk.press(
            "rank.whole", {"organisation_id": organisation_id, "period": "2024", "page": 0}
        )
        assert words(same) == words(shown)


async def test_a_group_sees_one_units_place_only_when_asked_by_who_may_see_it(database):
    organisation_id, found, _ = await a_county()
    here = {"today": MARCH_15, "in_group": True, "organisation_id": organisation_id}
    mine = Talk(a_reporter(organisation_id, found["河口镇"]), **here)
    (shown,) = await mine.say("排名 2月 河口镇")
    assert words(shown)[3].startswith("河口镇：第 2 位（共 2 个单位），完成 2/4，50.0%")
    assert not [line for line in words(shown) if "城关镇" in line]
    with pytest.raises(NotPermitted):
        await mine.say("排名 2月 城关镇")


async def test_a_unit_that_owes_nothing_is_told_so(database):
    organisation_id, _, _ = await a_county()
    talk = Talk(an_administrator(organisation_id), today=MARCH_15)
    (shown,) = await talk.say("排名 市教育局")
    assert words(shown)[3] == "市教育局在此期间没有任务数，不参加排名。"


@pytest.mark.parametrize("said", ["排行榜 2月", "排行榜2月", "名次 2月", "排名：2月", "排行 2月？"])
async def test_a_clerk_says_it_in_other_words(database, said):
    organisation_id, _, _ = await a_county()
    (shown,) = await Talk(an_administrator(organisation_id), today=MARCH_15).say(said)
    assert words(shown)[0] == "峨眉山市 2024年2月排名"


@pytest.mark.parametrize(
    ("said", "head"),
    [
        ("2月排名", "2024年2月排名"),
        ("看看上月的排名。", "2024年2月排名"),
        ("全年排行榜", "2024年排名"),
        ("查一下乡镇 2月排名", "2024年2月排名　乡镇"),
        ("全部 2月 排名", "2024年2月排名　全部单位"),
        ("市司法局2月的排名", ""),
        ("市司法局 2月的排名", "2024年2月排名"),
        ("看看排名", "2024年3月排名"),
        ("今天开会讨论排名", ""),
        ("13月排名", ""),
    ],
)
async def test_the_word_may_come_last(database, said, head):
    organisation_id, _, _ = await a_county()
    (shown,) = await Talk(an_administrator(organisation_id), today=MARCH_15).write(said)
    assert words(shown)[0] == (f"峨眉山市 {head}" if head else "抱歉，没看懂这句话。")


async def test_an_unclear_name_is_asked_about(database):
    organisation_id, _, _ = await a_county()
    talk = Talk(an_administrator(organisation_id), today=MARCH_15)
    (asked,) = await talk.say("排名 市某局")
    assert words(asked)[0] == "没有找到“市某局”。请写单位、类别或时间，例如“排名 全年”。"
    assert len(labels(asked)) > 1
    (lists,) = await talk.say("排名 一季度")
    assert words(lists)[0] == "峨眉山市 2024年一季度排名"
    (overall,) = await talk.say("/rank month overall")
    assert words(overall)[0].endswith("全部单位")


async def test_a_stranger_and_another_offices_people_are_refused(database):
    organisation_id, _, _ = await a_county()
    with pytest.raises(NotBound):
        await Talk(an_actor()).say("/rank")
    elsewhere = await an_organisation("别处")
    other = Talk(an_administrator(elsewhere), in_group=True, organisation_id=organisation_id)
    with pytest.raises(NotPermitted):
        await other.say("/rank")


async def test_who_belongs_to_two_organisations_is_asked_for_one(database):
    first, _, _ = await a_county()
    second = await an_organisation("定南县")
    talk = Talk(an_administrator(first, second), today=MARCH_15)
    (asked,) = await talk.say("/rank")
    assert labels(asked) == [["峨眉山市"], ["定南县"]]
    (shown,) = await talk.press(*pressed(asked, "峨眉山市"))
    assert words(shown)[0] == "峨眉山市 2024年3月排名"


NAMES = ("字" * 30, "$\\foo$", "=1+1", "<b>粗</b>", "\u202e右&左")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("count", [1, 300])
async def test_any_number_of_units_with_any_names_fits_into_one_message(database, count):
    organisation_id = await an_organisation()
    names = [f"{number}{NAMES[number % 5]}" for number in range(count)]
    found = await units_of(organisation_id, names)
    (news,) = (await categories_of(organisation_id, ["动态"])).values()
    for unit_id in found.values():
        await a_quota(unit_id, news, 0 if unit_id % 7 == 0 else 9)
        await sql.execute(
            "UPDATE unit SET division = $1 WHERE id = $2", f"{NAMES[unit_id % 5]}{unit_id % 40}", unit_id
        )
    await record([a_fact(unit_id, news, 3, unit_id % 5) for unit_id in found.values()], NOW)
    talk = Talk(
        an_actor(Binding(organisation_id, None, Role.ADMINISTRATOR), language=Language.ENGLISH),
        today=MARCH_15,
    )
    (shown,) = await talk.say("/rank")
    assert units(shown.text) <= MAX_UNITS
    assert shown.picture is not None
    assert units(shown.text) <= MAX_CAPTION
    if count > 1:
        (whole,) = await talk.press("rank.whole", {**pressed(shown, "List in words")[1], "page": 3})
        assert units(whole.text) <= MAX_UNITS


def drawn(answer):
    assert isinstance(answer.picture, RankingPicture)
    return answer.picture


async def test_of_many_units_the_pictures_are_turned_like_pages(database):
    organisation_id, _ = await dingnan()
    rows = await sql.fetch("SELECT id FROM category")
    for unit_id in (await units_of(organisation_id, [f"第{number}局" for number in range(154)])).values():
        await a_quota(unit_id, rows[0]["id"], 5)
    talk = Talk(an_administrator(organisation_id), today=dtm.date(2024, 2, 29))
    (shown,) = await talk.say("排名 全年")
    assert labels(shown)[0] == ["下一张图 »"]
    pages = [shown]
    while "下一张图 »" in labels(pages[-1])[0]:
        pages += await talk.press(*pressed(pages[-1], "下一张图 »"))
    assert [drawn(each).page for each in pages] == ["1/4", "2/4", "3/4", "4/4"]
    assert sum(drawn(each).bar_count for each in pages) == 200
    assert {each.text for each in pages} == {shown.text}
    (far,) = await talk.press("rank.show", {**pressed(shown, "下一张图 »")[1], "page": 99})
    assert drawn(far).page == "4/4"


async def test_only_where_a_bar_is_broken_the_legend_explains_it(database):
    organisation_id, _ = await dingnan()
    talk = Talk(an_administrator(organisation_id), today=dtm.date(2024, 2, 29))
    (month,) = await talk.say("排名 2月")
    (year,) = await talk.say("排名 全年")
    assert drawn(month).legend == "条形为完成比，竖线为 100%；超过 150% 的条形以斜纹断开"
    assert drawn(year).legend == "条形为完成比，竖线为 100%"
    (town,) = await talk.say("排名 2月 老城镇")
    assert isinstance(town.picture, YearPicture)
    assert town.picture.footnotes[0] == "横线为当月任务数；超出较多的柱形以空白断开。"


async def test_the_picture_shows_what_the_words_say(database):
    organisation_id, found, _ = await a_county()
    talk = Talk(a_reporter(organisation_id, found["河口镇"]), today=MARCH_15)
    (shown,) = await talk.say("排名 2月")
    picture = shown.picture
    assert isinstance(picture, RankingPicture)
    assert (picture.title, picture.as_of) == ("峨眉山市 2024年2月排名", "截至2024年2月29日")
    drawn = {
        block.heading: [(bar.place, bar.name, bar.value, bar.note, bar.moved, bar.word) for bar in block.bars]
        for block in picture.blocks
    }
    assert drawn == {
        "乡镇": [
            ("1", "城关镇", "75.0%", "3/4", "▲1", "未完成"),
            ("2", "河口镇", "50.0%", "2/4", "▼1", "未完成"),
        ],
        "部门": [
            ("1", "市司法局", "100.0%", "4/4", "–", "已完成"),
            ("1", "市公安局", "100.0%", "4/4", "▲1", "已完成"),
        ],
    }
    assert [bar.name for block in picture.blocks for bar in block.bars if bar.is_own] == ["河口镇"]
    (words_only,) = await talk.press(*pressed(shown, "文字版榜单"))
    assert words_only.picture is None


async def test_a_units_place_comes_with_the_months_of_its_year(database):
    organisation_id, found, news = await a_county()
    await a_quota(found["河口镇"], news, 6, effective_on=dtm.date(2024, 2, 1))
    talk = Talk(a_reporter(organisation_id, found["河口镇"]), today=MARCH_15)
    (shown,) = await talk.say("排名 河口镇")
    assert isinstance(shown.picture, YearPicture)
    assert [(each.label, each.done, each.target, each.word) for each in shown.picture.months] == [
        ("1月", 2, 4, "未完成"),
        ("2月", 2, 6, "未完成"),
        ("3月", 0, 6, "偏慢"),
    ]
    assert shown.picture.footnotes[0] == "横线为当月任务数。"
    assert words(shown)[4] == "各月：1月 2/4、2月 2/6、3月 0/6"
    (exempt,) = await talk.say("排名 市教育局")
    assert exempt.picture is None


async def test_while_nothing_has_been_done_nobody_is_ranked(database):
    organisation_id, found, news = await a_county()
    office = an_administrator(organisation_id)
    for here in ({}, {"in_group": True, "organisation_id": organisation_id}):
        talk = Talk(office, today=MARCH_15, **here)
        (shown,) = await talk.say("排名")
        assert words(shown)[3] == "还没有完成数，暂不排名。"
        assert "发布到群" not in [label for row in labels(shown) for label in row]
        assert "升降与上月相比。" not in words(shown)
        assert shown.picture is None
    await record([a_fact(found["河口镇"], news, 3, 1)], NOW)
    (shown,) = await talk.say("排名")
    assert [line.split("\u3000")[1] for line in words(shown) if line[:1].isdigit()] == ["河口镇"]
    assert "还没有单位有完成数。" in words(shown)


async def test_of_a_long_tie_ten_are_named(database):
    organisation_id, found = await dingnan()
    rows = await sql.fetch("SELECT id FROM category")
    await record(
        [a_fact(found["审计局"], rows[0]["id"], 3, 40), a_fact(found["工信局"], rows[0]["id"], 3, 50)], NOW
    )
    (shown,) = await Talk(an_administrator(organisation_id), today=MARCH_15).say("排名")
    assert len([line for line in words(shown) if line[:1].isdigit()]) == 12
    assert "……等，另有 34 个单位。" in words(shown)
