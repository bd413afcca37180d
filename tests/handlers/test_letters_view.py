import datetime as dtm
from dataclasses import replace

import pytest

from handlers.views import letters as view
from models.enums import Cadence, DueState, Language, LetterKind, ReminderRule, ReminderStep
from services.chasing.letter_contents import Digest, GroupList, OfficePart, UnitNeeds
from services.core.period import Period
from services.core.reminding import Shortfall
from services.reminding.dues import DueRef
from services.reminding.needs import Need
from services.reminding.review_dues import Acceptance, Queue
from tests.handlers.talk import CATALOGUE, labels, words

TEXTS = CATALOGUE.texts("zh_CN")
CLOSES = dtm.date(2024, 3, 7)
FEBRUARY = Period.of_month(2024, 2)


def lacking(unit, missing, *, step=ReminderStep.LAST_DAY, number=1):
    due = DueRef(number, 1, number, None, ReminderRule.MONTHLY, step, FEBRUARY.starts_on, DueState.OPEN)
    shortfall = Shortfall("动态<通知>类", 0, missing, missing, missing, Cadence.MONTHLY)
    return UnitNeeds(number, unit, 1, (Need(due, (shortfall,), closes_on=CLOSES),))


def digest(*, own=(), led=(), office=(), accepted=(), day=dtm.date(2024, 2, 29)):
    letter = Digest(1, LetterKind.DIGEST, 1, 1, Language.CHINESE, day, own, led, office, accepted)
    return view.digest(letter, TEXTS)


def accepted(unit, category, count, *, pending=0, number=1, month=FEBRUARY):
    return Acceptance(number, unit, category, month, count, pending)


def test_a_reporter_reads_what_lacks_and_what_to_send():
    shown = digest(own=(lacking("市司法局", 2),))
    assert words(shown) == [
        "催报提醒　2024年2月29日",
        "",
        "市司法局",
        "今天是2024年2月最后一个工作日，还差：",
        "· 动态<通知>类　还差 2 条（0/2）",
        "",
        "完成后请直接发送，如：报送 动态<通知>类 2",
    ]
    assert labels(shown) == [["查看市司法局进度"], ["明天再提醒", "三个工作日后再提醒"], ["请假"]]


def by_hand(missing, *, beside=None, says=2):
    """A unit that an administrator wants reminded, and what a step of the same month says."""
    (nudge,) = lacking("市司法局", missing, step=ReminderStep.NUDGED).needs
    steps = () if beside is None else lacking("市司法局", says, step=beside).needs
    return UnitNeeds(1, "市司法局", 1, (*steps, nudge))


def test_what_is_wanted_by_hand_and_due_as_well_is_told_once():
    alone = words(digest(own=(by_hand(2),)))[3:5]
    assert alone == ["政务公开办请您尽快报送2024年2月的：", "· 动态<通知>类　还差 2 条（0/2）"]
    both = words(digest(own=(by_hand(2, beside=ReminderStep.LAST_DAY),)))
    assert both[3:5] == [
        "【政务公开办催办】今天是2024年2月最后一个工作日，还差：",
        "· 动态<通知>类　还差 2 条（0/2）",
    ]
    half = words(digest(own=(by_hand(2, beside=ReminderStep.HALF, says=1),)))
    assert half[3:5] == alone
    assert [sum("还差 " in line for line in shown) for shown in (both, half)] == [1, 1]


def test_the_office_reads_once_of_a_unit_that_nobody_else_hears_of():
    part = OfficePart(1, "峨眉山市", (by_hand(2, beside=ReminderStep.LAST_DAY),), (), 0, None)
    assert sum("市司法局" in line for line in words(digest(office=(part,)))) == 1


def test_once_the_month_is_over_the_example_names_it_and_of_several_units_the_unit():
    some = tuple(
        lacking(unit, 2, step=ReminderStep.OVERDUE, number=number)
        for number, unit in ((1, "绥山镇"), (2, "峨山街道"))
    )
    shown = digest(own=some, day=dtm.date(2024, 3, 1))
    assert "2024年2月已结束，3月7日（含）前还可补报，按逾期计，还差：" in words(shown)
    assert words(shown)[-1] == "完成后请直接发送，如：报送 绥山镇 动态<通知>类 2 2月"


