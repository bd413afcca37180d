import json
import os
import subprocess
import sys

from settings import ROOT


def made(seed, *days):
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.bulletin_bytes", *days],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if days else "UTC"},
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_same_snapshot_is_the_same_bytes_in_every_process_on_every_day():
    first, later = made("1"), made("2", "400")
    assert first == later
    assert set(first) == {"snapshot", "docx", "xlsx", "png"}
