"""What a whole run came to: medians, ratios within rounds, aims."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.office import Size
from benchmarks.peers import Peer
from benchmarks.rounds import Run
from benchmarks.scenarios import Aim, Scenario

Runs = Mapping[Peer, Sequence[Run]]


@dataclass
class Results:
    """Every measured run, by table and bot, and by size."""

    tables: dict[str, dict[Peer, list[Run]]] = field(default_factory=dict)
    growth: dict[Size, list[Run]] = field(default_factory=dict)

    def add(self, scenario: Scenario, peer: Peer, run: Run) -> None:
        """Keep a run of a table."""
        self.tables.setdefault(scenario.name, {}).setdefault(peer, []).append(run)

    def ratio(self, scenario: Scenario, aim: Aim) -> float:
        """How many times as many updates ours answered: the median over the rounds."""
        runs = self.tables[scenario.name]
        pairs = zip(runs[aim.ours], runs[aim.other], strict=True)
        return statistics.median(ours.per_second / other.per_second for ours, other in pairs)

    def thrift(self, scenario: Scenario, aim: Aim) -> float:
        """How many times as much processor time the other spent on an update: the median over the rounds."""
        runs = self.tables[scenario.name]
        pairs = zip(runs[aim.ours], runs[aim.other], strict=True)
        return statistics.median(other.processor / ours.processor for ours, other in pairs)

    def flatness(self, fewer: Size, more: Size) -> float:
        """How many times as long one answer takes at the second size: the median over the rounds."""
        pairs = zip(self.growth[fewer], self.growth[more], strict=True)
        return statistics.median(later.latency / earlier.latency for earlier, later in pairs)


def middle(runs: Sequence[Run], of: Callable[[Run], float]) -> float:
    """Return the median of one figure over the rounds."""
    return statistics.median(of(run) for run in runs)
