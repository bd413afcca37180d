import datetime as dtm

import pytest

from models.enums import ReminderStep
from services.core.recipients import Hearers, Person, choose_hearers, present_among

TODAY = dtm.date(2024, 2, 29)
TOMORROW = TODAY + dtm.timedelta(days=1)
WANG, LI, LEADER = Person(1), Person(2), Person(9)
LATER = Person(1, wants_from_on=TOMORROW)
BLOCKED = Person(1, is_reachable=False)
AWAY = Person(1, is_away=True)
AWAY_FOR_LI = Person(1, is_away=True, stand_in=2)
PEOPLE = {2: LI, 9: LEADER}


@pytest.mark.parametrize(
    ("step", "reporters", "heard"),
    [
        (ReminderStep.HALF, [WANG], Hearers(own=(1,))),
        (ReminderStep.HALF, [WANG, LI], Hearers(own=(1, 2))),
        (ReminderStep.LAST_DAY, [WANG], Hearers(own=(1,), leaders=(9,))),
        (ReminderStep.STALE, [WANG], Hearers(own=(1,), leaders=(9,))),
        (ReminderStep.SOON, [WANG], Hearers(own=(1,))),
        # nobody to be had: the leader hears of it at any step
        (ReminderStep.HALF, [], Hearers(leaders=(9,))),
        (ReminderStep.HALF, [BLOCKED], Hearers(leaders=(9,))),
        (ReminderStep.HALF, [AWAY], Hearers(leaders=(9,))),
        # somebody away gives way to who stands in, once
        (ReminderStep.HALF, [AWAY_FOR_LI], Hearers(own=(2,))),
        (ReminderStep.HALF, [AWAY_FOR_LI, LI], Hearers(own=(2,))),
        # who asked for a later day is left alone, and the unit waits for them only while it may
        (ReminderStep.HALF, [LATER], Hearers(waits=True)),
        (ReminderStep.HALF, [LATER, LI], Hearers(own=(2,))),
        (ReminderStep.LAST_DAY, [LATER], Hearers(leaders=(9,))),
        (ReminderStep.NUDGED, [LATER], Hearers(own=(1,))),
        (ReminderStep.HALF, [Person(1, wants_from_on=TODAY)], Hearers(own=(1,))),
    ],
)
def test_reporters_hear_first_then_the_leader(step, reporters, heard):
    assert choose_hearers(step, reporters, [LEADER], PEOPLE, TODAY) == heard


def test_who_stands_in_and_is_away_or_unknown_too_is_not_written_to():
    assert present_among([AWAY_FOR_LI], {2: Person(2, is_away=True)}) == ()
    assert present_among([AWAY_FOR_LI], {}) == ()
