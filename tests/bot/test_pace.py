"""The pace keeps within a window as strict as Telegram's could be, and lets nobody wait for nothing."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import WINDOW, Pace

MOST = 28
IDLE = st.floats(0, 3, allow_nan=False)


@given(st.lists(IDLE, max_size=200))
def test_no_second_has_more_slots_than_allowed(pauses: list[float]) -> None:
    pace, now, slots = Pace(MOST), 100.0, []
    for pause in pauses:
        now += pause / MOST
        slots.append(pace.take(now))
        assert slots[-1] >= now
    for first, beyond in zip(slots, slots[MOST:], strict=False):
        assert beyond - first >= WINDOW - 1e-6


def test_after_an_idle_second_as_many_go_at_once_as_one_second_may_have() -> None:
    pace = Pace(MOST)
    slots = [pace.take(50.0) for _ in range(MOST + 1)]
    assert slots == [50.0] * MOST + [51.0]


def test_many_follow_each_other_evenly() -> None:
    pace = Pace(MOST)
    slots = [pace.take(50.0) for _ in range(10 * MOST)][2 * MOST :]
    gaps = [later - earlier for earlier, later in itertools.pairwise(slots)]
    assert max(gaps) < 1.1 / MOST
    assert min(gaps) > 0.9 / MOST
