"""House rules: that ruff really refuses what it should, and what ruff cannot see."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from settings import ROOT
from tests.architecture.source import MIGRATIONS, PACKAGES, files, name_of, of_bot_and_sandbox

LONGEST = {**dict.fromkeys(PACKAGES, 350), "examples": 350, "tests": 500}
"""Lines; tables of examples may be longer than rules."""

RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
BANNED = sorted(RUFF["lint"]["flake8-tidy-imports"]["banned-api"])
ONE_HOMES = {"bot/clock.py", "settings.py"}

# The sandbox plays Telegram's part: it has to know what Telegram knows.
OURS = [path for path in of_bot_and_sandbox() if not name_of(path).startswith("sandbox/")]


def codes(snippet: str, filename: str) -> set[str]:
    """Lint a snippet as if it stood in a file of that name; return the rules it breaks."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--output-format=json", f"--stdin-filename={filename}", "-"],
        cwd=ROOT, check=False, capture_output=True, text=True, input=snippet,
    )  # fmt: skip
    return {found["code"] for found in json.loads(done.stdout)}


def use_of(banned: str) -> str:
    """Write a module that uses a banned name and does nothing else that is wrong."""
    module, _, rest = banned.partition(".")
    alias = " as dtm" if module == "datetime" else ""
    return f'"""A module."""\n\nimport {module}{alias}\n\nUSED = {alias[4:] or module}.{rest}\n'


def test_what_is_banned_is_what_should_be() -> None:
    wanted = {"datetime.datetime.now", "datetime.date.today", "time.time", "os.environ", "os.getenv"}
    assert wanted | {"asyncio.create_task", "asyncio.ensure_future"} <= set(BANNED)


@pytest.mark.parametrize("banned", BANNED)
@pytest.mark.parametrize("filename", ["services/core/pace.py", "bot/turn.py", "handlers/progress.py"])
def test_ruff_refuses_a_banned_name(banned: str, filename: str) -> None:
    assert codes(use_of(banned), filename) == {"TID251"}


@pytest.mark.parametrize("filename", sorted(ONE_HOMES))
def test_the_one_home_may_use_it(filename: str) -> None:
    assert codes(use_of("datetime.datetime.now"), filename) == set()


def test_an_alias_hides_nothing() -> None:
    assert "TID251" in codes('"""M."""\n\nfrom time import time as moment\n\nUSED = moment\n', "bot/turn.py")


def test_ruff_refuses_a_relative_import() -> None:
    assert "TID252" in codes('"""M."""\n\nfrom . import pace\n\nUSED = pace\n', "services/core/quota.py")


def test_no_other_file_is_let_off_a_ban() -> None:
    ignores = RUFF["lint"]["per-file-ignores"]
    assert {path for path, rules in ignores.items() if "TID251" in rules} == ONE_HOMES | {"tests/**"}


@pytest.mark.parametrize(("folder", "longest"), LONGEST.items())
def test_a_file_is_short_enough_to_be_read(folder: str, longest: int) -> None:
    lengths = {
        name_of(path): len(path.read_text("utf-8").splitlines())
        for path in files(folder)
        if path.parent != MIGRATIONS
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > longest} == {}


# What is written nowhere, and why.
NEVER = {
    r"drop_pending_updates": "what people wrote while the bot was away is not thrown away",
    r"\bget_or_create\b|\bupdate_or_create\b": "two at once: INSERT … ON CONFLICT instead",
    r"\bround\(": "rounds half to even; offices round half up",
    r":\.\d+f[}\"']": "rounds the binary fraction; offices round the decimal half up",
    r"\.run_polling\(|\.run_webhook\(|\.start_polling\(": "python-telegram-bot confirms before it stores",
    r"\bpickle\b|\byaml\.load\b|\beval\(|\bexec\(": "runs what it reads",
}


@pytest.mark.parametrize("pattern", NEVER, ids=NEVER.values())
def test_is_written_nowhere(pattern: str) -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in OURS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    ["Updater.start_polling(drop_pending_updates=True)", 'f"{rate:.1f}%"', "round(rate, 1)", "eval(text)"],
)
def test_what_is_written_nowhere_would_be_seen(line: str) -> None:
    assert any(re.search(pattern, line) for pattern in NEVER)


def test_every_exception_to_a_ban_gives_its_reason() -> None:
    bare = re.compile(r"#\s*noqa(?!: [A-Z]+\d+)|#\s*noqa: TID251\s*$")
    found = [
        f"{name_of(path)}:{number}"
        for path in of_bot_and_sandbox()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []


def test_nothing_that_is_shipped_names_a_folder_of_a_machine() -> None:
    suffixes = {".py", ".md", ".toml", ".txt", ".yaml", ".po", ".json", ""}
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True, text=True
    ).stdout.split("\0")
    if tracked == [""]:
        pytest.skip("not a git checkout: what is shipped cannot be listed")
    pattern = re.compile(r"/(?:work|root|home)/(?!duban\b)\w+")
    found = [
        name
        for name in tracked
        if name and Path(name).suffix in suffixes and (ROOT / name).is_file()
        and pattern.search((ROOT / name).read_text("utf-8", "replace"))
        and name != name_of(Path(__file__))
    ]  # fmt: skip
    assert found == []


CHANGES_WHAT_IS_OWED = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (quota|category|duty)\b")
MOVES_THE_VERSION = re.compile(r"version = (organisation\.)?version \+ 1")


def test_whoever_changes_what_units_owe_moves_their_organisations_version() -> None:
    # `quota_rows.UnitYears` reads it again only then.
    changing = [path for path in files("services") if CHANGES_WHAT_IS_OWED.search(path.read_text("utf-8"))]
    assert "sheet_storing.py" in {path.name for path in changing}
    assert [path.name for path in changing if not MOVES_THE_VERSION.search(path.read_text("utf-8"))] == []
