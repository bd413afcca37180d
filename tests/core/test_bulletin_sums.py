import dataclasses
from decimal import Decimal

from services.core.bulletin_facts import UnitFigures
from services.core.proofreading import Weight, make_difference
from tests.core.test_bulletins import codes, composed, dingnan, objections, prose


def test_who_owes_nothing_is_in_the_sums_and_in_no_percentage():
    facts = dingnan()
    idle = UnitFigures(99, "县志办", "", 99, done=7, year_done=9)
    zero = UnitFigures(100, "档案馆", "", 100, target=0, done=3, year_target=600, year_done=300)
    facts = dataclasses.replace(facts, units=(*facts.units, idle, zero))
    (annex,) = composed(facts).bulletin.annexes
    total = [getattr(cell, "value", cell) for cell in annex.table.total]
    assert total == ["合计", 15960, 1280, 1740, Decimal("135.2"), 3989, Decimal("24.9")]
    assert annex.table.rows[-2] == ("县志办", "–", "–", 7, "–", 9, "–")
    assert annex.table.footnotes[0].endswith(
        "县志办、档案馆没有相应任务，发布数计入合计，不计入合计的完成比例。"
    )
    words = composed(facts, {"problems": "{完成数}，{完成率}；{当年完成数}，{当年完成率}。"})
    assert "1730，135.2%；3980，24.9%。" in prose(words.bulletin)
    assert "percentage_wrong" not in codes(objections(facts), Weight.NOTE)
    assert "没有相应任务" not in composed(dingnan()).bulletin.annexes[0].table.footnotes[0]


def test_two_units_that_make_up_a_difference_are_named_only_where_no_others_do():
    units = tuple(UnitFigures(at, name, "", at, done=at) for at, name in enumerate("甲乙丙丁戊", start=1))
    assert make_difference(units, "done", 9) == ("丁", "戊")
    assert make_difference(units, "done", 7) == ()
    assert make_difference(units, "done", 3) == ("丙",)
    assert make_difference((*units[3:], *units[:1]), "done", 6) == ("戊", "甲")


def test_a_month_in_which_nobody_reported_is_asked_about():
    facts = dingnan()
    idle = tuple(dataclasses.replace(unit, done=0) for unit in facts.units)
    assert "nothing_counted" in codes(objections(dataclasses.replace(facts, units=idle)))
    one = dataclasses.replace(facts, units=(*idle[1:], facts.units[0]))
    assert "nothing_counted" not in codes(objections(one))
