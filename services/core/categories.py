"""Finding a category by what a reporter types: 动态, 法定公开, 五公开, dt or dongtai."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.core.text import clean, fold
from services.core.traditional import simplified

MAX_TYPED = 60

Readings = Callable[[str], Iterable[Sequence[str]]]
"""The ways a name may be read: syllables in pinyin, the likeliest first, one sign where it is no Chinese."""

Sounds = defaultdict[str, set[int]]

_FILLING = re.compile(r"(?:类|栏目|信息|内容|情况|工作|数量|数)+$")
# A name with such a sign in it (五公开, 一件事, 12345热线) has to be known before numbers are looked for.
_AWKWARD = re.compile(r"[^\u3400-\u9fffA-Za-z]|[零〇一二三四五六七八九十百千万亿两几半年月日]")
_NO_NAME = re.compile(r"[零〇一二三四五六七八九十百千万亿两几半0-9条篇个次则件期份项]+")


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category as it is looked for."""

    category_id: int
    name: str
    division: str = ""


class CategoryIndex:
    """All categories of one organisation, ready to be searched; never changes."""

    def __init__(self, names: Iterable[CategoryName], readings: Readings) -> None:
        """Index the categories, given in official order; ``readings`` tells how a name may be read."""
        self._names = tuple(names)
        self._readings = readings
        self._order = {name.category_id: at for at, name in enumerate(self._names)}
        self._folded = [(fold(name.name), name.category_id) for name in self._names]
        self._divisions: defaultdict[str, set[int]] = defaultdict(set)
        for name in self._names:
            if division := fold(name.division):
                self._divisions[division].add(name.category_id)
        self._awkward = _pattern(
            written for name in self._names for written in (name.name, name.division) if written
        )

    def name_of(self, category_id: int) -> str:
        """Give the full name of a category of the index (KeyError)."""
        return self._names[self._order[category_id]].name

    def example(self, word: str) -> str:
        """Give a word that means one category here, else the first category's name; the word of none."""
        if len(self.find(word)) == 1 or not self._names:
            return word
        return self._names[0].name

    def find(self, text: str) -> tuple[int, ...]:
        """Find what a text means: one category, several that fit equally well in official order, or none.

        The first kind of evidence that points anywhere decides: the whole name, a division (all it holds),
        a part of the name, that without a filling word, signs of the name in order, pinyin or initials.
        """
        key = fold(text) if len(text) <= 2 * MAX_TYPED else ""
        if not 0 < len(key) <= MAX_TYPED:
            return ()
        for hits in self._evidence(key):
            if hits:
                return tuple(sorted(hits, key=self._order.__getitem__))
        return ()

    def is_division(self, text: str) -> bool:
        """Tell whether a text is the name of a division and of no category."""
        key = fold(text)
        return key in self._divisions and all(name != key for name, _ in self._folded)

    def is_touched(self, text: str) -> bool:
        """Tell whether a text that fits nothing has the first two signs of some category in it."""
        key = fold(text)
        return any(name[:2] in key for name, _ in self._folded) or any(
            each in key for each in self._divisions
        )

    def awkward_end(self, text: str, start: int) -> int | None:
        """Give the end of a whole name that holds numerals or signs and begins at ``start``, if one does."""
        match = self._awkward.match(text, start) if self._awkward else None
        return match.end() if match else None

    def _evidence(self, key: str) -> Iterator[set[int]]:
        yield {category_id for name, category_id in self._folded if name == key}
        yield self._divisions.get(key, set())
        if _NO_NAME.fullmatch(key):
            return
        yield self._having(key)
        yield self._having(bare) if len(bare := _FILLING.sub("", key)) > 1 else set()
        yield {
            category_id
            for name, category_id in self._folded
            if len(key) > 2 and name[:1] == key[0] and _in_order(key, name)
        }
        yield {
            each
            for division, held in self._divisions.items()
            if len(key) > 1 and key in division
            for each in held
        }
        if key.isascii() and len(key) > 1:
            yield from (sounds.get(key, set()) for sounds in self._sounds)

    def _having(self, key: str) -> set[int]:
        """Give the names that have the text anywhere; a single sign must be their first."""
        if len(key) < 2:
            return {category_id for name, category_id in self._folded if key and name.startswith(key)}
        return {category_id for name, category_id in self._folded if key in name}

    @cached_property
    def _sounds(self) -> tuple[Sounds, Sounds, Sounds, Sounds]:
        """How the names sound: worked out when somebody first types one in Latin letters."""
        wholes, divisions, parts, initials = (defaultdict[str, set[int]](set) for _ in range(4))
        for name in self._names:
            for syllables in self._readings(name.name):
                wholes["".join(syllables)].add(name.category_id)
                wholes[_initials(syllables)].add(name.category_id)
                for run in _runs(syllables):
                    parts["".join(run)].add(name.category_id)
                    initials[_initials(run)].add(name.category_id)
            for syllables in self._readings(name.division) if name.division else ():
                for key in ("".join(syllables), _initials(syllables)):
                    divisions[key].add(name.category_id)
        return wholes, divisions, parts, initials


def _runs(syllables: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(len(syllables)):
        for end in range(start + 2, len(syllables) + 1):
            yield syllables[start:end]


def _initials(syllables: Sequence[str]) -> str:
    return "".join(syllable[:1] for syllable in syllables)


def _in_order(key: str, name: str) -> bool:
    signs = iter(name)
    return all(sign in signs for sign in key)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    written = sorted(
        {simplified(clean(name)) for name in names if _AWKWARD.search(clean(name))},
        key=lambda n: (-len(n), n),
    )
    if not written:
        return None
    return re.compile("|".join(map(_bounded, written)), re.IGNORECASE)


def _bounded(name: str) -> str:
    """Keep 12345热线 out of 912345热线, and a name's last digit apart from a number's first."""
    before = "(?<![0-9])" if name[0].isdigit() else ""
    after = "(?![0-9])" if name[-1].isdigit() else ""
    return before + re.escape(name) + after
