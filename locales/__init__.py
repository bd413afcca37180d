"""Texts for people, by dotted key, in every language that has a folder here.

The catalogues are gettext ``.po`` files, so translators keep their editors; at run time they are plain
dicts, because gettext answers an unknown key with the key itself and ours has to be loud.
"""

import datetime as dtm
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from types import MappingProxyType
from typing import Self

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CHINESE = "zh_CN"
ENGLISH = "en"

_FOLDER = Path(__file__).parent
# Only plain names between braces: a text cannot reach into a parameter's attributes or formats.
_PLAIN = re.compile(r"(?:[^{}]|\{[a-z][a-z0-9_]*\})*")


@dataclass(
    frozen=True, slots=True, eq=False
)  # one for each language: what is written in it can be remembered
class Texts:
    """The texts, dates and numbers of one language; called with a key and its parameters."""

    language: str
    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]
    locale: Locale

    def __call__(self, key: str, /, **params: object) -> str:
        """Fill the text of `key`; an unknown key or a missing parameter raises KeyError.

        A text with plural forms is chosen by the parameter `count`, an int.
        """
        forms = self.forms[key]
        if len(forms) == 1:
            return forms[0].format_map(params)
        count = params["count"]
        if not isinstance(count, int):
            raise TypeError(f"{key} is chosen by count, an int, not {count!r}")
        return forms[self.plural(count)].format_map(params)

    def has(self, key: str) -> bool:
        """Say whether `key` has a text."""
        return key in self.forms

    def date(self, on: dtm.date) -> str:
        """A day in full: 2024年3月1日, 1 March 2024."""
        return format_date(on, self("format.date"), self.locale)

    def weekday(self, on: dtm.date) -> str:
        """The name of a day of the week: 星期五, Friday."""
        return format_date(on, self("format.weekday"), self.locale)

    def month(self, year: int, month: int) -> str:
        """A month of a year, counted from 1: 2024年3月, March 2024."""
        return format_date(dtm.date(year, month, 1), self("format.month"), self.locale)

    def number(self, value: int) -> str:
        """A whole number; Chinese offices print 94276 as it is, English groups the digits."""
        return format_decimal(value, self("format.number"), self.locale)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every language's texts."""

    languages: Mapping[str, Texts]

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> Self:
        """Read every ``<language>/*.po`` below `folder`; a repeated key or stray brace raises ValueError.

        The texts that stand here are read once.
        """
        return cls(_own() if folder == _FOLDER else _read(folder))

    def texts(self, language: str) -> Texts:
        """The texts of a language by its folder's name; KeyError where there is none."""
        return self.languages[language]


def language_of(code: str | None) -> str:
    """Map a Telegram language code to a catalogue.

    By hand, because Babel's negotiation finds nothing for zh, zh-CN, zh-hans and zh-hant. People here read
    Chinese unless their client says English.
    """
    primary = (code or "").replace("_", "-").split("-")[0].lower()
    return ENGLISH if primary == "en" else CHINESE


@cache
def _own() -> Mapping[str, Texts]:
    return _read(_FOLDER)


def _read(folder: Path) -> Mapping[str, Texts]:
    found = {path.name: _read_language(path) for path in sorted(folder.iterdir()) if any(path.glob("*.po"))}
    return MappingProxyType(found)


def _read_language(folder: Path) -> Texts:
    forms: dict[str, tuple[str, ...]] = {}
    plural: Callable[[int], int] = c2py("0")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            entries = read_po(file, locale=folder.name, abort_invalid=True)
        plural = c2py(entries.plural_expr)
        for key, texts in _entries(entries):
            if key in forms:
                raise ValueError(f"{path}: {key} has a text already")
            if not all(_PLAIN.fullmatch(text) for text in texts):
                raise ValueError(f"{path}: {key} may have only {{name}} placeholders")
            forms[key] = texts
    return Texts(folder.name, MappingProxyType(forms), plural, Locale.parse(folder.name))


def _entries(entries: Catalog) -> Iterator[tuple[str, tuple[str, ...]]]:
    for message in entries:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            text = message.string or ""
            yield key, (text,) if isinstance(text, str) else tuple(text)
