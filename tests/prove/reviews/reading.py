"""What a database holds of one organisation, in the model's own words, and what differs from the model."""

from collections import defaultdict
from typing import Any

from services import sql
from services.facts import ledger
from tests.prove.reviews.model import Model
from tests.prove.reviews.values import Name, Place, Step
from tests.prove.reviews.world import World


class Reader:
    """Reads again after every step; remembers the rows of the ledger and of the histories."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ledger: list[Any] = []
        self._steps: list[Any] = []
        self._units = {number: name for name, number in world.units.items()}
        self._categories = {number: name for name, number in world.categories.items()}
        self._people = {actor.member_id: person for person, actor in world.actors.items()}

    async def check(self, model: Model) -> None:
        """Compare everything; AssertionError for the first difference."""
        await self._check_reviews(model)
        await self._check_ledger(model)
        await self._check_evidence(model)

    def _name(self, source: str) -> Name:
        _, member, number = source.split("/")[:3]
        return self._people[int(member[1:])], int(number)

    def _place(self, row: dict[str, Any]) -> Place:
        unit, category = self._units[row["unit_id"]], self._categories[row["category_id"]]
        return Place(self._name(row["opening"]), unit, category, sql.get_day(row["month_on"]))

    async def _check_reviews(self, model: Model) -> None:
        rows = await sql.fetch(
            "SELECT r.* FROM review r JOIN unit u ON u.id = r.unit_id WHERE u.organisation_id = $1 "
            "ORDER BY r.id",
            self._world.organisation_id,
        )
        places = {row["id"]: self._place(row) for row in rows}
        self._world.note({place: number for number, place in places.items()})
        found = {places[row["id"]]: _step(row) for row in rows}
        wanted = {place: review.now for place, review in model.reviews.items()}
        assert found == wanted, _differences("reviews", found, wanted)
        await self._check_steps(model, places)

    async def _check_steps(self, model: Model, places: dict[int, Place]) -> None:
        rows = await sql.fetch(
            "SELECT s.* FROM review_step s JOIN review r ON r.id = s.review_id "
            "JOIN unit u ON u.id = r.unit_id WHERE u.organisation_id = $1 ORDER BY s.id",
            self._world.organisation_id,
        )
        assert rows[: len(self._steps)] == self._steps, "a step of a review was changed"
        self._steps = rows
        steps = defaultdict[Place, list[Step]](list)
        for row in rows:
            steps[places[row["review_id"]]].append(_step(row))
        wanted = {place: review.steps for place, review in model.reviews.items()}
        assert steps == wanted, _differences("histories", steps, wanted)

    async def _check_ledger(self, model: Model) -> None:
        rows = await sql.fetch(
            "SELECT s.* FROM submission s JOIN unit u ON u.id = s.unit_id WHERE u.organisation_id = $1 "
            "ORDER BY s.id",
            self._world.organisation_id,
        )
        assert rows[: len(self._ledger)] == self._ledger, "a row of the ledger was changed"
        self._ledger = rows
        facts = defaultdict[Place, tuple[int, int, int]](lambda: (0, 0, 0))
        for row in rows:
            facts[self._place(row)] = _plus(facts[self._place(row)], row)
        wanted = {
            place: (sums.count, sums.accepted, sums.errors)
            for report in model.reports.values()
            for place, sums in report.sums.items()
        }
        assert facts == wanted, _differences("reports", facts, wanted)
        tallies = await sql.fetch(
            "SELECT t.* FROM tally t JOIN unit u ON u.id = t.unit_id WHERE u.organisation_id = $1",
            self._world.organisation_id,
        )
        for row in tallies:
            total = (
                self._units[row["unit_id"]],
                self._categories[row["category_id"]],
                sql.get_day(row["month_on"]),
            )
            kept, added = _plus((0, 0, 0), row), model.tally(total)
            assert kept == added, f"{total}: the tally has {kept}, not {added}"
            assert 0 <= kept[1] <= kept[0], f"{total}: {kept[1]} of {kept[0]} are accepted"

    async def _check_evidence(self, model: Model) -> None:
        rows = await sql.fetch(
            "SELECT * FROM evidence WHERE member_id >= $1 AND member_id <= $2",
            *(min(self._people), max(self._people)),  # type: ignore[type-var]
        )
        found = {
            self._name(row["source"]): (
                self._name(row["opening"]),
                row["state"],
                row["kind"],
                self._units.get(row["unit_id"]),
                None if row["month_on"] is None else sql.get_day(row["month_on"]),
            )
            for row in rows
        }
        wanted = {
            each.source: (each.report, each.state, each.kind, each.unit, each.month)
            for each in model.exhibits.values()
        }
        assert found == wanted, _differences("evidence", found, wanted)


def _step(row: dict[str, Any]) -> Step:
    return Step(row["version"], row["state"], row["count"], row["accepted"], row["errors"], row["reason"])


def _plus(sums: tuple[int, int, int], row: dict[str, Any]) -> tuple[int, int, int]:
    return sums[0] + row["count"], sums[1] + row["accepted"], sums[2] + row["errors"]


def _differences(what: str, found: Any, wanted: Any) -> str:
    told = [
        f"{key}: {found.get(key)} instead of {wanted.get(key)}"
        for key in dict.fromkeys([*found, *wanted])
        if found.get(key) != wanted.get(key)
    ]
    return f"{what}: " + "; ".join(told)


async def rebuild() -> None:
    """Add the whole ledger up once more; AssertionError where the tally was not that."""
    assert await ledger.rebuild() == ()
