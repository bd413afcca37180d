"""The same deaths for a plain python-telegram-bot: what the harness must be able to see."""

import asyncio
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.driver import ROOT
from tests.prove.town import PATIENCE, Town, founded

WRITER = 700000003
FIRST_LINES = 20
"""A bot is killed once it has written so many more messages down."""

QUIET_SECONDS = 3.0


@dataclass(frozen=True)
class Outcome:
    """How many updates there were, and what became of them."""

    updates: int
    kills: int
    written: int
    lost: int
    doubled: int

    def summary(self) -> dict[str, Any]:
        return asdict(self)


async def run(folder: Path, *, updates: int, kills: int) -> Outcome:
    """Let so many updates wait, kill the bot so many times while it takes them, then let it finish."""
    async with founded(folder, f"sqlite://{folder / 'unused.db'}") as town:
        said = {f"{WRITER} {await town.say(WRITER, '/report 5')}" for _ in range(updates)}
        file = folder / "written.txt"
        deaths = 0
        for _ in range(kills):
            process = await _start(town, file)
            wanted = len(_lines(file)) + FIRST_LINES
            await _wait(town, file, wanted)
            deaths += process.returncode is None
            process.kill()
            await process.wait()
            if not (await town.get("queue"))["pending"]:
                break
        process = await _start(town, file)
        await _wait(town, file, updates)
        process.kill()
        await process.wait()
        lines = _lines(file)
        return Outcome(
            updates=updates,
            kills=deaths,
            written=len(set(lines)),
            lost=len(said - set(lines)),
            doubled=len(lines) - len(set(lines)),
        )


async def _start(town: Town, file: Path) -> asyncio.subprocess.Process:
    with (town.folder / "stock.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.prove.stock_bot", town.token, town.url, str(file)),
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )


async def _wait(town: Town, file: Path, wanted: int) -> None:
    """Wait until so many lines are written, or nothing waits at Telegram and no line has come for a while."""
    loop = asyncio.get_running_loop()
    changed_at, count = loop.time(), len(_lines(file))
    while len(_lines(file)) < wanted:
        if len(_lines(file)) != count:
            changed_at, count = loop.time(), len(_lines(file))
        is_quiet = loop.time() - changed_at > QUIET_SECONDS
        if is_quiet and not (await town.get("queue"))["pending"]:
            return
        assert loop.time() - changed_at < PATIENCE, "the stock bot does nothing"
        await asyncio.sleep(0.01)


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []
