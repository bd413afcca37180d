"""What a database and a chat hold, against what the model says they must."""

import re
from collections import Counter
from typing import Any

from tests.prove.machine.model import Model
from tests.prove.machine.office import MONTHLY, QUOTAS, YEARLY
from tests.prove.machine.values import Answer, Changed, Fact, Name, Place
from tests.prove.machine.world import Row, World

TAGS = re.compile(r"<[^>]+>")
LINE = re.compile(
    r"^(?P<category>\S+) (?:(?P<added>[+−]\d+)|由 (?P<before>\d+) 改为 (?P<now>\d+)|仍为 (?P<same>\d+))"
    r" → \D*(?P<figure>\d+)",
    re.MULTILINE,
)


class Books:
    """One database's ledger as it was read last."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.units, self.categories = world.read_names("unit"), world.read_names("category")
        self.members = world.read_members()
        self._rows: list[Row] = []
        self._pages: dict[str, int] = {"": 0}

    def name_of(self, opening: str) -> Name:
        """Give the message that an opening or a source is called after."""
        _, place, number, *_ = opening.split("/")
        return self.members[int(place[1:])] if place.startswith("m") else int(place), int(number)

    def check(self, model: Model) -> None:
        """Compare everything; AssertionError for the first difference."""
        self.members = self.world.read_members()
        before, rows = self._rows, self.world.read_ledger()
        assert rows[: len(before)] == before, "rows of the ledger were changed"
        self._rows = rows
        added = Counter(map(self._said, rows[len(before) :]))
        wanted = Counter(map(_wanted, model.facts[len(before) :]))
        assert added == wanted, f"the ledger has {added - wanted}, not {wanted - added}"
        assert len({row.source for row in rows}) == len(rows), "a source counts twice"
        tallies = {
            (self.units[unit], self.categories[category], month): count
            for (unit, category, month), count in self.world.read_tallies().items()
        }
        assert tallies == model.tallies(), f"tallies {tallies} are not {model.tallies()}"
        assert self._openings(rows) == {
            (name, place): count
            for name, opening in model.openings.items()
            for place, count in opening.left.items()
        }, "a message counts for something else"
        faults = self.world.faults()
        assert not faults, faults

    def _openings(self, rows: list[Row]) -> dict[tuple[Name, Place], int]:
        found: Counter[tuple[Name, Place]] = Counter()
        for row in rows:
            found[self.name_of(row.opening), self._place(row)] += row.count
        return {key: count for key, count in found.items() if count}

    def _place(self, row: Row) -> Place:
        if row.page not in self._pages:
            self._pages[row.page] = int(row.address.rsplit("/", 1)[1].removesuffix(".html"))
        unit, category = self.units[row.unit_id], self.categories[row.category_id]
        return Place(unit, category, row.month_on, self._pages[row.page])

    def _said(self, row: Row) -> tuple[Any, ...]:
        opening, by = self.name_of(row.opening), self.name_of(row.source)
        return opening, self._place(row), row.count, row.is_late, row.member, by


def _wanted(fact: Fact) -> tuple[Any, ...]:
    return fact.opening, fact.place, fact.count, fact.is_late, fact.member, fact.by


def check_receipt(text: str, answer: Answer, model: Model) -> None:
    """Compare the figures of a receipt."""
    plain = TAGS.sub("", text)
    shown = {line["category"]: line for line in LINE.finditer(plain)}
    assert set(shown) == {change.category for change in answer.changes}, f"{plain!r}: {answer.changes}"
    assert ("逾期" in plain.splitlines()[0]) == answer.is_late, plain
    assert answer.unit in plain.splitlines()[0], plain
    for change in answer.changes:
        line = shown[change.category]
        said = {
            key: int(line[key].replace("−", "-")) for key in ("added", "before", "now", "same") if line[key]
        }
        assert said.get("added", change.difference) == change.difference, plain
        assert said.get("before", change.after - change.difference) == change.after - change.difference, plain
        assert said.get("now", change.after) == said.get("same", change.after) == change.after, plain
        assert int(line["figure"]) == _figure(change, answer, model), plain


def _figure(change: Changed, answer: Answer, model: Model) -> int:
    """Give what a receipt shows: the month's count, or the year's so far where only the year owes."""
    assert answer.month is not None
    cadence, _ = QUOTAS.get((answer.unit, change.category), (MONTHLY, 0))
    if cadence != YEARLY:
        return change.after
    months = [answer.month.replace(month=number) for number in range(1, answer.month.month + 1)]
    return sum(model.tally(answer.unit, change.category, month) for month in months)
