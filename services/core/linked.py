"""Messages with links: which words are the category, which are the title of which page."""

import datetime as dtm
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.enums import Cadence
from services.core.categories import CategoryIndex
from services.core.errors import UserError
from services.core.links import Link, split_links, title_of
from services.core.pairing import Said, paired, settled
from services.core.tokens import Gap, Name, Number, Time, Token
from services.core.vocabulary import LABEL, LISTED, UNIT
from services.core.wording import tokens_of

_WORD = re.compile(r"[^\s,;、。:|]+")
_EDGES = 3  # words at an end of a line with a link that may say category, number and month


@dataclass(frozen=True, slots=True)
class Named:
    """What a number or a page is said of: the categories that fit and the words as written ("" for none).

    ``said`` None: nothing is.
    """

    category_ids: tuple[int, ...]
    text: str
    said: Link | Number | None = None


@dataclass(frozen=True, slots=True)
class Arranged:
    """A message with links, read. ``times`` has each time with its words; ``unit_text`` stood first."""

    named: tuple[Named, ...]
    times: tuple[tuple[Time, str], ...]
    unit_text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A line: what it names, its links, or nothing but a title."""

    named: tuple[Named, ...] = ()
    links: tuple[Link, ...] = ()
    title: str = ""


def named_from(pieces: Iterable[Said], text: str) -> list[Named]:
    """Give what is named, with the words of it."""
    return [
        Named(said.name.category_ids, text[said.name.start : said.name.end], said.number)
        if said.name
        else Named((), "", said.number)
        for said in pieces
    ]


def arrange(text: str, categories: CategoryIndex, *, today: dtm.date) -> Arranged:
    """Read a message that has a link: category and number stand at the ends of a line, the rest is a title.

    A category alone on its line, or that of the link before, is that of the links below it; one that comes
    last of all is that of every link. A line of words that say nothing else is the title of the link below
    it, or above it where the first link stands before the first such line.
    """
    reader = _Rows(categories, today)
    rows = [reader.read(line) for line in text.split("\n") if line.strip()]
    return Arranged(tuple(_headed(_with_titles(rows))), tuple(reader.times), reader.unit_text)


class _Rows:
    """Reads one line after the other; keeps times, and the unit that stands first of all."""

    def __init__(self, categories: CategoryIndex, today: dtm.date) -> None:
        self._categories, self._today = categories, today
        self._is_first = True
        self.times: list[tuple[Time, str]] = []
        self.unit_text = ""

    def read(self, line: str) -> _Row:
        line = LISTED.sub("", line).strip()
        pieces = split_links(line)
        row = self._linked(pieces) if any(isinstance(each, Link) for each in pieces) else self._plain(line)
        self._is_first = False
        return row

    def _plain(self, line: str) -> _Row:
        words, unit_text = line, self.unit_text
        if self._is_first and (unit := _WORD.match(line)) and self._is_unit(unit[0]):
            words, unit_text = line[unit.end() :], unit[0]
        if words.strip() and not self._says(words, in_any_year=True):
            return _Row(title=line)
        self.unit_text = unit_text
        return _Row(named=tuple(self._named(words)))

    def _linked(self, pieces: Sequence[str | Link]) -> _Row:
        links = [piece for piece in pieces if isinstance(piece, Link)]
        texts = [LABEL.sub(" ", text) for text in _around(pieces)]
        if self._is_first and (unit := _WORD.search(texts[0])) and self._is_unit(unit[0]):
            rest, said = self._edge(texts[0][unit.end() :], at_end=False)
            if said:
                self.unit_text = unit[0]
                texts[0] = " ".join([*said, rest])
        words = self._said_in(texts)
        titles = _titles(texts)
        return _Row(
            named=tuple(self._named(" ".join(words))),
            links=tuple(replace(link, title=title) for link, title in zip(links, titles, strict=True)),
        )

    def _said_in(self, texts: list[str]) -> list[str]:
        """Take the words that say category, number or month from the ends of a line, then from its inside."""
        texts[0], first = self._edge(texts[0], at_end=False)
        texts[-1], last = self._edge(texts[-1], at_end=True)
        if not any(self._names(word) for word in (*first, *last)):
            texts[0], more = self._edge(texts[0], at_end=True)
            texts[-1], others = self._edge(texts[-1], at_end=False)
            return [*first, *more, *others, *last]
        return [*first, *last]

    def _edge(self, text: str, *, at_end: bool) -> tuple[str, list[str]]:
        taken: list[str] = []
        while len(taken) < _EDGES:
            words = list(_WORD.finditer(text))
            if not words:
                break
            word = words[-1 if at_end else 0]
            is_second = self._names(word[0]) and any(map(self._names, taken))
            if is_second or not self._says(word[0]):
                break
            taken = [word[0], *taken] if at_end else [*taken, word[0]]
            text = text[: word.start()] if at_end else text[word.end() :]
        return text, taken

    def _tokens(self, words: str) -> list[Token]:
        """Take words apart; nothing for words that cannot be read, for those are a title."""
        try:
            tokens = tokens_of(words, self._categories, today=self._today)
        except UserError:
            return []
        return [token for token in tokens if not isinstance(token, Gap)]

    def _says(self, words: str, *, in_any_year: bool = False) -> bool:
        """Tell whether words say nothing but categories, numbers and months (years begin titles)."""
        tokens = self._tokens(words)
        is_known = all(_is_known(token) or (in_any_year and isinstance(token, Time)) for token in tokens)
        return bool(tokens) and "《" not in words and is_known

    def _names(self, word: str) -> bool:
        return any(isinstance(token, Name) and token.category_ids for token in self._tokens(word))

    def _is_unit(self, word: str) -> bool:
        return bool(UNIT.fullmatch(word)) and not self._says(word)

    def _named(self, words: str) -> list[Named]:
        tokens = tokens_of(words, self._categories, today=self._today)
        self.times += [(each, words[each.start : each.end]) for each in tokens if isinstance(each, Time)]
        return named_from(settled(paired(tokens)), words)


def _is_known(token: Token) -> bool:
    if isinstance(token, Name):
        return bool(token.category_ids)
    return not isinstance(token, Time) or token.period.cadence is Cadence.MONTHLY


def _around(pieces: Sequence[str | Link]) -> list[str]:
    texts = [""]
    for piece in pieces:
        if isinstance(piece, Link):
            texts.append("")
        else:
            texts[-1] = piece
    return texts


def _titles(texts: Sequence[str]) -> list[str]:
    """Give each link its title: what stands before it, or after it where nothing is before the first."""
    plain = [title_of(text) for text in texts]
    if not plain[0]:
        return plain[1:]
    return [*plain[:-2], title_of(" ".join(plain[-2:]))]


def _with_titles(rows: Sequence[_Row]) -> list[_Row]:
    """Put the titles that have a line of their own to their links."""
    kept = list(rows)
    is_title, is_link = [bool(row.title) for row in rows], [bool(row.links) for row in rows]
    step = 1 if True in is_title and is_title.index(True) < is_link.index(True) else -1
    for at, row in enumerate(rows):
        beside = at + step
        if row.title and 0 <= beside < len(rows) and [link.title for link in kept[beside].links] == [""]:
            (link,) = kept[beside].links
            kept[beside] = replace(kept[beside], links=(replace(link, title=title_of(row.title)),))
            kept[at] = _Row()
    return kept


def _headed(rows: Sequence[_Row]) -> list[Named]:
    """Give each link the category it stands under."""
    found: list[Named] = []
    heading: Named | None = None
    for row in rows:
        names = [each for each in row.named if each.text]
        if row.title:
            found.append(Named((), row.title))
        if row.links and len(names) > 1:
            heading = _either(names)
        elif names:
            heading = names[-1]
        found += [each for each in row.named if each.said or not row.links]
        if row.links and heading in found and heading.said is None:
            found.remove(heading)
        found += [
            Named(heading.category_ids if heading else (), heading.text if heading else "", link)
            for link in row.links
        ]
    return _headed_late(found)


def _either(names: Sequence[Named]) -> Named:
    fitting = dict.fromkeys(category_id for each in names for category_id in each.category_ids)
    return Named(tuple(fitting), " ".join(dict.fromkeys(each.text for each in names)))


def _headed_late(found: list[Named]) -> list[Named]:
    last = found[-1]
    links = [each for each in found if isinstance(each.said, Link)]
    if last.said is None and last.category_ids and not any(each.text for each in links):
        return [
            replace(each, category_ids=last.category_ids, text=last.text) if each in links else each
            for each in found[:-1]
        ]
    return found
