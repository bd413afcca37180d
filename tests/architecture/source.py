"""The project's own source, as tests read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from settings import ROOT

PACKAGES = ("bot", "handlers", "services", "models", "locales", "sandbox")
MIGRATIONS = ROOT / "models" / "migrations"


def files(*packages: str) -> list[Path]:
    """List the Python files of packages, in order."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def of_bot_and_sandbox() -> list[Path]:
    """List everything that runs."""
    return [*files(*PACKAGES), ROOT / "settings.py"]


def name_of(path: Path) -> str:
    """Return a file's path from the root, for people."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Return the dotted name of a file's module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> Iterator[str]:
    """Give the dotted name of everything a file imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
