"""Hostile pictures through the repainter as it is, asked by a process that has nothing else to do."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from settings import ROOT
from tests.prove.pictures.files import bases
from tests.prove.pictures.values import Hostile

LONGEST = 10.0
MOST_GROWN = 50 * 2**20
LONGEST_WAIT = 5.0
"""Seconds for an honest picture, on a machine whose processors are all busy with hostile ones."""


@dataclass(slots=True)
class Outcome:
    """What came of them."""

    files: int = 0
    became: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    grown: int = 0
    served: int = 0
    longest_wait: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Say it in few words."""
        return {
            "files": self.files,
            "became": dict(self.became),
            "slowest": [round(self.slowest[0], 2), self.slowest[1]],
            "memory grown, MiB": round(self.grown / 2**20, 1),
            "honest ones served meanwhile": self.served,
            "longest wait of these": round(self.longest_wait, 2),
            "wrong": self.wrong,
        }


async def run(folder: Path, files: Sequence[Hostile]) -> Outcome:
    """Have files painted anew, and judge what came of each and of everybody else."""
    paths = [folder / "honest"]
    paths[0].write_bytes(bases()["jpeg"])
    for number, each in enumerate(files):
        paths.append(folder / f"{number:03}")
        paths[-1].write_bytes(each.content)
    watching = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.prove.pictures.watched",
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await watching.communicate(json.dumps([str(path) for path in paths]).encode())
    outcome = Outcome(files=len(files))
    if watching.returncode:
        outcome.wrong.append(f"the process that asked ended with {watching.returncode}")
        return outcome
    _judge(outcome, files, json.loads(said))
    return outcome


def _judge(outcome: Outcome, files: Sequence[Hostile], found: dict[str, object]) -> None:
    became = found["became"]
    assert isinstance(became, list)
    for each, one in zip(files, became, strict=True):
        outcome.became[one["became"]] += 1
        outcome.slowest = max(outcome.slowest, (one["seconds"], each.name))
        outcome.wrong += [f"{each.name}: {said}" for said in one["wrong"]]
        if one["became"] != each.expected and (each.expected or one["became"] == "unavailable"):
            outcome.wrong.append(f"{each.name}: {one['became']}, not {each.expected}")
        if one["seconds"] > LONGEST:
            outcome.wrong.append(f"{each.name}: {one['seconds']:.1f} s")
    outcome.grown, outcome.served = int(str(found["grown"])), int(str(found["served"]))
    outcome.longest_wait = float(str(found["longest_wait"]))
    if outcome.grown > MOST_GROWN:
        outcome.wrong.append(f"memory grew by {outcome.grown} bytes")
    if outcome.longest_wait > LONGEST_WAIT:
        outcome.wrong.append(f"an honest picture waited for {outcome.longest_wait:.1f} s")
