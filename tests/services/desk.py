"""A reporter's desk for tests: messages by number, and what the database holds afterwards."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services import sql
from services.core.access import Actor
from services.core.drafts import Draft
from services.core.occasion import Occasion
from services.membership import members
from services.reporting.outcomes import Outcome
from services.reporting.reports import Reports
from services.reporting.revisions import Revisions
from tests.builders import emeishan

TODAY = dtm.date(2024, 3, 20)


@dataclass
class Desk:
    """One office with its reports; ``today`` may be moved."""

    organisation_id: int
    units: Mapping[str, int]
    categories: Mapping[str, int]
    reports: Reports = field(default_factory=Reports)
    today: dtm.date = TODAY
    number: int = 0

    def occasion(self, *, number: int = 0, minutes: int = 0, **more: object) -> Occasion:
        """Make the occasion of the next message, or of one sent before; an hour lies between two."""
        self.number += 1
        number = number or self.number
        at = dtm.datetime.combine(self.today, dtm.time(1), dtm.UTC) + dtm.timedelta(
            minutes=minutes or 11 * self.number
        )
        return replace(Occasion(f"message/m1/{number}", at, self.today), **more)  # type: ignore[arg-type]

    async def say(self, actor: Actor, text: str, **more: object) -> Outcome:
        """Report by a new message."""
        return await self.reports.submit(actor, text, self.occasion(**more))  # type: ignore[arg-type]

    async def go(self, actor: Actor, draft: Draft) -> Outcome:
        """Go on with a draft by a press."""
        return await self.reports.advance(actor, draft, self.occasion())

    @property
    def revisions(self) -> Revisions:
        return Revisions(self.reports)

    def category(self, words: str) -> int:
        return next(key for name, key in self.categories.items() if words in name)


async def a_desk() -> Desk:
    """Open a desk in 峨眉山市; the member 1 is the builders' person."""
    await members.remember(7001)
    return Desk(*await emeishan())


async def tallies() -> dict[tuple[str, str, int], int]:
    """What is counted, by unit, category and month, without zeros."""
    rows = await sql.fetch(
        "SELECT u.name AS unit, c.name AS category, t.month_on, t.count FROM tally t "
        "JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id WHERE t.count <> 0"
    )
    return {(row["unit"], row["category"], sql.get_day(row["month_on"]).month): row["count"] for row in rows}


async def facts() -> list[tuple[str, str, int]]:
    """The ledger in order: source, opening, count."""
    rows = await sql.fetch("SELECT source, opening, count FROM submission ORDER BY id")
    return [(row["source"], row["opening"], row["count"]) for row in rows]


async def audited() -> list[tuple[str, str]]:
    """The audit in order: action and subject."""
    rows = await sql.fetch("SELECT action, subject FROM audit_entry ORDER BY id")
    return [(row["action"], row["subject"]) for row in rows]
