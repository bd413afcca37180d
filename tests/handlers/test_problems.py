import datetime as dtm

import pytest

from handlers.views.problems import problem_words
from services.core.period import Period
from services.core.stretches import Stretch
from services.facts.months import MonthAhead
from services.membership.absences import LeaveOverlaps
from services.reporting.reopenings import ReopeningEnds
from tests.handlers.talk import CATALOGUE

MARCH_4 = dtm.date(2024, 3, 4)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (MonthAhead(month=Period.of_month(2024, 4)), "2024年4月还没有开始"),
        # A single day was written twice: 2024年3月4日至2024年3月4日.
        (LeaveOverlaps(days=Stretch(MARCH_4, MARCH_4)), "您在2024年3月4日已登记请假"),
        (LeaveOverlaps(days=Stretch(MARCH_4, dtm.date(2024, 3, 5))), "您在2024年3月4日至2024年3月5日已登记"),
        (ReopeningEnds(last_on=dtm.date(2024, 5, 19)), "开账只能到2024年5月19日为止"),
    ],
)
def test_days_and_months_in_what_is_wrong_are_written_as_the_office_does(problem, said):
    assert problem_words(problem, CATALOGUE.texts("zh_CN")).startswith(said)
