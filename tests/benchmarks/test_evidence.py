"""What is said of making photos safe: a missed aim is told, and one real run goes well."""

import asyncio
import datetime as dtm
from pathlib import Path

import pytest

from benchmarks import evidence, flood, flood_page
from benchmarks.evidence import Run
from benchmarks.flood import Bot, Flooded, Photos
from benchmarks.flood_page import POLLING, WEBHOOK
from benchmarks.load import Wrong
from benchmarks.page import PAGE
from benchmarks.peers import NO_DATABASE, SQLITE
from benchmarks.rounds import Databases

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


def test_a_flood_that_kept_others_waiting_is_said_to() -> None:
    calm, crowded = Flooded(12.0, 0.004, 0.011, 99.0, 0.001), Flooded(12.0, 0.004, 0.013, 101.0, 0.001)
    text = flood_page.written({("photos", WEBHOOK): [crowded], ("photos", POLLING): [calm]})
    assert text.count("**missed**") == 1
    assert "| photos | Duban webhook | 12.0 | 4.0 | 13.0 | 3.2 | 101 | 1.0 |" in text


@pytest.fixture
def databases(tmp_path: Path) -> Databases:
    return Databases(tmp_path, "", dtm.datetime(2026, 11, 22, 2, tzinfo=dtm.UTC))


FEW = Photos("photos", (flood.as_telegram_sends()[0],), 8, is_document=False)


async def test_photos_that_arrive_are_kept_and_others_are_answered(
    tmp_path: Path, databases: Databases
) -> None:
    bot = Bot(WEBHOOK, "duban", SQLITE, tmp_path / "files")
    found = await flood.measure(bot, FEW, databases, alone=0.5)
    assert found.photos > 0
    assert found.alone > 0
    assert found.meanwhile > 0


async def test_a_bot_that_keeps_nothing_is_found_out(tmp_path: Path, databases: Databases) -> None:
    liar = Bot("liar", "no_photos", NO_DATABASE, tmp_path / "files")
    with pytest.raises(Wrong, match="liar: 12 photos, but 0 were kept"):
        await flood.measure(liar, FEW, databases, alone=0.5)


def test_the_page_has_its_place() -> None:
    text = PAGE.read_text("utf-8")
    assert text.index(evidence.BEGIN) < text.index(evidence.END)
