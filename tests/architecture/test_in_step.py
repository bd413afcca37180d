"""`./run check` notices when a page and the code part; and its tools say what is wrong."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.failpoints import NAMES
from handlers import registry
from handlers.kit.specs import CommandSpec
from settings import ROOT
from tests import check
from tests.architecture import in_step

Rule = Callable[[], Iterator[str]]

COMMANDS = tuple(registry.commands())
PAGES = {
    name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("commands", "settings", "testing")
}
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")


def test_the_pages_are_in_step() -> None:
    assert list(in_step.in_commands_page(PAGES["commands"], COMMANDS)) == []
    assert list(in_step.in_settings_page(PAGES["settings"])) == []
    assert list(in_step.in_env_example(EXAMPLE)) == []
    assert list(in_step.in_testing_page(PAGES["testing"], NAMES)) == []
    assert list(check.decisions()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_without_its_heading_is_noticed(command: CommandSpec) -> None:
    page = PAGES["commands"].replace(f"## /{command.name}", "## /gone")
    said = list(in_step.in_commands_page(page, COMMANDS))
    assert said == [f"/{command.name} has no heading", "/gone has a heading and no command"]


def test_a_word_that_the_heading_lacks_is_noticed() -> None:
    page = PAGES["commands"].replace("## /progress 进度", "## /progress 进展")
    assert list(in_step.in_commands_page(page, COMMANDS)) == ["the heading of /progress lacks its word 进度"]


@pytest.mark.parametrize("name", in_step.settings_in_code())
def test_a_setting_that_is_missing_is_noticed(name: str) -> None:
    assert list(in_step.in_settings_page(PAGES["settings"].replace(f"`{name}` |", "`DUBAN_GONE` |"))) == [
        f"{name} is missing",
        "DUBAN_GONE is no setting",
    ]
    assert list(in_step.in_env_example(EXAMPLE.replace(f"# {name}=", "# DUBAN_GONE="))) == [
        f"{name} is missing",
        "DUBAN_GONE is no setting",
    ]


def test_another_default_is_noticed() -> None:
    wrong = ["DUBAN_PORT has the default '8000', not '8001'"]
    assert list(in_step.in_settings_page(PAGES["settings"].replace("`8000`", "`8001`", 1))) == wrong
    assert list(in_step.in_env_example(EXAMPLE.replace("PORT=8000", "PORT=8001"))) == wrong


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_failpoint_that_is_missing_is_noticed(name: str) -> None:
    page = PAGES["testing"].replace(f"`{name}`", "`lane.gone`")
    assert list(in_step.in_testing_page(page, NAMES)) == [
        f"the failpoint {name} is missing",
        "lane.gone is no failpoint",
    ]


def test_a_decision_that_is_not_listed_is_noticed() -> None:
    said = in_step.in_decisions_index("[1](0001-one.md) [2](0002-two.md)", ["0001-one.md", "0003-three.md"])
    assert list(said) == ["0003-three.md is not listed", "0002-two.md is listed and not there"]


def test_a_link_to_nothing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_step, "ROOT", tmp_path)
    (tmp_path / "there.md").touch()
    page = tmp_path / "page.md"
    page.write_text("[a](there.md#part) [b](gone.md) [c](https://example.org/) ![d](gone.png) [e](#here)")
    assert list(in_step.broken_links(page)) == [
        "page.md links to gone.md, which is not there",
        "page.md links to gone.png, which is not there",
    ]


def test_a_tool_that_objects_is_reported_with_its_words() -> None:
    said = list(check.tool(sys.executable, "-c", "import sys; print('not so'); sys.exit(3)")())
    assert said == [f"{Path(sys.executable).name} ended with 3", "not so"]


def test_a_tool_that_is_content_says_nothing() -> None:
    assert list(check.tool(sys.executable, "-c", "print('fine')")()) == []


@pytest.mark.parametrize(
    ("rules", "code", "said"),
    [
        ({"one": lambda: iter(())}, 0, "ok    one\n"),
        (
            {"one": lambda: iter(["because"]), "two": lambda: iter(())},
            1,
            "WRONG one\n      because\nok    two\n",
        ),
    ],
)
def test_one_line_for_each_rule_and_1_when_one_does_not_hold(
    rules: dict[str, Rule],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(check, "RULES", rules)
    assert check.main() == code
    assert capsys.readouterr().out == said


def test_a_page_that_is_not_there_is_wrong_and_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "DOCS", tmp_path)
    monkeypatch.setattr(check, "RULES", {"commands in docs": check.commands})
    assert check.main() == 1
    assert "commands.md is not there" in capsys.readouterr().out


def test_the_scripts_can_be_run() -> None:
    for name in ("run", ".ci/run"):
        path = ROOT / name
        assert path.stat().st_mode & 0o111
        shell = path.read_text("utf-8").splitlines()[0].removeprefix("#!").split()[-1].rpartition("/")[2]
        assert subprocess.run([shell, "-n", str(path)], check=False).returncode == 0
