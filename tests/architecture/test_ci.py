"""`.ci/run` does the two things it should, says what was skipped, and has the right exit code."""

import shutil
import subprocess
from pathlib import Path

import pytest

from settings import ROOT

RUN = """#!/bin/sh
echo "$1" >>calls
case $1 in
    check) echo "ok    style"; exit {check} ;;
    test)
        echo "tests/one.py ..."
        {skipped}
        echo "3 passed"
        exit {test}
        ;;
esac
"""
SKIPPED = "SKIPPED [2] tests/one.py:3: no PostgreSQL here: initdb is not installed"


def ci(folder: Path, *, check: int = 0, test: int = 0, skipped: str = "") -> subprocess.CompletedProcess[str]:
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    run = folder / "run"
    run.write_text(RUN.format(check=check, test=test, skipped=f"echo '{skipped}'" if skipped else ":"))
    run.chmod(0o755)
    words = [str(folder / ".ci" / "run")]
    return subprocess.run(words, cwd="/", check=False, capture_output=True, text=True, timeout=60)


def test_it_runs_the_check_and_the_tests_and_nothing_else(tmp_path: Path) -> None:
    assert ci(tmp_path).returncode == 0
    assert (tmp_path / "calls").read_text().split() == ["check", "test"]


@pytest.mark.parametrize(("check", "test"), [(1, 0), (0, 1), (1, 1), (2, 0), (0, 5)])
def test_it_fails_when_either_does_and_still_runs_both(tmp_path: Path, check: int, test: int) -> None:
    done = ci(tmp_path, check=check, test=test, skipped=SKIPPED)
    assert done.returncode == 1
    assert (tmp_path / "calls").read_text().split() == ["check", "test"]
    assert done.stdout.splitlines()[-1] == SKIPPED


def test_it_ends_with_what_was_skipped_and_why(tmp_path: Path) -> None:
    done = ci(tmp_path, skipped=SKIPPED)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2:] == ["Skipped here:", SKIPPED]


def test_it_says_that_nothing_was_skipped(tmp_path: Path) -> None:
    assert ci(tmp_path).stdout.splitlines()[-2:] == ["Skipped here:", "nothing"]
