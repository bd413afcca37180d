"""`./run check`: every rule that a machine can look after, one line for each.

Exit code 0 when all hold, 1 when one does not.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.failpoints import NAMES
from handlers.registry import FAMILIES
from settings import ROOT
from tests.architecture import in_step

DOCS = ROOT / "docs"
TOOLS = Path(sys.executable).parent


def tool(*words: str) -> Callable[[], Iterator[str]]:
    """Make a rule of a command that says what is wrong and exits with something other than 0."""

    def run() -> Iterator[str]:
        done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            yield f"{Path(words[0]).name} ended with {done.returncode}"
            yield from (done.stdout + done.stderr).strip().splitlines()

    return run


def commands() -> Iterator[str]:
    """docs/commands.md has what the registry has."""
    return in_step.in_commands_page(
        _page("commands.md"), (one for family in FAMILIES for one in family.commands)
    )


def settings() -> Iterator[str]:
    """docs/settings.md and .env.example have what Settings has."""
    yield from (f"docs/settings.md: {said}" for said in in_step.in_settings_page(_page("settings.md")))
    example = (ROOT / ".env.example").read_text("utf-8")
    yield from (f".env.example: {said}" for said in in_step.in_env_example(example))


def failpoints() -> Iterator[str]:
    """docs/testing.md names every failpoint."""
    return in_step.in_testing_page(_page("testing.md"), NAMES)


def decisions() -> Iterator[str]:
    """The index of decisions lists every one."""
    files = {path.name for path in (DOCS / "decisions").glob("[0-9]*.md")}
    return in_step.in_decisions_index(_page("decisions/README.md"), files)


def links() -> Iterator[str]:
    """No page links to a file that is not there."""
    for page in sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]):
        yield from in_step.broken_links(page)


def _page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


RULES: Mapping[str, Callable[[], Iterator[str]]] = {
    "style (ruff check)": tool(sys.executable, "-m", "ruff", "check", "--quiet"),
    "format (ruff format)": tool(sys.executable, "-m", "ruff", "format", "--check", "--quiet"),
    "types (mypy)": tool(sys.executable, "-m", "mypy"),
    "imports (lint-imports)": tool(str(TOOLS / "lint-imports"), "--no-logo"),
    "Dockerfile (hadolint)": tool(str(TOOLS / "hadolint"), "Dockerfile"),
    "shell (sh -n run)": tool("sh", "-n", "run"),
    "shell (bash -n .ci/run)": tool("bash", "-n", ".ci/run"),
    "commands in docs": commands,
    "settings in docs": settings,
    "failpoints in docs": failpoints,
    "decisions in docs": decisions,
    "links in docs": links,
}


def main() -> int:
    """Look at every rule, at several at a time, and print in their order how they stand."""
    is_kept = True
    with ThreadPoolExecutor() as side_by_side:
        for name, wrong in zip(RULES, side_by_side.map(_wrong, RULES.values()), strict=True):
            is_kept = is_kept and not wrong
            sys.stdout.write(f"{'WRONG' if wrong else 'ok   '} {name}\n")
            sys.stdout.writelines(f"      {line}\n" for line in wrong)
            sys.stdout.flush()
    return 0 if is_kept else 1


def _wrong(rule: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(rule())
    except FileNotFoundError as missing:
        return [f"{missing.filename} is not there"]


if __name__ == "__main__":
    raise SystemExit(main())
