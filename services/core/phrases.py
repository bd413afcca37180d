"""Phrases: the words of a place with named fields in braces, read, kept and filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.enums import BulletinKind
from services.core.errors import UserError
from services.core.stated import statable
from services.core.text import as_prose, clean
from services.core.wordings import LEFT_OUT, WORDINGS, Place

LONGEST = 2000


class PhraseFieldUnknown(UserError):
    """A phrase has a field in braces that this kind of bulletin has not (``fields``)."""


class PhraseMissing(UserError):
    """A phrase needs one to ``length`` characters."""


class PlaceUnknown(UserError):
    """A kind of bulletin has no such place."""


_COMMON = ("机构", "年", "时段", "全时段", "起", "止", "单位数")
_BY_TARGET = (
    "任务数",
    "完成数",
    "完成率",
    "当年任务数",
    "当年完成数",
    "当年完成率",
    "前三位",
    "后三位",
    "未完成单位",
    "无任务单位",
)
_BY_ACCEPTED = ("报送数", "审发数", "错情数")
_REMINDED = ("催办次数", "催办单位数")
_MEDIA = (
    "账号数",
    "账号分类",
    "监测数",
    "合格数",
    "合格率",
    "问题账号单位",
    "较好单位",
    "较差单位",
)

_OF_KIND = {
    BulletinKind.MONTHLY: (*_BY_TARGET, "月", *_BY_ACCEPTED),
    BulletinKind.QUARTERLY: (*_BY_ACCEPTED, *_MEDIA),
    BulletinKind.YEARLY: (*_BY_TARGET, *_BY_ACCEPTED),
}


def fields_of(kind: BulletinKind) -> tuple[str, ...]:
    """Name the fields that a kind of bulletin fills in."""
    stated = (one.label for one in statable(kind))
    return (*_COMMON, *stated, *_OF_KIND[kind], *_REMINDED)


def find_place(kind: BulletinKind, name: str) -> Place:
    """Give a place; PlaceUnknown where a kind has none of that name."""
    for place in WORDINGS[kind].places:
        if place.name == name:
            return place
    raise PlaceUnknown


_FIELD = re.compile(r"\{([^{}\n]{1,20})\}")
_SENTENCE = re.compile(r"[^。\n]*。[”）]*|[^。\n]+")


def read_phrase(kind: BulletinKind, text: str) -> str:
    """Give a phrase as it is kept; braces that hold no name are plain text.

    Raises:
        PhraseMissing: it is empty or too long.
        PhraseFieldUnknown: it asks for fields that this kind of bulletin has not.
    """
    kept = as_prose(clean(text))
    if not 0 < len(kept) <= LONGEST:
        raise PhraseMissing(length=LONGEST)
    unknown = [name for name in dict.fromkeys(_FIELD.findall(kept)) if name not in fields_of(kind)]
    if unknown:
        raise PhraseFieldUnknown(fields="、".join(unknown))
    return kept


@dataclass(frozen=True, slots=True)
class Filled:
    """A phrase with its fields filled in, by paragraphs; ``missing`` are fields without a value."""

    paragraphs: tuple[str, ...]
    missing: tuple[str, ...] = ()


def fill(text: str, values: Mapping[str, str | None]) -> Filled:
    """Fill a phrase in, once: what a value holds is never taken for a field.

    A sentence with an empty list in it is left out, and so is a paragraph all of whose sentences with fields
    were. A field without a value (None) is printed as 【待填：…】.
    """
    if text == LEFT_OUT:
        return Filled(())
    missing: dict[str, None] = {}
    paragraphs = [_fill_line(line, values, missing) for line in text.splitlines() if line.strip()]
    return Filled(tuple(each for each in paragraphs if each), tuple(missing))


def literal_parts(text: str) -> Iterator[str]:
    """Give what somebody typed into a phrase, without what is filled in: a sentence each."""
    for sentence in _SENTENCE.findall(text):
        yield _FIELD.sub("\0", sentence)


def _fill_line(line: str, values: Mapping[str, str | None], missing: dict[str, None]) -> str:
    kept: list[str] = []
    had_fields = keeps_fields = False
    for sentence in _SENTENCE.findall(line):
        names = [name for name in _FIELD.findall(sentence) if name in values]
        had_fields = had_fields or bool(names)
        if any(values[name] == "" for name in names):
            continue
        keeps_fields = keeps_fields or bool(names)
        missing.update(dict.fromkeys(name for name in names if values[name] is None))
        kept.append(_FIELD.sub(lambda found: _value(found, values), sentence))
    return "".join(kept) if keeps_fields or not had_fields else ""


def _value(found: re.Match[str], values: Mapping[str, str | None]) -> str:
    if found[1] not in values:
        return found[0]
    value = values[found[1]]
    return f"【待填：{found[1]}】" if value is None else value
