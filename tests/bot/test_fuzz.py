"""Whatever people write, nothing breaks and the receipts add up to the ledger; and the proof can fail."""

from pathlib import Path

import pytest

from handlers.views import receipts
from services.reporting import reports
from tests.prove import fuzz, fuzz_lines


async def test_whatever_people_write_it_is_answered_and_adds_up(tmp_path: Path) -> None:
    outcome = await fuzz.run(tmp_path, 20, lines=1500)
    assert outcome.findings == []
    assert outcome.lines == 1500
    assert outcome.receipts > 80
    assert outcome.withdrawals
    assert len(outcome.errors) > 12
    assert set(outcome.deeds) == set(fuzz.DEEDS)
    assert len(outcome.pressed) > 12


async def test_a_receipt_that_says_too_much_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "change_words", lambda line, *_, **__: f"+{line.change.difference + 1}")
    outcome = await fuzz.run(tmp_path, 20, lines=60)
    assert any("counted" in finding for finding in outcome.findings)


async def test_a_bot_that_breaks_or_talks_too_long_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports.Reports, "submit", None)
    monkeypatch.setattr(fuzz_lines, "SHAPES", ((fuzz_lines.good, 1), (lambda _: "/help", 1)))
    monkeypatch.setattr("handlers.views.onboarding.lines", lambda *_: "\u957f" * 4097)
    outcome = await fuzz.run(tmp_path, 20, lines=40)
    assert any("TypeError" in finding for finding in outcome.findings)
    assert any("message is too long" in finding for finding in outcome.findings)
