"""What one look has found: how bad it is, and in the catalogue what it means and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from locales import Texts


class Level(StrEnum):
    """How bad it is; always shown with its word."""

    GOOD = "good"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: ``doctor.<key>`` filled with ``params``."""

    level: Level
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


def good(key: str, **params: Any) -> Finding:
    """Find something as it should be."""
    return Finding(Level.GOOD, key, params)


def warning(key: str, **params: Any) -> Finding:
    """Find something that will want looking after."""
    return Finding(Level.WARNING, key, params)


def broken(key: str, **params: Any) -> Finding:
    """Find something that keeps the bot from its work."""
    return Finding(Level.BROKEN, key, params)


def line(finding: Finding, texts: Texts) -> str:
    """Write a finding as one line."""
    said = texts(f"doctor.{finding.key}", **finding.params)
    return f"{texts(f'doctor.level.{finding.level.value}')} {' '.join(said.split())}"
