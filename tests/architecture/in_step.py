"""Pages against code: each function reads a page and lists, in words, where the two have parted."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from handlers.kit.specs import CommandSpec
from settings import ROOT, Settings

HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
COMMAND = re.compile(r"(?<!\S)/([a-z]+)\b")
SETTING_ROW = re.compile(r"^\| `(?P<name>DUBAN_[A-Z_]+)` \| (?P<default>[^|]*) \|", re.MULTILINE)
SETTING_LINE = re.compile(r"^#? ?(?P<name>DUBAN_[A-Z_]+)=(?P<default>.*)$", re.MULTILINE)
DECISION = re.compile(r"\((\d{4}-[a-z0-9-]+\.md)\)")
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
NO_DEFAULT = "–"


def in_commands_page(page: str, commands: Iterable[CommandSpec]) -> Iterator[str]:
    """Every command has one heading, with its words; no heading tells of a command that is not there."""
    titles = {name: title for title in HEADING.findall(page) for name in COMMAND.findall(title)}
    for command in commands:
        title = titles.pop(command.name, None)
        if title is None:
            yield f"/{command.name} has no heading"
            continue
        for word in command.words:
            if word not in title.split():
                yield f"the heading of /{command.name} lacks its word {word}"
    for name in titles:
        yield f"/{name} has a heading and no command"


def default_of(name: str) -> str:
    """Return a setting's default as an operator would write it; "" where it has none."""
    default = Settings.model_fields[name].default
    if isinstance(default, Path):
        return f"./{default.relative_to(ROOT).as_posix()}"
    return str(default) if default else ""


def settings_in_code() -> Mapping[str, str]:
    """Return every variable with its default."""
    return {f"DUBAN_{name.upper()}": default_of(name) for name in Settings.model_fields}


def in_settings_page(page: str) -> Iterator[str]:
    """Every variable has one row with its default."""
    rows = {row["name"]: row["default"].strip() for row in SETTING_ROW.finditer(page)}
    shown = {name: "" if cell == NO_DEFAULT else cell.strip("`") for name, cell in rows.items()}
    return _compare(shown)


def in_env_example(text: str) -> Iterator[str]:
    """Every variable has one line with its default."""
    return _compare({line["name"]: line["default"] for line in SETTING_LINE.finditer(text)})


def _compare(shown: Mapping[str, str]) -> Iterator[str]:
    expected = settings_in_code()
    for name, default in expected.items():
        if name not in shown:
            yield f"{name} is missing"
        elif shown[name] != default:
            yield f"{name} has the default {default!r}, not {shown[name]!r}"
    for name in shown.keys() - expected.keys():
        yield f"{name} is no setting"


def in_testing_page(page: str, failpoints: Collection[str]) -> Iterator[str]:
    """Every failpoint is named between backticks; none is named that is not there."""
    rooms = "|".join(sorted({name.partition(".")[0] for name in failpoints}))
    named = set(re.findall(rf"`((?:{rooms})\.[a-z_]+)`", page))
    yield from (f"the failpoint {name} is missing" for name in sorted(set(failpoints) - named))
    yield from (f"{name} is no failpoint" for name in sorted(named - set(failpoints)))


def in_decisions_index(index: str, files: Collection[str]) -> Iterator[str]:
    """Every numbered decision is linked from the index, and every link has its file."""
    linked = set(DECISION.findall(index))
    yield from (f"{name} is not listed" for name in sorted(set(files) - linked))
    yield from (f"{name} is listed and not there" for name in sorted(linked - set(files)))


def broken_links(page: Path) -> Iterator[str]:
    """List the links of a page to files of this repository that are not there."""
    for link in LINK.finditer(page.read_text("utf-8")):
        target = link["target"].partition("#")[0]
        if target and "://" not in target and not (page.parent / target).exists():
            yield f"{page.relative_to(ROOT)} links to {target}, which is not there"
