"""Tables and migrations: nothing is forgotten, and SQLite is never made to rebuild a table."""

import ast
import importlib
import inspect
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise, fields
from tortoise.fields.base import Field
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.models import Model

from bot.database import configuration, opened
from models import append_only
from models.registry import MODEL_MODULES
from settings import ROOT
from tests.architecture.source import MIGRATIONS, files, module_of

ONLY_ADDING = (ops.CreateModel, ops.AddField, ops.AddIndex, ops.RunSQL, ops.RunPython)
MIGRATION_NAMES = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def modules_with_tables() -> dict[str, list[type[Model]]]:
    """Return the table classes that each module of models defines itself."""
    found: dict[str, list[type[Model]]] = {}
    for path in files("models"):
        if path.is_relative_to(MIGRATIONS):
            continue
        name = module_of(path)
        for _, one in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(one, Model) and one.__module__ == name:
                found.setdefault(name, []).append(one)
    return found


TABLES = [one for classes in modules_with_tables().values() for one in classes]


def rebuilds(operations: Iterable[Any]) -> Iterator[str]:
    """List what would make SQLite rebuild a table, which deletes child rows and drops unique keys."""
    for operation in operations:
        if not isinstance(operation, ONLY_ADDING):
            yield type(operation).__name__
        elif isinstance(operation, ops.AddField) and not fits_old_rows(operation.field):
            yield f"AddField {operation.model_name}.{operation.name}: neither null nor with a db_default"


def fits_old_rows(field: Any) -> bool:
    return isinstance(field, Field) and (field.null or field.has_db_default())


def test_the_registry_names_every_module_with_tables() -> None:
    assert set(MODEL_MODULES) == modules_with_tables().keys()


@pytest.mark.parametrize("name", MIGRATION_NAMES)
def test_a_migration_only_creates_adds_and_indexes(name: str) -> None:
    migration = importlib.import_module(f"models.migrations.{name}").Migration
    assert list(rebuilds(migration.operations)) == []


@pytest.mark.parametrize(
    "operation",
    [
        ops.AlterField("Unit", "name", fields.CharField(max_length=200)),
        ops.RemoveField("Unit", "name"),
        ops.DeleteModel("Unit"),
        ops.AddField("Unit", "rank", fields.IntField(default=0)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_anything_that_rebuilds_a_table_would_be_refused(operation: Any) -> None:
    assert list(rebuilds([operation])) != []


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("Unit", "rank", fields.IntField(null=True)),
        ops.AddField("Unit", "rank", fields.IntField(db_default=0)),
        ops.AddIndex("Unit", Index(fields=("name",), name="unit_name")),
    ],
)
def test_what_only_adds_is_let_through(operation: Any) -> None:
    assert list(rebuilds([operation])) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_no_comment_of_a_table_has_a_semicolon(table: type[Model]) -> None:
    """Tortoise splits its statements there, and half a CREATE TABLE is what remains."""
    comments = [table.__doc__, table._meta.table_description]
    comments += [field.description for field in table._meta.fields_map.values()]
    assert [comment for comment in comments if comment and ";" in comment] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_times_are_stored_by_our_own_field(table: type[Model]) -> None:
    """The stock field stores text with whatever offset it was given, which SQLite compares wrongly."""
    stock = [name for name, field in table._meta.fields_map.items() if type(field) is fields.DatetimeField]
    assert stock == []


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [int(name[:4]) for name in MIGRATION_NAMES] == list(range(1, len(MIGRATION_NAMES) + 1))


def schema(path: Path) -> dict[str, Any]:
    """Read what SQLite knows of each table: columns, indexes with their columns, foreign keys."""
    connection = sqlite3.connect(path)
    try:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if row[0] != "sqlite_sequence"
        ]
        return {name: _table(connection, name) for name in names}
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, name: str) -> dict[str, Any]:
    indexes = [
        (
            unique,
            origin,
            partial,
            index if origin == "c" else "",
            tuple(row[2] for row in connection.execute(f'PRAGMA index_info("{index}")')),
        )
        for _, index, unique, origin, partial in connection.execute(f'PRAGMA index_list("{name}")')
    ]
    return {
        "columns": sorted(row[1:] for row in connection.execute(f'PRAGMA table_info("{name}")')),
        "indexes": sorted(indexes),
        "foreign keys": sorted(row[2:] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')),
    }


def triggers(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    finally:
        connection.close()


async def generated(path: Path) -> None:
    """Make a database the way Tortoise does without migrations."""
    await Tortoise.init(config=configuration(f"sqlite://{path}"), _enable_global_fallback=True)
    try:
        await Tortoise.generate_schemas(safe=False)
    finally:
        await Tortoise.close_connections()


async def test_a_migrated_database_is_what_the_tables_say(tmp_path: Path) -> None:
    migrated, fresh = tmp_path / "migrated.db", tmp_path / "fresh.db"
    async with opened(f"sqlite://{migrated}"):
        pass
    await generated(fresh)
    found = schema(migrated)
    assert found.keys() - schema(fresh).keys() == {"tortoise_migrations"}
    del found["tortoise_migrations"]
    assert found == schema(fresh)


async def test_only_the_append_only_tables_have_triggers(tmp_path: Path) -> None:
    async with opened(f"sqlite://{tmp_path / 'duban.db'}"):
        pass
    assert triggers(tmp_path / "duban.db") == {
        f"{table}_no_{change}" for table in append_only.TABLES for change in ("update", "delete")
    }


def test_the_vocabulary_has_no_tables() -> None:
    tree = ast.parse((ROOT / "models" / "enums.py").read_text("utf-8"))
    bases = {ast.unparse(base) for node in tree.body if isinstance(node, ast.ClassDef) for base in node.bases}
    assert bases == {"StrEnum"}
