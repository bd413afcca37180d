"""Each contract on imports is kept as the code is, and broken by an import planted against it."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings import ROOT

LINT = str(Path(sys.executable).with_name("lint-imports"))
VERDICT = re.compile(r"^(?P<name>.+?) (?P<verdict>KEPT|BROKEN)", re.MULTILINE)

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
NAMES = {contract["id"]: contract["name"] for contract in CONFIGURATION["contracts"]}


@dataclass(frozen=True)
class Plant:
    """An import written at the end of a file; the file is made if it is not there."""

    contract: str
    path: str
    line: str


PLANTS = (
    Plant("layers", "services/inbox.py", "from handlers.kit import answers"),
    Plant("layers", "handlers/progress.py", "from bot import clock"),
    Plant("core", "services/core/pace.py", "import tortoise"),
    Plant("core", "services/core/pace.py", "import models.people"),
    Plant("core", "services/core/text.py", "import random"),
    Plant("core", "services/core/text.py", "import asyncio"),
    Plant("families", "handlers/languages.py", "from handlers import progress"),
    Plant("families", "handlers/views/markup.py", "from handlers import languages"),
    Plant("families", "handlers/kit/answers.py", "from handlers.views import markup"),
    Plant("families", "handlers/unlisted.py", ""),
    Plant("services", "services/core/text.py", "from services import sql"),
    Plant("services", "services/inbox.py", "from services import outbox"),
    Plant("services", "services/unlisted.py", ""),
    Plant("settings", "services/inbox.py", "import settings"),
    Plant("settings", "handlers/views/markup.py", "from settings import ROOT"),
    Plant("texts", "services/progress.py", "from locales import Texts"),
    Plant("catalogue", "locales/__init__.py", "from models import enums"),
    Plant("telegram", "services/chats.py", "from telegram import Chat"),
    Plant("telegram", "services/chats.py", "import httpx"),
    Plant("kit", "handlers/progress.py", "from telegram import Update"),
    Plant("kit", "handlers/views/markup.py", "from telegram import Update"),
    Plant("network", "handlers/progress.py", "import aiohttp"),
    Plant("network", "services/progress.py", "import apscheduler"),
    Plant("tables", "handlers/progress.py", "from models.people import Member"),
    Plant("tables", "bot/middleware.py", "from models.people import Member"),
    Plant("orm", "handlers/progress.py", "from tortoise import Tortoise"),
    Plant("orm", "bot/container.py", "from tortoise import Tortoise"),
    Plant("repainting", "bot/container.py", "from services import images"),
    Plant("documents", "services/importing/imports.py", "import docx"),
    Plant("documents", "handlers/views/imports.py", "import python_calamine"),
    Plant("charts", "handlers/progress.py", "import matplotlib"),
    Plant("charts", "bot/files.py", "from PIL import Image"),
    Plant("drawing", "handlers/progress.py", "from services import charts"),
    Plant("spared", "bot/container.py", "from bot import drawing"),
    Plant("calendar", "services/progress.py", "import chinese_calendar"),
    Plant("names", "services/office/organisations.py", "import rapidfuzz"),
    Plant("names", "services/core/text.py", "import pypinyin"),
    Plant("sandbox", "sandbox/world.py", "from models import enums"),
    Plant("sandbox", "sandbox/world.py", "import settings"),
    Plant("apart", "bot/sandboxed.py", "from sandbox import clock"),
    Plant("apart", "bot/sandboxed.py", "from tests import builders"),
    Plant("cycles", "bot/api.py", "from bot import delivery"),
)


LINTER = """
import contextlib, io, json, sys
from importlinter.cli import lint_imports

for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = lint_imports(limit_to_contracts=(line.strip(),), no_cache=True, no_logo=True)
    print(json.dumps([code, said.getvalue()]), flush=True)
"""
"""What `lint-imports --contract` does, for one contract after another: beginning takes it longest."""


def broken(code: int, said: str, asked: set[str]) -> set[str]:
    """Return the names of the contracts that are broken, by what the linter said of those asked for."""
    verdicts = {found["name"]: found["verdict"] for found in VERDICT.finditer(said)}
    assert verdicts.keys() == asked, said
    found = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert bool(found) == bool(code), said
    return found


@dataclass(frozen=True)
class Linter:
    """A process that lints the copy as it is at the moment."""

    process: subprocess.Popen[str]

    def broken(self, contract: str) -> set[str]:
        """Return the contract's name when it is broken."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{contract}\n")
        self.process.stdin.flush()
        code, said = json.loads(self.process.stdout.readline())
        return broken(code, said, {NAMES[contract]})


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in CONFIGURATION["root_packages"]:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "page")
        )
    for name in ("settings.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def planted(copy: Path, plant: Plant) -> Iterator[Path]:
    path = copy / plant.path
    before = path.read_text("utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{plant.line}\n", "utf-8")
    yield copy
    if before is None:
        path.unlink()
    else:
        path.write_text(before, "utf-8")


@pytest.fixture(scope="module")
def linter(copy: Path) -> Iterator[Linter]:
    words = [sys.executable, "-c", LINTER]
    with subprocess.Popen(
        words, cwd=copy, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Linter(process)
        process.communicate()


def test_the_house_as_it_is_keeps_every_contract(copy: Path) -> None:
    """As ``./run check`` asks."""
    done = subprocess.run(
        [LINT, "--no-cache", "--no-logo"], cwd=copy, check=False, capture_output=True, text=True
    )
    assert broken(done.returncode, done.stdout, set(NAMES.values())) == set()


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.contract}: {plant.path} {plant.line}")
def test_a_planted_import_breaks_its_contract(linter: Linter, plant: Plant) -> None:
    assert linter.broken(plant.contract) == {NAMES[plant.contract]}


@pytest.mark.parametrize("contract", ["layers", "families", "services"])
def test_what_was_planted_and_taken_away_breaks_nothing(linter: Linter, contract: str) -> None:
    assert linter.broken(contract) == set()


def test_every_contract_has_a_plant() -> None:
    assert {plant.contract for plant in PLANTS} == NAMES.keys()
