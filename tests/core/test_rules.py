import datetime as dtm

import pytest

from models.enums import Cadence, Language, Ties
from services.core.numbers import CountUnclear
from services.core.period import Period
from services.core.rules import (
    CHOICES,
    RANGES,
    MovedMonths,
    OrganisationNameMissing,
    Rule,
    RuleOutOfRange,
    RuleUnknown,
    move_months,
    read_rule,
)
from tests.core.work_days import china_2024

FEBRUARY = Period(Cadence.MONTHLY, 2024, 2)


@pytest.mark.parametrize(
    ("rule", "given", "value"),
    [
        (Rule.CLOSING_DAYS, 0, 0),
        (Rule.CLOSING_DAYS, "15", 15),
        (Rule.CLOSING_DAYS, "十", 10),
        (Rule.DECIMALS, 2, 2),
        (Rule.STALE_DAYS, "60", 60),
        (Rule.ZOMBIE_DAYS, "61", 61),
        (Rule.YEAR, "2025", 2025),
        (Rule.TIES, "dense", Ties.DENSE),
        (Rule.LANGUAGE, "en", Language.ENGLISH),
        (Rule.NAME, "  峨眉山市(新) ", "峨眉山市（新）"),
    ],
)
def test_a_rule_takes_what_it_can_be(rule, given, value):
    assert read_rule(rule, given) == value


@pytest.mark.parametrize(
    ("rule", "given", "error"),
    [
        (Rule.CLOSING_DAYS, 16, RuleOutOfRange),
        (Rule.CLOSING_DAYS, "16", RuleOutOfRange),
        (Rule.CLOSING_DAYS, "-1", CountUnclear),
        (Rule.DECIMALS, "3", RuleOutOfRange),
        (Rule.STALE_DAYS, 0, RuleOutOfRange),
        (Rule.STALE_DAYS, "两周", CountUnclear),
        (Rule.ZOMBIE_DAYS, 60, RuleOutOfRange),
        (Rule.YEAR, "24", RuleOutOfRange),
        (Rule.TIES, "random", RuleUnknown),
        (Rule.LANGUAGE, "fr", RuleUnknown),
        (Rule.NAME, " \u200b ", OrganisationNameMissing),
        (Rule.NAME, "长" * 101, OrganisationNameMissing),
    ],
)
def test_a_rule_refuses_what_it_cannot_be(rule, given, error):
    with pytest.raises(error):
        read_rule(rule, given)


def test_a_zombie_is_always_silent_for_longer_than_a_stale_account():
    assert RANGES[Rule.STALE_DAYS][1] < RANGES[Rule.ZOMBIE_DAYS][0]


@pytest.mark.parametrize("rule", CHOICES)
def test_what_is_offered_is_taken(rule):
    assert [read_rule(rule, choice) for choice in CHOICES[rule]] == list(CHOICES[rule])


@pytest.mark.parametrize(
    ("before", "after", "day", "moved"),
    [
        (5, 10, 7, MovedMonths()),  # 7 March 2024 is the fifth working day after February: open either way
        (5, 10, 8, MovedMonths(opened=(FEBRUARY,))),
        (10, 5, 8, MovedMonths(closed=(FEBRUARY,))),
        (10, 5, 7, MovedMonths()),
        (5, 0, 1, MovedMonths(closed=(FEBRUARY,))),
        (0, 15, 1, MovedMonths(opened=(FEBRUARY,))),
        (5, 5, 8, MovedMonths()),
    ],
)
def test_changed_closing_days_move_the_months_they_reach(before, after, day, moved):
    assert move_months(before, after, dtm.date(2024, 3, day), china_2024()) == moved
