"""Which evidence the reports of a category need, and what one of them still lacks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from models.enums import EvidenceKind, ReviewRule


@dataclass(frozen=True, slots=True)
class Lack:
    """What a report still lacks: each of ``kinds`` in official order, or (``is_any``) one of them."""

    kinds: tuple[EvidenceKind, ...] = ()
    is_any: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.kinds)


NOTHING_LACKING = Lack()


@dataclass(frozen=True, slots=True)
class Requirement:
    """When reports of a category are accepted, and which evidence each of them needs."""

    rule: ReviewRule = ReviewRule.AUTO
    kinds: tuple[EvidenceKind, ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether a report may lack anything."""
        return bool(self.kinds) or self.rule is ReviewRule.ON_EVIDENCE

    def lack(self, present: Collection[EvidenceKind]) -> Lack:
        """Tell what a report lacks that has evidence of these kinds.

        Where no kind is required, what is accepted on evidence needs any.
        """
        if self.kinds:
            return Lack(tuple(kind for kind in self.kinds if kind not in present))
        return NOTHING_LACKING if present or not self.asks else Lack(tuple(EvidenceKind), is_any=True)


def joined(lacks: Iterable[Lack]) -> Lack:
    """Give what a report lacks in all of its categories; what is satisfied with any kind gives way."""
    found = tuple(lacks)
    named = in_order(kind for lack in found if not lack.is_any for kind in lack.kinds)
    return Lack(named) if named else next(filter(None, found), NOTHING_LACKING)


def read_kinds(stored: str) -> tuple[EvidenceKind, ...]:
    """Read kinds as they are stored: ``"picture link"``; ValueError for what is none."""
    return in_order(EvidenceKind(word) for word in stored.split())


def write_kinds(kinds: Iterable[EvidenceKind]) -> str:
    """Write kinds as they are stored, one way for each set of them."""
    return " ".join(kind.value for kind in in_order(kinds))


def in_order(kinds: Iterable[EvidenceKind]) -> tuple[EvidenceKind, ...]:
    """Give each kind once, in official order."""
    wanted = set(kinds)
    return tuple(kind for kind in EvidenceKind if kind in wanted)
