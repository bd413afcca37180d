"""`./run` on machines that have, lack or break what it needs; Python itself is played by a shell script."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings import ROOT

NEEDED_TOOLS = ("sh", "dirname", "cat", "cksum", "rm", "mkdir", "chmod", "cp")

# Notes how it is called. As a system's Python it passes for new enough and makes a .venv with itself in it;
# the files beside it say what it cannot do.
PYTHON = """#!/bin/sh
here=$(dirname "$0")
case $1 in
    -c) test ! -e "$here/too-old" ;;
    -V) cat "{folder}/version" 2>/dev/null ;;
    -m)
        if [ "$2 $3" = "pip --version" ]; then
            test ! -e "$here/without-pip"
            exit
        fi
        echo "$*" >>"{log}"
        case $2 in
            venv)
                test ! -e "$here/without-venv" || exit 1
                mkdir -p .venv/bin
                cp "$0" .venv/bin/python
                ;;
            pip) test ! -e "{folder}/without-network" ;;
            bot) exit 7 ;;
        esac
        ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """A checkout with nothing in it but the script and its lists, and a PATH of its own."""

    checkout: Path
    path: Path
    log: Path

    def install_python(self, name: str = "python3", *, lacks: str = "") -> None:
        target = self.path / name
        target.write_text(PYTHON.format(log=self.log, folder=self.path), "utf-8")
        target.chmod(0o755)
        if lacks:
            (self.path / lacks).touch()

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.checkout / "run"), *words],
            cwd=cwd or self.checkout, env={"PATH": str(self.path)},
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    @property
    def calls(self) -> list[str]:
        """What Python was called with, oldest first."""
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    checkout, path = tmp_path / "checkout", tmp_path / "bin"
    checkout.mkdir()
    path.mkdir()
    for source in (ROOT / "run", ROOT / "constraints.txt", *ROOT.glob("requirements*.txt")):
        shutil.copy(source, checkout)
    for tool in NEEDED_TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (path / tool).symlink_to(found)
    return Machine(checkout, path, tmp_path / "calls")


@pytest.mark.parametrize("word", ["help", "-h", "--help"])
def test_help_names_every_command_and_needs_nothing(machine: Machine, word: str) -> None:
    done = machine.run(word)
    assert done.returncode == 0
    assert done.stderr == ""
    of_the_script = set(re.findall(r"^    ([a-z]+)\)$", (ROOT / "run").read_text("utf-8"), re.MULTILINE))
    of_the_bot = set(re.findall(r'add_parser\("([a-z]+)"', (ROOT / "bot" / "__main__.py").read_text("utf-8")))
    assert {"prove", "doctor"} <= of_the_script | of_the_bot
    for command in (of_the_script | of_the_bot | {"help"}) - {"serve"}:
        assert f"./run {command}" in done.stdout


def test_an_unknown_command_is_answered_with_the_help_and_2(machine: Machine) -> None:
    done = machine.run("sevre")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "sevre" in done.stderr
    assert "./run help" in done.stderr


@pytest.mark.parametrize("words", [(), ("test",), ("import", "sheet.xlsx")])
def test_without_python_it_says_what_to_install(machine: Machine, words: tuple[str, ...]) -> None:
    done = machine.run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("需要 Python 3.11")
    assert "apt install python3 python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_old_python_is_as_good_as_none(machine: Machine) -> None:
    machine.install_python(lacks="too-old")
    done = machine.run()
    assert done.returncode == 2
    assert done.stderr.startswith("需要 Python 3.11")


def test_a_newer_python_under_its_own_name_is_found(machine: Machine) -> None:
    machine.install_python("python3.12")
    assert machine.run().returncode == 7
    assert machine.calls[0] == "-m venv .venv"


def test_without_the_venv_module_it_says_what_to_install_and_leaves_nothing(machine: Machine) -> None:
    machine.install_python(lacks="without-venv")
    done = machine.run()
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (machine.checkout / ".venv").exists()


