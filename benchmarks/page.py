"""Writes what was measured into docs/benchmarks.md, between two marks; the words around it are by hand."""

import datetime as dtm
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import meter
from benchmarks.results import Results, middle
from benchmarks.rounds import Run
from benchmarks.scenarios import (
    GROWTH_AT_MOST,
    LONGEST_START,
    MOST_MEGABYTES,
    SCENARIOS,
    SIZES,
    Scenario,
)
from settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: ./run bench writes this -->", "<!-- end of measured -->"


def written(results: Results, scenarios: Sequence[Scenario], on: dtm.date, versions: str) -> str:
    """Write tables and aims as Markdown."""
    parts = [f"Measured on {on} on {meter.machine()}. {versions}.", "### Aims", *_aims(results, scenarios)]
    for scenario in scenarios:
        parts += [f"### {scenario.title}", "\n".join(_table(results, scenario))]
    parts += ["### Growth: one `/progress` at a time, SQLite", "\n".join(_growth(results))]
    return "\n\n".join(parts)


def put_into(page: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Replace what stands between two marks."""
    before, _, rest = page.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", "utf-8")


def _aims(results: Results, scenarios: Sequence[Scenario]) -> Iterator[str]:
    lines = ["| aim | reached | by processor time | |", "| --- | --: | --: | --- |"]
    for scenario in scenarios:
        for aim in scenario.aims:
            ratio = results.ratio(scenario, aim)
            wanted = f"{aim.ours.name} ≥ {aim.at_least:g} × {aim.other.name}"
            thrift = f"{results.thrift(scenario, aim):.1f} ×"
            lines.append(f"| {wanted} | {ratio:.1f} × | {thrift} | {verdict(ratio >= aim.at_least)} |")
    ours = next(iter(results.tables[SCENARIOS[0].name].values()))
    memory, start = middle(ours, lambda run: run.megabytes), middle(ours, lambda run: run.start)
    lines.append(
        f"| memory after the load ≤ {MOST_MEGABYTES} MB | {memory:.0f} MB | "
        f"| {verdict(memory <= MOST_MEGABYTES)} |"
    )
    lines.append(
        f"| start to first answer ≤ {LONGEST_START} s | {start:.2f} s | | {verdict(start <= LONGEST_START)} |"
    )
    for fewer, more in zip(SIZES[::2], SIZES[1::2], strict=True):
        if more in results.growth:
            ratio = results.flatness(fewer, more)
            words = f"ten years of facts take ≤ {GROWTH_AT_MOST} × one ({_units(more.units)} units)"
            lines.append(f"| {words} | {ratio:.2f} × | | {verdict(ratio <= GROWTH_AT_MOST)} |")
    yield "\n".join(lines)


def verdict(holds: bool) -> str:  # noqa: FBT001 - it is the verdict
    """Say whether an aim was reached."""
    return "reached" if holds else "**missed**"


def _table(results: Results, scenario: Scenario) -> Iterator[str]:
    yield "| bot | answers/s | lowest–highest | CPU µs/update | load's share of its CPU | start s | RSS MB |"
    yield "| --- | --: | --: | --: | --: | --: | --: |"
    for peer in scenario.peers:
        runs = results.tables[scenario.name][peer]
        speeds = sorted(run.per_second for run in runs)
        cells = [
            peer.name,
            f"{middle(runs, lambda run: run.per_second):,.0f}",
            f"{speeds[0]:,.0f}–{speeds[-1]:,.0f}",
            f"{middle(runs, lambda run: run.processor) * 1e6:,.0f}",
            f"{middle(runs, lambda run: run.load_share):.0%}",
            f"{middle(runs, lambda run: run.start):.2f}",
            f"{middle(runs, lambda run: run.megabytes):.0f}",
        ]
        yield f"| {' | '.join(cells)} |"


def _growth(results: Results) -> Iterator[str]:
    yield "| units | years of facts | median ms | 99 of 100 within ms | bot's CPU µs/update |"
    yield "| --: | --: | --: | --: | --: |"
    for size, runs in results.growth.items():
        median, late = middle(runs, lambda run: run.latency), middle(runs, lambda run: run.late)
        processor = middle(runs, lambda run: run.processor)
        cells = [_units(size.units), f"{size.years}", f"{median * 1e3:.2f}", f"{late * 1e3:.2f}"]
        yield f"| {' | '.join([*cells, f'{processor * 1e6:,.0f}'])} |"


def _units(units: int) -> str:
    return f"{units:,}" if units else "the sheet's 44"


def line(name: str, run: Run) -> str:
    """Write one run for who watches."""
    return (
        f"{name:36} {run.per_second:7,.0f}/s CPU {run.processor * 1e6:6,.0f} µs  load {run.load_share:4.0%}  "
        f"start {run.start:.2f} s  {run.megabytes:4.0f} MB  {run.latency * 1e3:7.2f} ms\n"
    )
