"""Finding a unit by what a clerk types: 市公安局, 公安局, 县公安局, gaj, gonganju or 市公按局."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from services.core.text import fold
from services.office.name_forms import (
    GENERIC,
    Kind,
    Part,
    Spelling,
    blurred,
    initials,
    is_misspelling,
    readings,
    shortens,
    variants,
)

NEAREST = 3
MAX_TYPED = 40  # no office has a longer name


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A unit as the index needs it; `position` is its place in the office's own order (机构序)."""

    unit_id: int
    name: str
    aliases: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one unit is meant."""

    unit_id: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several units are meant equally well, in official order; never guessed between."""

    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No unit is meant clearly enough; the nearest three, best first (none for an empty or endless text)."""

    nearest: tuple[int, ...]


class _Table:
    """Keys and the units they lead to."""

    def __init__(self) -> None:
        self._units: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, key: str, unit_id: int) -> None:
        self._units[key].add(unit_id)

    def hits(self, keys: Iterable[str]) -> set[int]:
        return {unit_id for key in keys for unit_id in self._units.get(key, ())}

    def keys(self) -> tuple[str, ...]:
        return tuple(self._units)


class _Sounds:
    """How the names of one organisation's units sound: as they are, as they are said, as they may be read."""

    def __init__(self, parts: Iterable[tuple[int, Part]]) -> None:
        self.wholes, self.said, self.others = _Table(), _Table(), _Table()
        self.initials, self.other_initials = _Table(), _Table()
        self.blurred = _Table()
        for unit_id, part in parts:
            self._add(part.whole, unit_id, self.wholes)
            for text in variants(part):
                self._add(text, unit_id, self.said)
        self.every = [key for key in (*self.wholes.keys(), *self.said.keys()) if " " not in key]

    def _add(self, text: str, unit_id: int, sounds: _Table) -> None:
        likeliest, *others = readings(text)
        self.initials.add(initials(likeliest), unit_id)
        for key in _as_typed(likeliest):
            sounds.add(key, unit_id)
            self.blurred.add(blurred(key), unit_id)
        for other in others:
            self.other_initials.add(initials(other), unit_id)
            for key in _as_typed(other):
                self.others.add(key, unit_id)

    def spoken(self, sounds: Iterable[str]) -> set[int]:
        """Give the units whose names sound so, as they are or as they are said."""
        wanted = tuple(sounds)
        return self.wholes.hits(wanted) | self.said.hits(wanted)


