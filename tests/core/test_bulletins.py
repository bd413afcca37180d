import csv
import dataclasses
import datetime as dtm
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import BulletinKind, FindingKind, Platform
from services.core.bulletin_facts import BulletinFacts, MediaFacts, MediaFound, MediaLine, UnitFigures
from services.core.bulletin_pictures import draw
from services.core.bulletin_words import write
from services.core.composing import IssueNumber, best_accepted, compose, first_and_last, least_accepted
from services.core.correcting import Difference, differences
from services.core.freezing import canonical, fingerprint, freeze, thaw
from services.core.numbers import CountUnclear, format_percent
from services.core.period import Period
from services.core.phrases import (
    PhraseFieldUnknown,
    PhraseMissing,
    PlaceUnknown,
    fill,
    find_place,
    read_phrase,
)
from services.core.proofreading import Circumstances, Weight, make_difference, proofread
from services.core.quarter import Quarter
from services.core.stated import (
    Figure,
    FigureUnknown,
    NothingStated,
    Origin,
    Stated,
    read_stated,
    resolve,
)

ROOT = Path(__file__).parents[1]
MONTHLY, QUARTERLY = BulletinKind.MONTHLY, BulletinKind.QUARTERLY
FEBRUARY, QUARTER = Period.of_month(2024, 2), Quarter(2020, 1)
TODAY = dtm.date(2024, 3, 15)
SETTLED = Circumstances(TODAY)
PRINTED = {"website": 446, "website_ever": 94276, "disclosed_ever": 429102} | {
    "letters": 4, "letters_answered": 4, "letters_ever": 4998,
}  # fmt: skip
LAGGARDS = "住建局、市场监管局、应急管理局、科创中心、司法局、医保局、天九镇政府、文广新旅局"
ALIASES = {"融媒体中心": "县融媒体中心", "消防大队": "县消防救援大队", "医保分局": "医保局"}


def table(path):
    with (ROOT / path).open(encoding="utf-8", newline="") as opened:
        return tuple(csv.DictReader(opened))


DINGNAN = table("core/dingnan_2024_02.csv")
CANGXI = table("services/cangxi_2020q1_counts.csv")


def dingnan(**stated):
    units = tuple(
        UnitFigures(
            *(at, row["责任单位"], "", at),
            target=int(row["每月任务数"]),
            done=int(row["2月发布数"]),
            year_target=int(row["当年任务数"]),
            year_done=int(row["当年完成数"]),
            aliases=(ALIASES[row["责任单位"]],) if row["责任单位"] in ALIASES else (),
        )
        for at, row in enumerate(DINGNAN, start=1)
    )
    sheet = {(name, "2024-02"): Stated(value) for name, value in (PRINTED | stated).items()}
    sheet["unmended", "2024-02"] = Stated(None, tuple(LAGGARDS.split("、")))
    figures = resolve(MONTHLY, FEBRUARY, sheet, {"2024-02": sum(unit.done for unit in units)})
    return BulletinFacts("定南县", MONTHLY, FEBRUARY, units, figures)


SECOND = IssueNumber(2, 136)


def composed(facts, phrases=None, number=SECOND, printed_on=TODAY):
    return compose(facts, phrases or {}, number, printed_on)


def objections(facts, phrases=None, circumstances=SETTLED):
    return proofread(facts, composed(facts, phrases), phrases or {}, circumstances)


def codes(found, least=Weight.DOUBT):
    return [each.code for each in found if each.weight >= least]


def prose(bulletin):
    return "\n".join(each.text for section in bulletin.sections for each in section.paragraphs)


def test_dingnan_prints_its_annex_as_the_office_did():
    (annex,) = composed(dingnan()).bulletin.annexes
    heads = [cell.text for _, _, cell in annex.table.placed_head()]
    assert heads == list(DINGNAN[0])
    printed = [[str(getattr(cell, "value", cell)) for cell in row] for row in annex.table.rows]
    assert printed == [[value.rstrip("%") for value in row.values()] for row in DINGNAN]
    assert sum(len(row) - 5 for row in annex.table.rows) == 92
    total = [getattr(cell, "value", cell) for cell in annex.table.total]
    assert total == ["合计", 15360, 1280, 1730, Decimal("135.2"), 3680, Decimal("24.0")]


