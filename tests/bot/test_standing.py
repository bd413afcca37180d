"""What the tests themselves stand on: it ends with them, and two of them are not in each other's way."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.reports import TestReport

from settings import ROOT
from tests.conftest import _encodable
from tests.databases import NoPostgres, find_binaries
from tests.ports import free_port
from tests.prove.house import until

HOLDING = """
import time
from tests.databases import postgres_cluster
with postgres_cluster() as server:
    print(server.partition("host=")[2], flush=True)
    time.sleep(3600)
"""


async def test_a_cluster_ends_with_a_process_that_is_killed() -> None:
    try:
        find_binaries()
    except NoPostgres as reason:
        pytest.skip(f"no PostgreSQL here: {reason}")
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDING, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    folder = Path((await holder.stdout.readline()).decode().strip())
    assert (folder / "data" / "postmaster.pid").exists()
    holder.kill()
    await holder.wait()

    async def gone() -> bool:
        return not folder.exists()

    await until(gone)


def test_no_port_is_given_twice_in_a_row() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50


def test_a_report_with_a_lone_surrogate_can_be_sent() -> None:
    """It used to end the worker, and with it the whole run."""
    report = TestReport("x", ("x", 1, "x"), {}, "passed", None, "call", sections=[("log", "bad \ud800")])
    sent = _encodable(report._to_json())
    assert sent["sections"] == [("log", "bad \\ud800")]
    assert repr(sent).encode("utf-8")