class NameIndex:
    """All names of one organisation's units, ready to be searched; never changes after `build`."""

    def __init__(self, entries: tuple[NameEntry, ...]) -> None:
        """Take the entries in official order; use `build`."""
        self._order = {entry.unit_id: at for at, entry in enumerate(entries)}
        self._parts: list[tuple[int, Part]] = []
        self._names, self._aliases, self._wholes = _Table(), _Table(), _Table()
        self._cores, self._said = _Table(), _Table()
        for entry in entries:
            self._add(entry)
        self._all_wholes = [part.whole for _, part in self._parts]

    @cached_property
    def _heard(self) -> "_Sounds":
        """How the names sound: worked out when somebody first types one otherwise than it is written."""
        return _Sounds(self._parts)

    @classmethod
    def build(cls, entries: Iterable[NameEntry]) -> Self:
        """Index the units of one organisation."""
        return cls(tuple(sorted(entries, key=lambda entry: (entry.position, entry.unit_id))))

    def find(self, text: str) -> Found | Ambiguous | Unknown:
        """Find the unit a person means.

        The first kind of evidence that points anywhere decides: exact, alias, without 市/县/区 or with
        another ending, short form, pinyin, initials, misspelling. Where it points to several, nobody guesses.
        """
        typed = Spelling(text[: 2 * MAX_TYPED])
        if not 0 < len(typed.whole) <= MAX_TYPED:
            return Unknown(())
        for hits in self._evidence(typed):
            if hits:
                return Found(hits.pop()) if len(hits) == 1 else Ambiguous(self._in_order(hits))
        hints = self._hints(typed)
        return Ambiguous(self._in_order(hints)) if len(hints) > 1 else Unknown(self._nearest(typed, hints))

    def _add(self, entry: NameEntry) -> None:
        spelling = Spelling(entry.name)
        self._names.add(spelling.whole, entry.unit_id)
        spellings = [spelling, *map(Spelling, entry.aliases)]
        for alias in spellings[1:]:
            self._aliases.add(alias.whole, entry.unit_id)
        own = dict.fromkeys(part for each in spellings for part in each.parts)
        for part in own:
            self._wholes.add(part.whole, entry.unit_id)
        # Another unit may bear the same name without a place; that one's whole name comes first.
        for part in dict.fromkeys((*own, *(part for each in spellings for part in each.local))):
            self._add_part(part, entry.unit_id)

    def _add_part(self, part: Part, unit_id: int) -> None:
        self._parts.append((unit_id, part))
        for table, core in ((self._cores, part.core), (self._said, part.said)):
            table.add(_strict(core, part.kind), unit_id)
            for key in _loose(core, part.kind):
                table.add(key, unit_id)

    def _evidence(self, typed: Spelling) -> Iterator[set[int]]:
        yield self._names.hits([typed.whole])
        yield self._aliases.hits([typed.whole])
        if _is_scant(typed):
            return
        if typed.is_chinese:
            yield from self._written(typed)
        if not typed.is_chinese or len(typed.whole) > 2:  # 时间 sounds like 市监, and so does many a word
            yield from self._sounding(typed)
        yield self._misspelt(typed) if typed.is_chinese else self._mistyped(typed)

    def _written(self, typed: Spelling) -> Iterator[set[int]]:
        yield self._wholes.hits(part.whole for part in typed.parts)
        for parts in filter(None, (typed.parts, typed.local)):
            for table, cores in (
                (self._cores, [p.core for p in parts]),
                (self._said, [p.said for p in parts]),
            ):
                named = list(zip(cores, (part.kind for part in parts), strict=True))
                yield table.hits(_strict(core, kind) for core, kind in named)
                yield table.hits(key for core, kind in named if len(core) > 1 for key in _loose(core, kind))
        yield {
            unit_id for unit_id, known in self._parts if any(shortens(part, known) for part in typed.parts)
        }

    def _sounding(self, typed: Spelling) -> Iterator[set[int]]:
        sounds, heard = _sounds_of(typed), self._heard
        for table in (heard.wholes, heard.said, heard.others):
            yield table.hits(sounds)
        if not typed.is_chinese:
            for firsts in filter(None, (typed.whole, _without_level_initial(typed.whole))):
                for table in (heard.initials, heard.other_initials):
                    yield table.hits([firsts])
            yield heard.wholes.hits(_without_level_sound(typed.whole))
        yield heard.blurred.hits(map(blurred, sounds))

    def _misspelt(self, typed: Spelling) -> set[int]:
        return {
            unit_id
            for unit_id, known in self._parts
            if any(is_misspelling(part, known) for part in (*typed.parts, *typed.local))
        }

    def _mistyped(self, typed: Spelling) -> set[int]:
        if any(sign.isdigit() for sign in typed.whole) or len(typed.whole) < 6:
            return set()
        from rapidfuzz import process  # noqa: PLC0415 - see ``is_misspelling``
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        allowed = 1 if len(typed.whole) < 12 else 2
        found = process.extract(
            typed.whole, self._heard.every, scorer=OSA.distance, score_cutoff=allowed, limit=None
        )
        return self._heard.spoken(sound for sound, *_ in found)

    def _hints(self, typed: Spelling) -> set[int]:
        """Units that have the text somewhere in their names: enough to ask about, too little to choose."""
        if not typed.is_chinese:
            return self._heard.initials.hits([typed.whole])
        return {
            unit_id
            for unit_id, known in self._parts
            if typed.bare in known.whole or any(_hints_at(part, known) for part in typed.parts)
        }

    def _nearest(self, typed: Spelling, hints: set[int]) -> tuple[int, ...]:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - see ``is_misspelling``

        scores: defaultdict[int, float] = defaultdict(float)
        for _, score, at in process.extract(typed.bare, self._all_wholes, scorer=fuzz.ratio, limit=None):
            unit_id = self._parts[at][0]
            scores[unit_id] = max(scores[unit_id], score)
        heard = _sounds_of(typed)[0].replace(" ", "")
        for sound, score, _ in process.extract(heard, self._heard.every, scorer=fuzz.ratio, limit=None):
            for unit_id in self._heard.spoken([sound]):
                scores[unit_id] = max(scores[unit_id], score)
        ranked = sorted(self._order, key=lambda u: (u not in hints, -scores[u], self._order[u]))
        return tuple(ranked[:NEAREST])

    def _in_order(self, unit_ids: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(unit_ids, key=self._order.__getitem__))


def likeness(text: str, name: str) -> float:
    """Tell how much a text is written like a name, from its beginning on: up to 1, and 0 where hardly."""
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - see ``is_misspelling``

    return JaroWinkler.similarity(fold(text), fold(name), score_cutoff=0.5)


def search_key(name: str) -> str:
    """A name without its level, its pinyin and its initials, for plain searching: 公安局 gonganju gaj."""
    bare = Spelling(name).bare
    syllables = next(readings(bare))
    return f"{bare} {''.join(syllables)} {initials(syllables)}".strip()


def _strict(core: str, kind: Kind) -> str:
    return f"{core}/{kind.value}"


def _loose(core: str, kind: Kind) -> tuple[str, ...]:
    # An office may be called a centre, but a town is never an office; without an ending it may be either.
    if kind is Kind.NONE:
        return (f"{core}//town", f"{core}//other")
    return (f"{core}//town",) if kind is Kind.TOWN else (f"{core}//other",)


def _is_scant(typed: Spelling) -> bool:
    """One character or two letters may be a name or an alias, but nothing can be concluded from them."""
    return len(typed.whole) < (2 if typed.is_chinese else 3)


def _hints_at(typed: Part, known: Part) -> bool:
    """白镇 hints at 白桥镇 and at 白山乡, 科技局 at a 科技中心; 管理局 at nobody."""
    tells = len(typed.core) > 1 or typed.kind is known.kind is not Kind.NONE
    return tells and typed.core in known.core and typed.core not in GENERIC


def _sounds_of(typed: Spelling) -> list[str]:
    if not typed.is_chinese:
        return [typed.whole]
    between = "" if re.search("[a-z]", typed.whole) else " "  # 公an局
    parts = (*typed.parts, *typed.local)
    return [between.join(syllables) for part in parts for syllables in readings(part.whole)]


def _as_typed(syllables: tuple[str, ...]) -> tuple[str, str]:
    """Typed letters show no syllables, typed characters do: xi an is not xian."""
    return "".join(syllables), " ".join(syllables)


def _without_level_sound(sound: str) -> list[str]:
    return [sound.removeprefix(level) for level in ("shi", "xian", "qu") if sound.startswith(level)]


def _without_level_initial(letters: str) -> str:
    return letters[1:] if len(letters) > 3 and letters[0] in "sxq" else ""