def test_dingnan_names_its_first_and_last_three_and_its_number():
    bulletin = composed(dingnan()).bulletin
    assert "：融媒体中心、消防大队、老城镇政府。" in prose(bulletin)
    assert "：公路发展分中心、市场监管局、发改委。" in prose(bulletin)
    words = [line.text for line in write(bulletin)]
    assert words[1] == "第2期（总第136期）"
    assert words[-1].startswith("备注：数据来自各单位报送；统计时间为2024年2月1日至2月29日")
    assert "定南县政务公开办公室　2024年3月15日印发" in words
    assert [section.heading[:2] for section in bulletin.sections] == ["一、", "二、", "三、", "四、", "五、"]
    assert bulletin.asks_remarks
    assert "1730条，历年累计429102条" in prose(bulletin)
    assert codes(objections(dingnan())) == []


def test_the_printed_1614_is_1730_less_longtangs_own_116():
    (found,) = [each for each in objections(dingnan(disclosed=1614)) if each.weight is Weight.DOUBT]
    assert found.code == "sum_differs_by"
    assert found.told == {
        "name": "公开信息", "stated": 1614, "sum": 1730, "gap": 116, "units": "龙塘镇政府",
    }  # fmt: skip


def test_a_difference_that_no_unit_makes_names_nobody():
    (found,) = [each for each in objections(dingnan(disclosed=1)) if each.weight is Weight.DOUBT]
    assert (found.code, found.told["gap"]) == ("sum_differs", 1729)
    units = dingnan().units
    assert make_difference(units, "done", 116 + 143) == ("龙塘镇政府", "岭北镇政府")
    assert make_difference(units, "done", 0) == ()


def test_a_name_the_text_writes_otherwise_is_known_by_its_alias():
    found = objections(dingnan())
    assert [each.told for each in found if each.code == "alias"] == [
        {"written": "医保局", "printed": "医保分局"}
    ]
    phrases = {"problems": "县融媒体中心、某某局进度较慢。"}
    assert {"written": "县融媒体中心", "printed": "融媒体中心"} in [
        each.told for each in objections(dingnan(), phrases)
    ]


def test_a_listed_name_the_annex_has_not_is_asked_about_unless_only_its_level_differs():
    facts = dingnan()
    figures = {**facts.figures, "unmended": Figure(None, ("县财政局", "省财政局", "某某局"))}
    found = objections(dataclasses.replace(facts, figures=figures))
    assert [each.told["units"] for each in found if each.code == "name_unknown"] == ["某某局"]


def test_who_gets_a_copy_stands_in_the_last_lines():
    bulletin = composed(dingnan(), {"copied_to": "县委办公室"}).bulletin
    assert "抄送：县委办公室" in [line.text for line in write(bulletin)]


def cangxi(**stated):
    units = tuple(
        UnitFigures(
            at,
            row["unit"],
            row["division"],
            at,
            submitted=int(row["submitted"]),
            accepted=int(row["approved"]),
        )
        for at, row in enumerate(CANGXI, start=1)
    )
    sheet = {(name, "2020-Q1"): Stated(value) for name, value in stated.items()}
    sheet["good_media", "2020-Q1"] = Stated(None, ("“平安苍溪”政务微博", "“苍溪教科”政务微信"))
    figures = resolve(QUARTERLY, QUARTER, sheet, {"2020-Q1": sum(unit.accepted for unit in units)})
    return BulletinFacts("苍溪县", QUARTERLY, QUARTER, units, figures, media())


def media(*more):
    day = dtm.date.fromisoformat
    lines = (
        MediaLine(
            *(Platform.WEIBO, ("苍溪县高坡镇",), "高坡镇", "乡镇"),
            (
                MediaFound(FindingKind.STALE, day("2020-01-09"), day("2019-12-25")),
                MediaFound(FindingKind.STALE, day("2020-03-06"), day("2020-02-20")),
            ),
            is_rectified=True,
        ),
        MediaLine(
            *(Platform.WECHAT, ("双河政事", "苍溪县双河乡人民政府"), "双河乡", "乡镇"),
            (MediaFound(FindingKind.DUPLICATE, day("2020-01-01")),),
            is_rectified=False,
        ),
        *more,
    )
    platforms = ((Platform.WEIBO, 13), (Platform.WECHAT, 28))
    return MediaFacts(day("2020-03-31"), platforms, 41, 29, lines, Decimal("70.7"))


def test_cangxi_puts_towns_and_departments_side_by_side():
    first, second = composed(cangxi(key_field=710)).bulletin.annexes
    assert [cell.text for _, _, cell in first.table.placed_head()][::4] == ["乡镇", "县级部门"]
    assert (len(first.table.rows), first.table.rows[0]) == (
        39,
        ("陵江镇", 67, 61, None, "县发改局", 14, 11, None),
    )
    assert first.table.rows[38] == ("双河乡", 7, 5, None, None, None, None, None)
    assert first.table.total == ("合计", 758, 646, None, "合计", 559, 442, None)
    assert second.table.rows[0][4:] == (
        "1月9日监测到超过两周未更新，最新更新时间为2019年12月25日；3月6日监测到超过两周未更新，最新更新时间为2月20日",
        "是",
    )
    assert second.table.rows[1][1:] == (
        "双河政事、苍溪县双河乡人民政府", "双河乡", "乡镇", "同一平台开设多个政务新媒体账号", "否",
    )  # fmt: skip


