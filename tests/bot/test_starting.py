"""What `python -m bot` says when it cannot have a port, and who may read what it writes."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import ROOT
from tests.driver import running_office


def start(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DUBAN_DATABASE": f"sqlite://{folder / 'other.db'}",
        "DUBAN_FILES": str(folder / "files"),
        "DUBAN_PORT": "0",
        "DUBAN_SANDBOX_PORT": "0",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize("name", ["DUBAN_PORT", "DUBAN_SANDBOX_PORT"])
def test_a_taken_port_is_named_in_one_line(name: str, taken: int, tmp_path: Path) -> None:
    done = start(tmp_path, **{name: str(taken)})
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"{name}：端口 {taken} 已被占用，请换一个 (the port is taken)。例如：{name}="
    )
    assert done.stderr.count("\n") == 1


def test_a_sandbox_that_does_not_start_leaves_no_trace_of_ours(tmp_path: Path) -> None:
    (tmp_path / "sandbox").touch()
    done = start(tmp_path)
    assert done.returncode == 2
    assert "沙盒没有打开" in done.stderr.splitlines()[-1]
    assert "bot/" not in done.stderr


async def test_what_the_bot_writes_is_its_own_to_read(tmp_path: Path) -> None:
    async with running_office(tmp_path, f"sqlite://{tmp_path / 'data' / 'duban.db'}"):
        written = [path for path in tmp_path.rglob("*") if path.name.startswith(("duban.db", "sandbox"))]
        assert {"duban.db", "duban.db-wal", "sandbox"} <= {path.name for path in written}
        assert [path.name for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


async def test_even_the_fullest_log_holds_no_messages(tmp_path: Path) -> None:
    database = f"sqlite://{tmp_path / 'duban.db'}"
    async with running_office(tmp_path, database, more={"DUBAN_LOG": "DEBUG"}) as office:
        await office.say("市司法局 联络员", "私下说一句")
        await office.say("市司法局 联络员", "/lang")
    assert any(" debug " in line for line in office.log)
    assert [line for line in office.log if "私下说一句" in line or "联络员" in line] == []
