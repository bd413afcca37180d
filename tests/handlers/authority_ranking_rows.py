"""Rows of the matrix: rankings, which everybody of an organisation may read."""

from services import sql
from tests.builders import a_quota, categories_of
from tests.handlers.authority import Pressed, Row, Said
from tests.handlers.authority_sets import HERE, READERS, STANDING, A
from tests.handlers.authority_world import UNIT, Asker, World

MEMBERS = (READERS | {Asker.OTHER_REPORTER}) - STANDING
ALL = MEMBERS | STANDING


async def _nothing_owed(world: World) -> None:
    """Have a unit whose target is zero, which only the whole list shows."""
    (nothing,) = (await categories_of(world.ids["a"], ["无任务"])).values()
    rows = await sql.fetch("SELECT id FROM unit WHERE name = '市教育局'")
    await a_quota(rows[0]["id"], nothing, 0)


RANK = Said("/rank")
RANKINGS = (
    Row("command rank", (RANK,), MEMBERS, UNIT, asked=STANDING),
    Row("command rank", (Said("排名 3月"),), MEMBERS, UNIT, at=HERE, asked=STANDING),
    Row("action rank.show", (RANK, Pressed("rank.show", A)), ALL, UNIT, at=HERE, by=Asker.STANDING),
    Row("action rank.whole", (RANK, Pressed("rank.whole")), ALL, UNIT, at=HERE, arrange=_nothing_owed),
    Row("action rank.unit", (RANK, Pressed("rank.unit")), ALL, UNIT, by=Asker.REPORTER),
)