def test_cangxi_praises_and_names_by_what_was_accepted():
    text = prose(composed(cangxi(disclosed=2131, key_field=710)).bulletin)
    assert "文昌镇、陵江镇等乡镇和苍溪生态环境局、县自然资源局等县级部门政务公开工作情况较好。" in text
    assert "高坡镇、白桥镇、亭子镇、石门乡等乡镇和县交运局、县供销社等县级部门政务公开工作推进不力。" in text
    assert "正常运行的政务新媒体共41个，其中政务微博13个、政务微信28个，合格率70.7%。" in text
    assert "高坡镇、双河乡的政务新媒体维护不到位。" in text
    assert "（一）政务公开情况。一季度，" in text


def test_the_printed_2131_is_neither_sum():
    (found,) = [each for each in objections(cangxi(disclosed=2131, key_field=710)) if each.weight]
    assert found.code == "sums_differ"
    assert found.told == {
        "name": "公开信息", "stated": 2131, "submitted": 1317, "accepted": 1088,
        "gap": 814, "accepted_gap": 1043,
    }  # fmt: skip
    assert codes(objections(cangxi(disclosed=1088, key_field=710))) == []


def test_a_silence_of_five_days_cannot_be_stale():
    day = dtm.date.fromisoformat
    impossible = MediaFound(FindingKind.STALE, day("2020-02-16"), day("2020-02-11"))
    ahead = MediaFound(FindingKind.STALE, day("2020-04-16"), day("2020-02-11"))
    line = MediaLine(
        Platform.WEIBO, ("苍溪县三川镇",), "三川镇", "乡镇", (impossible, ahead), is_rectified=True
    )
    facts = cangxi(key_field=710)
    found = objections(BulletinFacts("苍溪县", QUARTERLY, QUARTER, facts.units, facts.figures, media(line)))
    assert codes(found) == ["gap_impossible", "found_ahead"]
    assert (found[0].told["gap"], found[0].told["allowed"]) == (5, 14)


def test_what_is_not_stated_keeps_a_bulletin_from_being_issued():
    found = objections(BulletinFacts("定南县", MONTHLY, FEBRUARY, dingnan().units))
    bars = [each.told["name"] for each in found if each.weight is Weight.BAR]
    assert bars == ["网站信息", "网站累计", "公开信息", "公开累计", "来信", "办结", "来信累计"]
    assert [each.told for each in found if each.code == "names_unstated"] == []


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("当月公开信息1730条，当年3680条。", []),
        ("当月公开信息1614条。", ["figure_typed"]),
        ("龙塘镇政府2月发布116条。", []),
        ("龙塘镇政府2月发布117条。", ["figure_of_unit"]),
        ("完成135.2%，收到来信4件，46个单位。", []),
        ("完成135.1%，收到来信5件，45个单位。", ["figure_typed"] * 3),
        ("2024年3月15日前反馈，见第2期。", []),
        ("{公开信息}条", []),
    ],
)
def test_figures_typed_into_a_phrase_are_looked_up(phrase, expected):
    assert codes(objections(dingnan(), {"problems": phrase})) == expected


def test_an_annex_that_there_is_not_is_not_spoken_of():
    assert codes(objections(dingnan(), {"problems": "见附件、附件1。"})) == []
    assert codes(objections(dingnan(), {"problems": "见附件2。"})) == ["no_such_annex"]


def test_what_can_still_change_is_said():
    circumstances = Circumstances(
        *(dtm.date(2024, 2, 28), dtm.date(2024, 3, 7), (("司法局", dtm.date(2024, 3, 9)),)),
        retired=(("粮食局", 12),),
        pending=2,
        unreviewed=3,
    )
    found = objections(dingnan(), circumstances=circumstances)
    assert codes(found) == [
        "not_over",
        "day_ahead",
        "retired",
        "still_open",
        "reopened",
        "pending",
        "unreviewed",
    ]


def test_a_table_that_does_not_add_up_bars_the_way():
    facts = dingnan()
    good = composed(facts)
    kept = freeze(good.bulletin)
    kept["annexes"][0]["table"]["rows"][0][3] = 33
    wrong = type(good)(thaw(kept), ())
    found = proofread(facts, wrong, {}, SETTLED)
    assert [each.code for each in found if each.weight is Weight.BAR] == ["total_wrong", "percentage_wrong"]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(NAMES, max_size=8), st.integers(0, 3))
