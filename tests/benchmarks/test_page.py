"""The results page: medians, ratios within rounds, verdicts; and nothing else of it is touched."""

import datetime as dtm
from pathlib import Path

from benchmarks import page
from benchmarks.peers import NO_DATABASE, WEBHOOK, Peer
from benchmarks.results import Results
from benchmarks.rounds import Run
from benchmarks.scenarios import SIZES, Aim, Scenario

FAST, SLOW = (Peer(name, "ceiling", WEBHOOK, NO_DATABASE) for name in ("fast", "slow"))
TABLE = Scenario("progress", "A table", (FAST, SLOW), 3, (Aim(FAST, SLOW, 3), Aim(FAST, SLOW, 2)))


def a_run(per_second: float, median: float = 0.002, processor: float = 0.0003) -> Run:
    seconds = tuple(median for _ in range(10))
    return Run(per_second, processor, 0.25, start=0.5, megabytes=70, seconds=seconds)


def some_results() -> Results:
    results = Results()
    # The machine is slower in the second round, for both.
    for fast, slow in ((3000, 1000), (1500, 600), (2800, 1400)):
        results.add(TABLE, FAST, a_run(fast))
        results.add(TABLE, SLOW, a_run(slow, processor=0.0006))
    results.growth = {SIZES[0]: [a_run(500)], SIZES[1]: [a_run(400, median=0.003)]}
    return results


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    assert some_results().ratio(TABLE, TABLE.aims[0]) == 2.5  # not 2800 / 1000


def test_reached_and_missed_aims_are_both_told() -> None:
    text = page.written(some_results(), [TABLE], dtm.date(2026, 11, 22), "Python 3")
    assert "| fast ≥ 3 × slow | 2.5 × | 2.0 × | **missed** |" in text
    assert "| fast ≥ 2 × slow | 2.5 × | 2.0 × | reached |" in text
    assert "| fast | 2,800 | 1,500–3,000 | 300 | 25% | 0.50 | 70 |" in text
    assert "| 1.50 × | | **missed** |" in text


def test_the_words_around_the_tables_stay(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"# Head\n\n{page.BEGIN}\nold\n{page.END}\n\nTail\n", "utf-8")
    page.put_into(file, "new")
    page.put_into(file, "newer")
    assert file.read_text("utf-8") == f"# Head\n\n{page.BEGIN}\n\nnewer\n\n{page.END}\n\nTail\n"


def test_the_page_has_its_marks() -> None:
    text = page.PAGE.read_text("utf-8")
    assert text.count(page.BEGIN) == text.count(page.END) == 1
