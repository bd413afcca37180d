"""What is installed is named once, pinned exactly, and from no particular place."""

import re
from pathlib import Path

import pytest

from settings import ROOT

PINS = ROOT / "constraints.txt"
WANTED = sorted(ROOT.glob("requirements*.txt"))
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[0-9][a-z0-9.]*)(?: ; (?P<marker>.+))?$")


def lines(path: Path) -> list[str]:
    """Return what pip reads of a file."""
    text = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [line for line in text if line and not line.startswith("#")]


def packages(path: Path) -> list[str]:
    return [line for line in lines(path) if not line.startswith("-r ")]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("path", [PINS, *WANTED], ids=lambda path: path.name)
def test_no_address_and_no_folder_of_a_machine_is_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "://" not in text
    found = [line for line in lines(path) if re.search(r"(^|\s)(/|\.\.?/|~|file:|--|-e |-f |-i )|@", line)]
    assert found == []


@pytest.mark.parametrize("path", WANTED, ids=lambda path: path.name)
def test_what_is_wanted_is_a_plain_name_in_order(path: Path) -> None:
    found = packages(path)
    assert [name for name in found if not NAME.match(name)] == []
    assert found == sorted(found, key=str.lower)


def test_every_pin_is_exact() -> None:
    assert [line for line in lines(PINS) if not PIN.match(line)] == []


def test_everything_wanted_is_pinned() -> None:
    pinned = {canonical(match["name"]) for line in lines(PINS) if (match := PIN.match(line))}
    wanted = {canonical(name) for path in WANTED for name in packages(path)}
    assert wanted - pinned == set()


def test_each_reason_for_a_dependency_is_written_down() -> None:
    page = (ROOT / "docs" / "decisions" / "0005-dependencies.md").read_text("utf-8")
    rows = set(re.findall(r"^\| ([A-Za-z][A-Za-z0-9-]*) \| ", page, re.MULTILINE)) - {"package"}
    assert rows == set(packages(ROOT / "requirements.txt"))
    assert [name for name in packages(ROOT / "requirements-test.txt") if name not in page] == []