def test_the_bots_exit_code_is_its_own(machine: Machine) -> None:
    machine.install_python()
    assert machine.run().returncode == 7


@pytest.mark.parametrize(
    ("words", "requirements", "call"),
    [
        ((), "requirements.txt", "-m bot"),
        (("serve",), "requirements.txt", "-m bot"),
        (
            ("import", "表.xlsx", "--organisation", "某某县", "--year", "2024"),
            "requirements.txt",
            "-m bot import 表.xlsx --organisation 某某县 --year 2024",
        ),
        (
            ("test",),
            "requirements-test.txt",
            "-m pytest -n 2 --dist loadfile --no-loadscope-reorder",
        ),
        (("test", "tests/one.py"), "requirements-test.txt", "-m pytest tests/one.py"),
        (("test", "-k", "pace"), "requirements-test.txt", "-m pytest -k pace"),
        (("check",), "requirements-test.txt", "-m tests.check"),
        (("prove", "kill"), "requirements-test.txt", "-m tests.prove kill"),
        (("bench", "--short"), "requirements.txt", "-m benchmarks --short"),
    ],
)
def test_a_command_installs_what_it_needs_and_hands_its_words_on(
    machine: Machine, words: tuple[str, ...], requirements: str, call: str
) -> None:
    machine.install_python()
    machine.run(*words)
    assert machine.calls[0] == "-m venv .venv"
    assert machine.calls[1].startswith("-m pip install ")
    assert machine.calls[1].endswith(f"-c constraints.txt -r {requirements}")
    assert machine.calls[2:] == [call]


def test_what_is_installed_is_not_installed_again(machine: Machine) -> None:
    machine.install_python()
    machine.run()
    before = len(machine.calls)
    machine.run()
    assert machine.calls[before:] == ["-m bot"]


@pytest.mark.parametrize("name", ["constraints.txt", "requirements.txt"])
def test_other_versions_are_installed_before_the_start(machine: Machine, name: str) -> None:
    machine.install_python()
    machine.run()
    before = len(machine.calls)
    with (machine.checkout / name).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    machine.run()
    assert [call.split()[1] for call in machine.calls[before:]] == ["pip", "bot"]


def test_an_installation_that_broke_off_is_made_again(machine: Machine) -> None:
    machine.install_python(lacks="without-network")
    assert machine.run().returncode != 0
    assert [call.split()[1] for call in machine.calls] == ["venv", "pip"]
    (machine.path / "without-network").unlink()
    assert machine.run().returncode == 7
    assert [call.split()[1] for call in machine.calls[2:]] == ["pip", "bot"]


def test_a_venv_that_was_not_made_to_its_end_is_made_again(machine: Machine) -> None:
    machine.install_python()
    machine.run()
    (machine.checkout / ".venv" / "installed-requirements.txt").unlink()
    (machine.checkout / ".venv" / "bin" / "without-pip").touch()
    before = len(machine.calls)
    assert machine.run().returncode == 7
    assert [call.split()[1] for call in machine.calls[before:]] == ["venv", "pip", "bot"]


def test_a_python_that_the_system_has_replaced_is_installed_for_anew(machine: Machine) -> None:
    machine.install_python()
    (machine.path / "version").write_text("Python 3.11.2\n", "utf-8")
    machine.run()
    (machine.path / "version").write_text("Python 3.13.5\n", "utf-8")
    before = len(machine.calls)
    assert machine.run().returncode == 7
    assert [call.split()[1] for call in machine.calls[before:]] == ["pip", "bot"]
    assert machine.run().returncode == 7
    assert [call.split()[1] for call in machine.calls[before:]] == ["pip", "bot", "bot"]


def test_it_can_be_called_from_anywhere(machine: Machine, tmp_path: Path) -> None:
    machine.install_python()
    assert machine.run(cwd=tmp_path).returncode == 7
    assert (machine.checkout / ".venv").is_dir()
    assert not (tmp_path / ".venv").exists()
