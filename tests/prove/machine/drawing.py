"""What is drawn: who does what, with which words; and how often each deed is to be done."""

import datetime as dtm
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.prove.machine.office import (
    DUTIES,
    JUSTICE,
    NOTICES,
    OPEN_DAY,
    POLICE,
    SCHOOLS,
    WATER,
)
from tests.prove.machine.words import Amount

T = TypeVar("T")

LAST = dtm.datetime(2025, 11, 1, tzinfo=dtm.UTC)
"""As far as China's working days are published for the year after, too."""

STARTS = (
    dtm.datetime(2024, 3, 27, 2, tzinfo=dtm.UTC),
    dtm.datetime(2024, 9, 29, 2, tzinfo=dtm.UTC),
    dtm.datetime(2024, 12, 30, 2, tzinfo=dtm.UTC),
)
"""Before the end of a month, of a month with holidays after it, of a year."""

actors = st.integers(0, 12)
"""Mostly one of those who report now; 10 is the office, 11 another county's, 12 one who may have left."""
reporters = st.integers(0, 9)
units = st.sampled_from((JUSTICE, SCHOOLS, POLICE, WATER))
numbers = st.sampled_from((1, 2, 3, 5, 0, 30, 400))
amounts = st.one_of(
    st.builds(Amount, st.just("add"), numbers),
    st.builds(Amount, st.just("set"), st.integers(0, 6)),
    st.builds(Amount, st.just("page"), st.integers(1, 4)),
)
categories = st.sampled_from((NOTICES, DUTIES, OPEN_DAY))
whole_lines = st.lists(st.tuples(categories, amounts), min_size=1, max_size=3)
half_lines = st.sampled_from(("nothing", "category", "number", "page"))
month_words = st.sampled_from(("", "", "", "this", "last", "before", "next"))
recent = st.integers(0, 11)
"""Which of several, counted back from the last."""


DEEDS: list[tuple[str, st.SearchStrategy[dict[str, Any]]]] = []
"""What can be done, with whatever it is done with, as often as it is to be drawn."""


def deed(weight: int, **drawn: st.SearchStrategy[Any]) -> Callable[[T], T]:
    """Enter a method among what can be done.

    Not rules of Hypothesis: of thirty rules it leaves out most in each run, and all are needed for a story.
    """

    def enter(method: T) -> T:
        name: str = method.__name__  # type: ignore[attr-defined]
        DEEDS.extend([(name, st.fixed_dictionaries(drawn))] * weight)
        return method

    return enter


def back_from(things: list[T], back: int) -> T:
    """Give one of several, counted back from the last."""
    return things[-1 - back % len(things)]
