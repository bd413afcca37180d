"""What is said of drawing: the ratio is taken within each round, and one real run goes well."""

import asyncio
import datetime as dtm
from pathlib import Path

import pytest

from benchmarks import charts, charts_page, standings
from benchmarks.charts_page import Drawing, Results
from benchmarks.office import SMALL
from benchmarks.page import PAGE
from benchmarks.standings import LARGE, OLD, Reading, Readings


def a_drawing(seconds: float, size: int = 100_000, stall: float = 0.002) -> Drawing:
    return Drawing(1.0, (seconds,), seconds, size, 90.0, 0.1, stall)


def told(ours: list[Drawing], plain: list[Drawing], old: float = 1.1, large: float = 90) -> str:
    results = Results(charts.OURS, charts.PLAIN, {charts.OURS: ours, charts.PLAIN: plain})
    results.readings = read(old, large)
    return charts_page.written(results, dtm.date(2026, 1, 1))


def read(old: float, large: float) -> Readings:
    """Two rounds, the second on a machine half as fast."""
    sizes = {SMALL: 1.0, OLD: old, LARGE: large}
    return Readings(
        {
            size: [Reading(0.001 * times * slow, 0.002 * times * slow) for slow in (1, 2)]
            for size, times in sizes.items()
        }
    )


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    ours = [a_drawing(seconds) for seconds in (0.05, 0.1, 0.05)]
    text = told(ours, [a_drawing(seconds) for seconds in (0.25, 0.4, 0.5)])
    assert "| plain matplotlib takes ≥ 4 × as long | 5.0 × | reached |" in text
    assert "**missed**" not in text


@pytest.mark.parametrize(
    "spoilt", [a_drawing(0.091), a_drawing(0.05, size=120_001), a_drawing(0.05, stall=0.021)]
)
def test_an_aim_that_was_missed_is_said_to_be(spoilt: Drawing) -> None:
    assert told([spoilt], [a_drawing(9)]).count("**missed**") == 1


@pytest.mark.parametrize(("old", "large"), [(1.2, 90), (1.1, 129)])
def test_a_ranking_that_takes_too_long_is_said_to(old: float, large: float) -> None:
    text = told([a_drawing(0.05)], [a_drawing(9)], old, large)
    assert f"| the year with ten years behind it ≤ 1.15 × as long as with one | {old:.2f} × |" in text
    assert "| 44 units, 1 year | 1.5 | 3.0 |" in text
    assert text.count("**missed**") == 2  # the month and the year


def test_rankings_are_really_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "SIZES", {SMALL: "44 units, 1 year"})
    now = dtm.datetime(2026, 3, 15, tzinfo=dtm.UTC)
    readings = asyncio.run(standings.measure(tmp_path, 1, 1, now))
    assert 0 < readings.middle(SMALL, lambda each: each.month) < 1


def test_a_real_run_draws_with_both(tmp_path: Path) -> None:
    results = asyncio.run(charts.measure(tmp_path, 1, 1))
    ours, plain = (results.runs[drawer][0] for drawer in (charts.OURS, charts.PLAIN))
    assert 0 < ours.processor < plain.processor
    assert 20_000 < ours.size < plain.size
    assert results.pages > 0


def test_the_page_has_its_place() -> None:
    text = PAGE.read_text("utf-8")
    assert text.index(charts_page.BEGIN) < text.index(charts_page.END)
