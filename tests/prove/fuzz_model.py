"""The other account of what counts: only from what people read in their receipts."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.views.figures import period_name
from locales import Catalogue, Texts
from services import sql
from services.core.period import Period
from services.facts import ledger

Place = tuple[str, str, str]
"""Unit, month and category, by the words that people read."""

_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")


class Grammar:
    """How one language says that something counts."""

    def __init__(self, texts: Texts) -> None:
        self.received = _pattern(texts, "report.received", "unit", "month")
        self.corrected = _pattern(texts, "report.corrected", "unit", "month")
        self.withdrawn = _pattern(texts, "report.withdrawn", "place")
        self.none = _pattern(texts, "report.change.none", "after")
        self.both = _pattern(texts, "report.change.both", "before", "after")
        self.line = _pattern(texts, "report.line", "category", "change", "figure")
        self.late = texts("report.late")
        every = [Period.of_month(year, month) for year in (2023, 2024, 2025) for month in range(1, 13)]
        self.months = {period_name(month, texts): str(month) for month in every}

    def head(self, line: str) -> tuple[str, str, bool] | None:
        """Read unit, month and whether it corrects off the first line of a receipt."""
        for pattern, corrects in ((self.received, False), (self.corrected, True)):
            found = pattern.fullmatch(line.removesuffix(self.late))
            if found and found["month"] in self.months:
                return found["unit"], self.months[found["month"]], corrects
        return None

    def change(self, line: str, categories: frozenset[str]) -> tuple[str, int] | None:
        """Read a category and what was added to it off another line."""
        for category in categories:
            if line.startswith(f"{category} ") and (found := self.line.fullmatch(line)):
                said = line.removeprefix(f"{category} ").split(" → ")[0].strip()
                if re.fullmatch(r"[+−][0-9]+", said):
                    return category, int(said.replace("−", "-"))
                if both := self.both.fullmatch(said):
                    return category, int(both["after"]) - int(both["before"])
                if self.none.fullmatch(said):
                    return category, 0
                raise AssertionError(f"an unknown change {said!r} in {found[0]!r}")
        return None


def _pattern(texts: Texts, key: str, *names: str) -> re.Pattern[str]:
    marked = texts(key, **{name: f"{{{name}}}" for name in names})
    return re.compile(_PLACEHOLDER.sub(r"(?P<\1>.+)", re.escape(marked)))


@dataclass
class Told:
    """What the receipts have said so far, by the message that opened each report."""

    categories: frozenset[str]
    openings: dict[str, Counter[Place]] = field(default_factory=dict)
    receipts: int = 0
    withdrawals: int = 0
    grammars: tuple[Grammar, ...] = tuple(Grammar(texts) for texts in Catalogue.load().languages.values())

    def hear(self, text: str, opening: str | None, pressed: Mapping[str, str]) -> None:
        """Take a message: ``opening`` is its button's for taking back, ``pressed`` what led to it."""
        first, *rest = text.split("\n")
        for grammar in self.grammars:
            if opening is not None and (head := grammar.head(first)) is not None:
                self._count(opening, grammar, head, rest)
                return
            if pressed.get("action") == "report.withdraw" and grammar.withdrawn.fullmatch(first):
                self.openings[pressed["opening"]].clear()
                self.withdrawals += 1
                return

    def _count(self, opening: str, grammar: Grammar, head: tuple[str, str, bool], lines: list[str]) -> None:
        unit, month, corrects = head
        self.receipts += 1
        counts = self.openings.setdefault(opening, Counter())
        if corrects:  # what it counted for elsewhere was taken back
            for place in [place for place in counts if place[:2] != (unit, month)]:
                del counts[place]
        else:
            assert not counts, f"{opening} was received twice"
        for line in lines:
            if not line:
                break
            change = grammar.change(line, self.categories)
            assert change is not None, f"a line that says nothing: {line!r}"
            counts[unit, month, change[0]] += change[1]

    @property
    def total(self) -> dict[Place, int]:
        """What has to be counted where, without zeros."""
        added: Counter[Place] = Counter()
        for counts in self.openings.values():
            for place, count in counts.items():
                added[place] += count
        return {place: count for place, count in added.items() if count}


async def differences(told: Told) -> list[str]:
    """Compare the receipts with the tally and the ledger, place by place and message by message."""
    found = [f"{one} is not the ledger's sum" for one in await ledger.rebuild()]
    counted, wanted = await _counted("tally"), told.total
    if counted != wanted:
        found.append(f"counted {sorted(counted.items() - wanted.items())}")
        found.append(f"told {sorted(wanted.items() - counted.items())}")
    for opening, counts in told.openings.items():
        wanted = {place: count for place, count in counts.items() if count}
        if (really := await _counted("submission", opening)) != wanted:
            found.append(f"{opening} counts {really}, told {wanted}")
    rows = await sql.fetch("SELECT DISTINCT opening FROM submission WHERE opening <> ''")
    if silent := {row["opening"] for row in rows} - told.openings.keys():
        found.append(f"counted without a receipt: {sorted(silent)}")
    return found


async def _counted(table: str, opening: str | None = None) -> dict[Place, int]:
    where = "" if opening is None else "WHERE t.opening = $1 "
    rows = await sql.fetch(
        "SELECT u.name AS unit, c.name AS category, t.month_on, SUM(t.count) AS count "
        f"FROM {table} t JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id {where}"
        "GROUP BY u.name, c.name, t.month_on HAVING SUM(t.count) <> 0",
        *([] if opening is None else [opening]),
    )
    return {
        (row["unit"], sql.get_day(row["month_on"]).strftime("%Y-%m"), row["category"]): int(row["count"])
        for row in rows
    }
