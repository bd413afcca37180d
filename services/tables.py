"""Every table with its columns, as the models say, and every migration there is."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from models import migrations
from models.registry import MODEL_MODULES


@cache
def known_tables() -> Mapping[str, frozenset[str]]:
    """Return the names of the columns by the name of the table; nothing needs to be open."""
    found = {}
    for name in MODEL_MODULES:
        for _, one in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(one, Model) and one.__module__ == name:
                found[one._meta.db_table] = _columns(one)  # noqa: SLF001 - Tortoise's own name for it
    return MappingProxyType(found)


def _columns(table: type[Model]) -> frozenset[str]:
    columns = set()
    for name, field in table._meta.fields_map.items():  # noqa: SLF001
        if isinstance(field, ForeignKeyFieldInstance):
            columns.add(field.source_field or f"{name}_id")
        elif field.has_db_field:
            columns.add(field.source_field or name)
    return frozenset(columns)


@cache
def known_migrations() -> frozenset[str]:
    """Return the names of the migrations that this Duban knows."""
    return frozenset(one.name for one in pkgutil.iter_modules(migrations.__path__))