def test_a_leader_is_shown_no_example_and_may_ask_for_later():
    shown = digest(led=(lacking("市司法局", 2),))
    assert words(shown)[2] == "您分管的单位"
    assert not any("报送" in line for line in words(shown))
    assert labels(shown)[0] == ["查看市司法局进度"]


def test_the_office_reads_who_lacks_most_first_and_not_more_than_a_screen():
    units = tuple(lacking(f"{number}局", number, number=number) for number in range(1, 45))
    part = OfficePart(1, "峨眉山市", units, tuple(unit.unit for unit in units), 1, None)
    shown = digest(office=(part,))
    assert words(shown)[3] == "2024年2月最后一个工作日未完成 44 个单位："
    assert words(shown)[4:24:19] == ["· 差 44 条：44局", "· 差 25 条：25局"]
    assert words(shown)[24] == "……另有 24 个单位"
    assert "等，另有 38 个。请用 /invite 邀请。" in words(shown)[25]
    assert labels(shown) == [["查看催办情况"]]


def test_a_group_reads_until_when_it_may_still_report():
    units = (lacking("市司法局", 6, step=ReminderStep.LISTED),)
    posted = GroupList(1, -1, 0, Language.CHINESE, "峨眉山市", ReminderRule.MONTHLY, FEBRUARY, units)
    assert words(view.list_of(posted, TEXTS)) == [
        "峨眉山市　2024年2月尚未完成的单位",
        "",
        "· 市司法局　还差 6 条",
        "",
        "以上单位此前均已单独提醒，请于3月7日（含）前补报。已报的以 /progress 为准。",
    ]


@pytest.mark.parametrize(
    ("days_left", "said"),
    [(5, "2024年2月除今天外还有5个工作日，还差："), (0, "2024年2月临近月底，还差：")],
)
def test_before_the_end_it_says_how_many_working_days_are_left(days_left, said):
    (each,) = [lacking("市司法局", 2, step=ReminderStep.BEFORE)]
    left = replace(each, needs=tuple(replace(need, days_left=days_left) for need in each.needs))
    assert said in words(digest(own=(left,)))


def test_what_was_accepted_is_added_up_by_category_and_arrives_without_a_sound():
    some = (
        accepted("市司法局", "动态<通知>类", 2, pending=1),
        accepted("市司法局", "政策解读", 2, pending=1),
        accepted("市司法局", "动态<通知>类", 1, pending=1),
        accepted("市司法局", "政策解读", 1, month=Period.of_month(2024, 1)),
        accepted("市公安局", "政策解读", 1, number=2),
    )
    shown = digest(accepted=some)
    assert words(shown) == [
        "审核进展　2024年2月29日",
        "",
        "市司法局",
        "2024年2月已采用 5 条：动态<通知>类 3、政策解读 2。还有 1 条待审核。",
        "2024年1月已采用政策解读 1 条。",
        "",
        "市公安局",
        "2024年2月已采用政策解读 1 条。",
    ]
    assert labels(shown) == [["查看市司法局进度"], ["查看市公安局进度"]]
    assert shown.is_quiet


def test_beside_what_lacks_it_stands_with_the_unit_and_the_letter_is_heard():
    shown = digest(own=(lacking("市司法局", 2),), accepted=(accepted("市司法局", "政策解读", 2),))
    assert words(shown)[0] == "催报提醒　2024年2月29日"
    assert words(shown)[4:6] == ["· 动态<通知>类　还差 2 条（0/2）", "2024年2月已采用政策解读 2 条。"]
    assert labels(shown)[0] == ["查看市司法局进度"]
    assert not shown.is_quiet


def test_a_reviewer_reads_how_many_wait_since_when_and_an_administrator_too():
    queue = Queue(12, dtm.date(2024, 2, 5))
    alone = digest(office=(OfficePart(1, "峨眉山市", (), (), 0, None, queue),))
    line = "待审核 12 份，最早的从2月5日等到现在。请用 /review 审核。"
    assert words(alone) == ["审核进展　2024年2月29日", "", "峨眉山市", line]
    assert labels(alone) == [["去审核"]]
    assert alone.is_quiet
    both = digest(office=(OfficePart(1, "峨眉山市", (lacking("市司法局", 2),), (), 0, None, queue),))
    assert words(both)[-1] == line
    assert (labels(both), both.is_quiet) == ([["查看催办情况"]], False)
