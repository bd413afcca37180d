"""The core stays pure: what it imports, beyond what a contract can list by name."""

import sys
import tomllib
from pathlib import Path

import pytest

from settings import ROOT
from tests.architecture.source import files, imports_of, module_of, name_of

IMPURE = {
    "asyncio", "concurrent", "ctypes", "http", "logging", "multiprocessing", "os", "pathlib", "random",
    "secrets", "select", "selectors", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib", "uuid", "warnings",
}  # fmt: skip
CORE = files("services/core")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


def is_allowed(imported: str) -> bool:
    top = imported.partition(".")[0]
    return imported.startswith(("services.core.", "models.enums.")) or (
        top in sys.stdlib_module_names and top not in IMPURE
    )


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_the_core_imports_the_standard_library_itself_and_the_vocabulary(path: Path) -> None:
    assert [name for name in imports_of(path) if not is_allowed(name)] == []


@pytest.mark.parametrize(
    "imported", ["pydantic.BaseModel", "services.sql.fetch", "models.people", "time", "os.path"]
)
def test_anything_else_would_be_seen(imported: str) -> None:
    assert not is_allowed(imported)


def test_the_vocabulary_imports_the_standard_library_only() -> None:
    imported = set(imports_of(ROOT / "models" / "enums.py"))
    assert {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names} == set()


def test_the_contract_of_the_core_names_every_module_of_models_but_the_vocabulary() -> None:
    contract = next(one for one in CONTRACTS if one["id"] == "core")
    named = {name for name in contract["forbidden_modules"] if name.startswith("models.")}
    there = {".".join(module_of(path).split(".")[:2]) for path in files("models")} - {
        "models",
        "models.enums",
    }
    assert named == there


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_the_core_never_waits(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "async " not in text
    assert "await " not in text
