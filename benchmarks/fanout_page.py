"""Writes what sending to many came to into docs/benchmarks.md, between marks of its own."""

import datetime as dtm
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks import meter
from benchmarks.fanout_runs import Sender, Sending
from benchmarks.page import verdict

BEGIN, END = "<!-- measured: ./run bench fanout writes this -->", "<!-- end of the fan-out -->"

THRIFT = 1.0
"""A message of ours, stored, asked again and settled, may take what stock takes for sending it alone."""
LONGEST_STALL = 0.020
LONGEST_GAP = 1.5
"""Seconds without any message while one chat is held: after a first burst the pace itself waits for one."""


@dataclass
class Results:
    """Every run; ``held_seconds`` is what one chat was refused for in ``around_held``."""

    ours: Sender
    floor: Sender
    stock: Sender
    pacer: Sender
    hurried: dict[Sender, list[Sending]] = field(default_factory=dict)
    paced: Sending | None = None
    around_held: Sending | None = None
    held_seconds: int = 0

    def middle(self, sender: Sender, of: Callable[[Sending], float]) -> float:
        """Return the median of one figure over a sender's runs."""
        return statistics.median(of(run) for run in self.hurried[sender])

    def ratio(self, sender: Sender, other: Sender) -> float:
        """How many times another's processor time a sender takes for a message: the median of the rounds."""
        pairs = zip(self.hurried[sender], self.hurried[other], strict=True)
        return statistics.median(one.processor / two.processor for one, two in pairs)


def written(results: Results, on: dtm.date) -> str:
    """Write aims and tables as Markdown."""
    head = f"Measured on {on} on {meter.machine()}."
    parts = [head, "\n".join(_aims(results)), "\n".join(_table(results)), *_paced(results)]
    return "\n\n".join(parts)


def _aims(results: Results) -> Iterator[str]:
    yield "| aim | reached | |"
    yield "| --- | --: | --- |"
    thrift = results.ratio(results.ours, results.stock)
    words = f"{results.ours.name} ≤ {THRIFT:g} × the processor time of {results.stock.name}"
    yield f"| {words} | {thrift:.2f} × | {verdict(thrift <= THRIFT)} |"
    ours = results.middle(results.ours, lambda run: run.own)
    yield _stall(f"the loop stands still ≤ {LONGEST_STALL * 1e3:.0f} ms, in a hurry", ours)
    paced, held = results.paced, results.around_held
    if paced is not None:
        yield _stall(f"the loop stands still ≤ {LONGEST_STALL * 1e3:.0f} ms, at its pace", paced.own)
        words = f"within Telegram's limits: {paced.count:,} messages, none lost, none doubled, none refused"
        yield f"| {words} | {paced.refused} refused | {verdict(paced.refused == 0)} |"
    if held is not None:
        words = f"one chat is refused for {results.held_seconds} s: the others never wait longer than "
        yield f"| {words}{LONGEST_GAP:g} s | {held.gap:.2f} s | {verdict(held.gap <= LONGEST_GAP)} |"


def _stall(words: str, seconds: float) -> str:
    return f"| {words} | {seconds * 1e3:.0f} ms | {verdict(seconds <= LONGEST_STALL)} |"


def _table(results: Results) -> Iterator[str]:
    yield "| sender | messages | messages/s | CPU µs/message | longest stall ms | garbage ms | peak RSS MB |"
    yield "| --- | --: | --: | --: | --: | --: | --: |"
    for sender, runs in results.hurried.items():
        cells = [
            sender.name,
            f"{runs[0].count:,}",
            f"{results.middle(sender, lambda run: run.per_second):,.0f}",
            f"{results.middle(sender, lambda run: run.processor) * 1e6:,.0f}",
            f"{results.middle(sender, lambda run: run.own) * 1e3:.0f}",
            f"{results.middle(sender, lambda run: run.garbage) * 1e3:.1f}",
            f"{results.middle(sender, lambda run: run.megabytes):.0f}",
        ]
        yield f"| {' | '.join(cells)} |"


def _paced(results: Results) -> Iterator[str]:
    runs: Sequence[tuple[str, Sending | None]] = (
        ("within the limits", results.paced),
        (f"one chat refused for {results.held_seconds} s", results.around_held),
    )
    rows = [
        f"| {words} | {run.count:,} | {run.per_second:.1f} | {run.refused} | {run.gap:.2f} "
        f"| {run.own * 1e3:.0f} | {run.processor * 1e6:,.0f} |"
        for words, run in runs
        if run is not None
    ]
    if rows:
        yield "\n".join(
            [
                "| at its pace, SQLite | messages | messages/s | 429 | longest gap s | stall ms | CPU µs |",
                "| --- | --: | --: | --: | --: | --: | --: |",
                *rows,
            ]
        )


def line(name: str, run: Sending) -> str:
    """Write one run for who watches."""
    return (
        f"{name:38} {run.count:6,} at {run.per_second:7,.1f}/s  CPU {run.processor * 1e6:6,.0f} µs  "
        f"stall {run.own * 1e3:5.0f} ms (wall {run.late * 1e3:.0f}), over 20 ms {run.often} times  "
        f"429 {run.refused}  gap {run.gap:.2f} s  {run.megabytes:4.0f} MB\n"
    )
