"""The environment of the bots, made at the first run: aiogram takes no pydantic as new as ours."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from settings import ROOT

FOLDER = ROOT / ".venv-bench"
PYTHON = FOLDER / "bin" / "python"
PINS = ROOT / "benchmarks" / "others.txt"
LISTS = (ROOT / "requirements.txt", ROOT / "constraints.txt", PINS)
STAMP = FOLDER / "installed"


def prepare() -> None:
    """Install the other bots as pinned, unless they are there."""
    if _is_current():
        return
    sys.stderr.write("准备其他机器人的运行环境 (preparing .venv-bench for the other bots) …\n")
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as constraints:
        constraints.write("\n".join(_constraints()))
        constraints.flush()
        words = ["-c", constraints.name, "-r", str(ROOT / "requirements.txt"), "-r", str(PINS)]
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([PYTHON, "-m", "pip", "install", *quiet, *words], check=True)
    STAMP.write_text(_wanted())


def python() -> str:
    """Return the Python that every bot is run with: ours too, without what only its tests need.

    One of another day's pins is not taken: something new would be missing in it.
    """
    return str(PYTHON) if _is_current() else sys.executable


def _wanted() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in LISTS)).hexdigest()


def _is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == _wanted()


def version(name: str) -> str:
    """Return the version of a package that is installed there."""
    asked = f"import importlib.metadata as m; print(m.version({name!r}))"
    told = subprocess.run([PYTHON, "-c", asked], check=True, capture_output=True, text=True)
    return told.stdout.strip()


def _constraints() -> list[str]:
    """List our own pins but for those that the other bots have otherwise."""
    theirs = {_name(line) for line in _lines(PINS)}
    return [line for line in _lines(ROOT / "constraints.txt") if _name(line) not in theirs]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _name(line: str) -> str:
    return line.partition("==")[0]
