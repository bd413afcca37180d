"""Places among units: on exact fractions, ties numbered as the office wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.enums import Ties


@dataclass(frozen=True, slots=True)
class Contender:
    """A unit with what it has done and what it owes; ``position`` is its place in the official order.

    ``target`` None is exempt.
    """

    unit_id: int
    division: str
    position: int
    done: int
    target: int | None

    @property
    def completion(self) -> Fraction | None:
        """Give done ÷ target, exactly; None where nothing is owed, or nothing but zero."""
        return Fraction(self.done, self.target) if self.target else None


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit with its place."""

    contender: Contender
    completion: Fraction
    place: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units from the best to the worst, ties in official order; the ``unplaced`` owe nothing."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Contender, ...] = ()

    def first(self, count: int) -> tuple[Placed, ...]:
        """List the best ``count`` units and everybody tied with the last of them (含并列)."""
        if count < 1 or not self.placed:
            return ()
        cut = self.placed[min(count, len(self.placed)) - 1].completion
        return tuple(each for each in self.placed if each.completion >= cut)

    def last(self, count: int) -> tuple[Placed, ...]:
        """List the worst ``count`` units from the worst up, and everybody tied with the last of them.

        Inside a tie the official order stays.
        """
        if count < 1 or not self.placed:
            return ()
        cut = self.placed[-min(count, len(self.placed))].completion
        lagging = [each for each in self.placed if each.completion <= cut]
        return tuple(sorted(lagging, key=lambda each: each.completion))


def rank(contenders: Iterable[Contender], ties: Ties = Ties.COMPETITION) -> Ranking:
    """Rank units by completion, all in one list."""
    official = sorted(contenders, key=lambda each: (each.position, each.unit_id))
    rated = [(each, each.completion) for each in official]
    entered = [(each, completion) for each, completion in rated if completion is not None]
    numbered = places([completion for _, completion in entered], ties)
    placed = [
        Placed(each, completion, place) for (each, completion), place in zip(entered, numbered, strict=True)
    ]
    return Ranking(
        tuple(sorted(placed, key=lambda each: -each.completion)),
        tuple(each for each, completion in rated if completion is None),
    )


def rank_divisions(
    contenders: Iterable[Contender], ties: Ties = Ties.COMPETITION
) -> tuple[tuple[str, Ranking], ...]:
    """Rank each division by itself (乡镇, 部门), in the official order of their first units."""
    divisions: dict[str, list[Contender]] = {}
    for each in sorted(contenders, key=lambda each: (each.position, each.unit_id)):
        divisions.setdefault(each.division, []).append(each)
    return tuple((division, rank(members, ties)) for division, members in divisions.items())


def places(completions: Sequence[Fraction], ties: Ties) -> tuple[int, ...]:
    """Number completions given in official order, the highest first; RUNNING keeps it inside a tie."""
    order = sorted(range(len(completions)), key=lambda at: -completions[at])
    found = [0] * len(completions)
    place = distinct = 0
    for running, at in enumerate(order, start=1):
        is_tied = running > 1 and completions[order[running - 2]] == completions[at]
        distinct += not is_tied
        if ties is Ties.RUNNING or not is_tied:
            place = distinct if ties is Ties.DENSE else running
        found[at] = place
    return tuple(found)
