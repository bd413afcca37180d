"""A bot that a test has forked finds around it what one that was started finds."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.driver import PATIENCE
from tests.processes import Forked, Process, preloading, start

ENVIRONMENT = {"PATH": os.environ["PATH"], "DUBAN_NAME": "督办", "DUBAN_STARTER": str(os.getpid())}
MODULE = "tests.whereabouts"


async def begun(is_forked: bool, module: str = MODULE, **how) -> Process:
    with preloading(really=is_forked):
        process = await start(module, ENVIRONMENT, **how)
    assert isinstance(process, Forked) == is_forked
    return process


async def seen(is_forked: bool) -> tuple[dict[str, Any], bytes, int]:
    process = await begun(is_forked, words=("one", "two"))
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        said, complained = await process.stdout.read(), await process.stderr.read()
        return json.loads(said), complained, await process.wait()


async def test_it_finds_what_a_started_one_finds() -> None:
    forked = await seen(True)
    assert forked == await seen(False)
    found, complained, code = forked
    assert (found["words"], complained, code) == (["one", "two"], "错".encode(), 3)
    assert found["threads"] == [1, 1]
    assert found["group"]


async def test_it_prints_into_the_file_it_was_given(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as log:
        process = await begun(True, output=log)
    assert await process.wait() == 3
    assert (tmp_path / "log").read_text("utf-8").endswith("错")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
async def test_a_signal_ends_it_and_is_told(number: signal.Signals) -> None:
    said = {}
    for is_forked in (True, False):
        process = await begun(is_forked, words=("wait",))
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert (await process.stdout.readline()).startswith(b"{")
            assert process.returncode is None
            process.send_signal(number)
            assert process.stderr is not None
            last = (await process.stderr.read()).strip().splitlines()[-1:]
            said[is_forked] = (await process.wait(), last)
    assert said[True] == said[False]
    assert said[True][0] < 0


async def test_what_python_reads_as_it_begins_has_it_started_and_not_forked() -> None:
    with preloading():
        process = await start(MODULE, ENVIRONMENT | {"TZ": "Asia/Shanghai"})
    assert not isinstance(process, Forked)
    await process.communicate()