def test_hostile_names_and_any_number_of_units_are_printed_as_they_are(names, target):
    units = tuple(
        UnitFigures(at, name or "甲", "", at, target, 1, target * 12 or None, 1)
        for at, name in enumerate(names)
    )
    facts = BulletinFacts("{机构}", MONTHLY, FEBRUARY, units)
    bulletin = composed(facts).bulletin
    assert bulletin.title.startswith("{机构}政府")
    assert [row[0] for row in bulletin.annexes[0].table.rows] == [name or "甲" for name in names]
    assert thaw(freeze(bulletin)) == bulletin
    assert not {"total_wrong", "percentage_wrong"} & {each.code for each in objections(facts)}
    assert write(bulletin)


def test_a_single_unit_is_neither_first_nor_last_and_its_sentence_is_left_out():
    unit = UnitFigures(1, "甲局", "", 1, 0, 3, 0, 3)
    facts = BulletinFacts("县", MONTHLY, FEBRUARY, (unit,))
    assert first_and_last(facts) == ((), ())
    assert "列前三位" not in prose(composed(facts).bulletin)
    assert composed(facts).bulletin.annexes[0].table.rows == (("甲局", 0, 0, 3, "–", 3, "–"),)


def test_three_hundred_units_fit_and_a_long_list_says_how_many_there_are():
    units = tuple(UnitFigures(at, f"第{at}局", "", at, 10, 9, 100, at) for at in range(1, 301))
    facts = BulletinFacts("县", MONTHLY, FEBRUARY, units)
    bulletin = compose(facts, {"problems": "{未完成单位}未完成。"}, IssueNumber(), TODAY).bulletin
    assert "第9局、第10局等300个单位未完成。" in prose(bulletin)
    assert len(bulletin.annexes[0].table.rows) == 300


@pytest.mark.parametrize(
    ("counts", "good", "poor"),
    [
        ([5, 3, 3, 1, 1], [0, 1, 2], [3, 4]),
        ([4, 4, 4], [], []),
        ([5, 1], [0], [1]),
        ([7], [], []),
        ([], [], []),
    ],
)
def test_good_is_the_upper_two_and_poor_the_lowest(counts, good, poor):
    units = [UnitFigures(at, f"{at}", "", at, accepted=count) for at, count in enumerate(counts)]
    assert [unit.unit_id for unit in best_accepted(units)] == good
    assert [unit.unit_id for unit in least_accepted(units)] == poor


def test_units_of_several_divisions_stand_below_each_other():
    units = tuple(UnitFigures(at, f"{at}", f"{at // 2}类", at, submitted=at) for at in range(6))
    (annex,) = composed(BulletinFacts("县", QUARTERLY, QUARTER, units)).bulletin.annexes
    assert annex.table.rows[2] == ("1类", "2", 2, 0, None)
    assert [(each.row, each.rows) for each in annex.table.joined] == [(0, 2), (2, 2), (4, 2)]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("{甲}条。{乙}件。", {"甲": "1", "乙": ""}, ("1条。",)),
        ("共{甲}条。", {"甲": ""}, ()),
        ("情况。{甲}条。", {"甲": ""}, ()),
        ("{甲}", {"甲": "{乙}", "乙": "2"}, ("{乙}",)),
        ("一\n\n二", {}, ("一", "二")),
        ("无", {}, ()),
        ("{} { 大括号 }", {}, ("{} { 大括号 }",)),
        ("{甲}条", {"甲": None}, ("【待填：甲】条",)),
    ],
)
def test_a_phrase_is_filled_in_once_and_empty_sentences_go(text, values, expected):
    assert fill(text, values).paragraphs == expected


