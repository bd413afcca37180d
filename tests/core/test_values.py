import copy
import dataclasses
import datetime as dtm

import pytest

from models.enums import Cadence, DutyKind, Language, Role
from services.core.access import Actor, Binding
from services.core.pace import Pace
from services.core.period import Period
from services.core.progress import CategoryCounts, Duty, ProgressFacts, measure_progress
from services.core.quota import Quota
from tests.core.work_days import weekdays

FACTS = ProgressFacts(
    "定南县",
    "公安局",
    Period.of_month(2024, 2),
    dtm.date(2024, 2, 20),
    (CategoryCounts(1, "动态", None, (Quota(1, Cadence.MONTHLY, 2),), 1, 3),),
)
PROGRESS = measure_progress(FACTS, weekdays(2024, 2024))
VALUES = [
    *[FACTS, FACTS.categories[0], PROGRESS, PROGRESS.lines[0], PROGRESS.lines[0].year, PROGRESS.deadline],
    *[PROGRESS.summary, Duty("政策解读", "", DutyKind.DUTY), Quota(1, Cadence.YEARLY, 1), Pace(1, 2)],
    *[Period.of_year(2024), Binding(1, 5, Role.REPORTER), Actor(1, None, "", Language.CHINESE)],
    weekdays(2024, 2024),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_cannot_be_changed_and_equals_its_copy(value):
    field = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)
    assert not hasattr(value, "__dict__")
    assert copy.deepcopy(value) == value
    assert hash(copy.deepcopy(value)) == hash(value)
