import datetime as dtm

import pytest

from handlers.views.problems import problem_words
from services.core.period import Period
from services.months import MonthAhead
from services.reopenings import ReopeningEnds
from tests.handlers.talk import CATALOGUE


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (MonthAhead(month=Period.of_month(2024, 4)), "2024年4月还没有开始"),
        (ReopeningEnds(last_on=dtm.date(2024, 5, 19)), "开账只能到2024年5月19日为止"),
    ],
)
def test_days_and_months_in_what_is_wrong_are_written_as_the_office_does(problem, said):
    assert problem_words(problem, CATALOGUE.texts("zh_CN")).startswith(said)
