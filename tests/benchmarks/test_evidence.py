"""What is said of making photos safe: a missed aim is told, and one real run goes well."""

import asyncio
import datetime as dtm

import pytest

from benchmarks import evidence
from benchmarks.evidence import Run
from benchmarks.page import PAGE

GOOD = Run(5.0, 0.004, 1.0)


@pytest.mark.parametrize(
    ("ours", "missed"), [(GOOD, 0), (Run(2.9, 0.004, 1.0), 1), (Run(5.0, 0.021, 1.0), 1)]
)
def test_an_aim_that_was_missed_is_said_to_be(ours: Run, missed: int) -> None:
    text = evidence.written({evidence.OURS: [ours], evidence.PLAIN: [Run(3, 0.3, 90)]}, dtm.date(2026, 1, 1))
    assert text.count("**missed**") == missed
    assert "| Pillow in the loop | 3.0 | 300.0 | 90.0 |" in text


def test_a_real_run_makes_photos_safe_in_each_way() -> None:
    results = asyncio.run(evidence.measure(evidence.a_photo(), 1, 4))
    ours, plain = (results[name][0] for name in (evidence.OURS, evidence.PLAIN))
    assert ours.rate > 0
    assert ours.stall < plain.stall


def test_the_page_has_its_place() -> None:
    text = PAGE.read_text("utf-8")
    assert text.index(evidence.BEGIN) < text.index(evidence.END)
