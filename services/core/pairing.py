"""Which number belongs to which name: what stands closer together belongs together first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from services.core.tokens import GLUED, LINE, Gap, Name, Number, Token


@dataclass(frozen=True, slots=True)
class Said:
    """A name, a number, or both."""

    name: Name | None
    number: Number | None

    @property
    def is_open(self) -> bool:
        """Tell whether the one or the other is missing."""
        return self.name is None or self.number is None


def paired(tokens: Sequence[Token], width: int = LINE) -> list[Said]:
    """Pair names with numbers: those written together, then those that a space, a comma, a line parts.

    Names come first (动态 3 法定 1) or numbers do (3条动态 1条法定); else nothing is paired.
    """
    if width == GLUED:
        return _glued([token for token in tokens if isinstance(token, Name | Number)])
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if isinstance(token, Gap) and token.width == width:
            parts.append([])
        else:
            parts[-1].append(token)
    return _joined(said for part in parts for said in paired(part, width - 1))


def settled(pieces: Iterable[Said]) -> list[Said]:
    """Give up on numbers that stand before names unpaired: 3 动态 1 is one unknown name."""
    found: list[Said] = []
    for is_open, run in groupby(pieces, key=lambda said: said.is_open):
        members = list(run)
        is_unclear = is_open and members[0].name is None and any(said.name for said in members)
        found += [_unknown(members)] if is_unclear else members
    return found


def _glued(words: list[Name | Number]) -> list[Said]:
    pieces = [Said(word, None) if isinstance(word, Name) else Said(None, word) for word in words]
    names_meet = any(a.name and b.name for a, b in pairwise(pieces))
    is_even = len(pieces) % 2 == 0
    is_partly_unknown = any(said.name and not said.name.category_ids for said in pieces) and not is_even
    if len(pieces) > 1 and (names_meet or is_partly_unknown):
        return [_unknown(pieces)]
    is_bare = any(said.number and not said.number.is_measured for said in pieces)
    if pieces and pieces[0].name is None and is_bare:  # 3动态 is left to what stands around it
        return pieces
    return _joined(pieces)


def _joined(pieces: Iterable[Said]) -> list[Said]:
    found: list[Said] = []
    for is_open, run in groupby(pieces, key=lambda said: said.is_open):
        members = list(run)
        found += _run_joined(members) if is_open else members
    return found


def _run_joined(run: list[Said]) -> list[Said]:
    if run[0].name is None:
        numbers, names = run[::2], run[1::2]
        fits = (
            len(numbers) == len(names) and all(said.number for said in numbers) and all(s.name for s in names)
        )
        return [Said(b.name, a.number) for a, b in zip(numbers, names, strict=True)] if fits else run
    found: list[Said] = []
    for said in run:
        if said.name is None and found[-1].number is None:
            found[-1] = Said(found[-1].name, said.number)
        else:
            found.append(said)
    return found


def _unknown(pieces: Sequence[Said]) -> Said:
    words = [word for said in pieces for word in (said.name, said.number) if word]
    return Said(Name(min(word.start for word in words), max(word.end for word in words), ()), None)
