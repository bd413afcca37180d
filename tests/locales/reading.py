"""What the code says about texts, read from its syntax trees without running it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
CHINESE = re.compile(rf"{HAN.pattern}|[，。；：？！、（）《》〔〕]")


def modules(*folders: str) -> list[Path]:
    """The source files below the project's `folders`, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def keys_used(source: str) -> Iterator[str]:
    """Patterns of the keys in ``texts("…")``, ``x.texts("…")`` and ``.has``; f-strings match loosely."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _is_texts(node.func):
            yield from _patterns(node.args[0])


def literals(source: str, wanted: re.Pattern[str]) -> list[tuple[int, str]]:
    """Line and text of each string that has what is wanted; docstrings and comments are not strings here."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in prose and wanted.search(node.value)
    ]


def _is_texts(callee: ast.expr) -> bool:
    if isinstance(callee, ast.Attribute) and callee.attr == "has":
        callee = callee.value
    name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
    return name == "texts"


def _patterns(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(key)) if "." in key:  # catalogue.texts("en") names a language, not a key
            yield re.escape(key)
        case ast.JoinedStr(values=parts):
            yield "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _patterns(body)
            yield from _patterns(orelse)
