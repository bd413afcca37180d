import datetime as dtm
import json

from hypothesis import given
from hypothesis import strategies as st

from services.core.drafts import Answered, Draft, Terms
from services.core.links import Link
from services.core.period import Period
from services.core.reporting import Add, Line, Set

COUNTS = st.integers(0, 999_999_999)
LINES = st.builds(
    Line,
    st.lists(st.integers(1, 9), max_size=3).map(tuple),
    st.text(max_size=5),
    st.none()
    | st.builds(Add, COUNTS)
    | st.builds(Set, COUNTS)
    | st.builds(Link, st.text(), st.text(), st.text()),
)
MONTHS = st.builds(Period.of_month, st.integers(2000, 2099), st.integers(1, 12))
TERMS = st.builds(
    Terms, st.integers(1, 99), MONTHS, st.lists(LINES, max_size=4).map(tuple), st.text(max_size=64)
)
DRAFTS = st.builds(
    Draft,
    st.text(max_size=20),
    st.dates(),
    st.text(max_size=50),
    st.none() | st.integers(1, 99),
    st.none() | MONTHS,
    st.none() | st.lists(LINES, max_size=4).map(tuple),
    st.frozensets(st.sampled_from(Answered)),
    st.none() | TERMS,
)


@given(DRAFTS)
def test_a_draft_survives_the_buttons_that_carry_it(draft):
    assert Draft.from_json(json.loads(json.dumps(draft.as_json()))) == draft


@given(TERMS)
def test_terms_survive_the_audit(terms):
    assert Terms.from_json(json.loads(json.dumps(terms.as_json()))) == terms


def test_the_order_of_lines_and_the_spelling_of_an_address_say_nothing():
    month = Period.of_month(2024, 3)
    notices, page = Line((1,), "动态", Add(3)), Line((2,), "", Link("http://a.cn/x", "https://a.cn/x", "一"))
    other = Line((2,), "法定", Link("https://a.cn/x#top", "https://a.cn/x"))
    assert Terms(1, month, (notices, page)).saying == Terms(1, month, (other, notices)).saying
    for different in (
        Terms(2, month, (notices,)),
        Terms(1, month.next(), (notices,)),
        Terms(1, month, (other,)),
    ):
        assert different.saying != Terms(1, month, (notices,)).saying


def test_a_number_said_anew_is_looked_at_anew():
    draft = Draft("m", dtm.date(2024, 3, 20), "", lines=(Line((1,), "", Add(300)),))
    sure = draft.answering(Answered.IS_SO_MANY).answering(Answered.IS_ANOTHER)
    assert sure.with_amount(0, Add(400)).answered == {Answered.IS_ANOTHER}