def test_unknown_fields_are_named_before_a_phrase_is_kept():
    with pytest.raises(PhraseFieldUnknown) as refused:
        read_phrase(MONTHLY, "{公开信息}条，{合格率}、{某某}")
    assert refused.value.params == {"fields": "合格率、某某"}
    with pytest.raises(PhraseMissing):
        read_phrase(MONTHLY, "字" * 2001)
    with pytest.raises(PlaceUnknown):
        find_place(MONTHLY, "media")
    assert read_phrase(MONTHLY, "共{公开信息}条,其中(含1,730条):") == "共{公开信息}条，其中（含1,730条）："


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("446", "website", {"website": Stated(446)}),
        ("94,276条", "website_ever", {"website_ever": Stated(94276)}),
        ("网站信息 446\n来信：4\n错敏整改单位 住建局、司法局等单位", "", None),
        ("网站信息 446 来信：4 错敏整改单位 住建局、司法局等单位", "website", None),
        ("错敏整改单位 住建局,司法局，来信4条；网站信息=446", "", None),
        ("来信 4 网站信息 许多", "", CountUnclear),
        ("无", "unmended", {"unmended": Stated(None)}),
        ("无", "", FigureUnknown),
        ("重点领域 7", "", FigureUnknown),
        ("", "website", NothingStated),
    ],
)
def test_figures_are_read_one_by_one_or_several_lines_at_once(text, asked, expected):
    if isinstance(expected, type):
        with pytest.raises(expected):
            read_stated(text, MONTHLY, asked)
        return
    several = {"website": Stated(446), "letters": Stated(4), "unmended": Stated(None, ("住建局", "司法局"))}
    assert read_stated(text, MONTHLY, asked) == (expected or several)


def test_a_total_over_all_years_is_carried_from_the_last_that_was_stated():
    sheet = {
        ("website_ever", "2023-12"): Stated(1000),
        ("website", "2024-01"): Stated(30),
        ("website", "2024-02"): Stated(40),
        ("disclosed_ever", "2023-12"): Stated(9000),
        ("letters_ever", "2023-12"): Stated(5),
    }
    found = resolve(MONTHLY, FEBRUARY, sheet, {"2024-01": 1950, "2024-02": 1730})
    assert found["website_ever"] == Figure(1070, (), Origin.CARRIED, None, 1000, "2023-12")
    assert found["disclosed_ever"].value == 9000 + 1950 + 1730
    assert found["letters_ever"].origin is Origin.MISSING


def test_a_correction_lists_old_and_new_and_nothing_else():
    old = composed(dingnan()).bulletin
    facts = dingnan()
    units = tuple(
        unit if unit.name != "龙塘镇政府" else UnitFigures(
            *(unit.unit_id, unit.name, "", unit.position), unit.target, 120, unit.year_target, 226
        )
        for unit in facts.units
    )  # fmt: skip
    figures = {**facts.figures, "disclosed": Figure(1734, (), Origin.COUNTED, 1734)}
    changed = BulletinFacts("定南县", MONTHLY, FEBRUARY, units, figures)
    new = composed(changed, number=IssueNumber(9, 999), printed_on=dtm.date(2024, 4, 1)).bulletin
    found = differences(old, new)
    assert Difference("龙塘镇政府·2月发布数", "116", "120") in found
    assert Difference("合计·当年完成数", "3680", "3684") in found
    assert [each.where for each in found] == [
        "二、政府信息公开情况",
        "龙塘镇政府·2月发布数", "龙塘镇政府·2月完成比", "龙塘镇政府·当年完成数", "龙塘镇政府·当年完成比例",
        "合计·2月发布数", "合计·2月完成比", "合计·当年完成数",
    ]  # fmt: skip
    assert differences(old, old) == ()


def test_a_picture_shows_what_the_annex_says():
    (picture,) = draw(dingnan(), "月报", "第2期", dtm.date(2024, 2, 29))
    bars = picture.blocks[0].bars
    assert [(bar.place, bar.name, bar.value, bar.word) for bar in (bars[0], bars[3], bars[-1])] == [
        ("1", "融媒体中心", "65.0%", "前三位"),
        ("4", "行政审批局", "42.8%", ""),
        ("46", "公路发展分中心", "3.3%", "后三位"),
    ]
    first, second = draw(cangxi(key_field=710), "通报", "", dtm.date(2020, 3, 31))
    towns = [bar for page in (first, second) for block in page.blocks for bar in block.bars]
    assert [(bar.place, bar.name, bar.note, bar.word) for bar in towns[:2]] == [
        ("1", "文昌镇", "报送116", "较好"),
        ("2", "陵江镇", "报送67", "较好"),
    ]
    assert len(towns) == 72
    assert draw(BulletinFacts("县", MONTHLY, FEBRUARY, ()), "月报", "", TODAY) == ()


def test_the_same_bulletin_is_always_the_same_bytes_and_its_day_does_not_matter():
    one = composed(cangxi(key_field=710)).bulletin
    other = composed(cangxi(key_field=710), printed_on=dtm.date(2020, 4, 16)).bulletin
    assert canonical(freeze(thaw(freeze(one)))) == canonical(freeze(one))
    assert fingerprint(one) == fingerprint(other) != fingerprint(composed(cangxi(key_field=711)).bulletin)
    assert format_percent(media().pass_rate) == "70.7%"
