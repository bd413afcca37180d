"""The categories of an organisation, as people call them."""

from services import sql
from services.core.categories import CategoryIndex, CategoryName
from services.name_forms import readings


class CategoryNames:
    """Every organisation's categories, read again only when the organisation's version has moved on."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, CategoryIndex]] = {}

    async def get(self, organisation_id: int) -> CategoryIndex:
        """Give an organisation's categories; LookupError when there is no such organisation."""
        rows = await sql.fetch("SELECT version FROM organisation WHERE id = $1", organisation_id)
        if not rows:
            raise LookupError(organisation_id)
        version, kept = rows[0]["version"], self._kept.get(organisation_id)
        if kept is None or kept[0] != version:
            kept = self._kept[organisation_id] = version, await _read(organisation_id)
        return kept[1]


async def _read(organisation_id: int) -> CategoryIndex:
    rows = await sql.fetch(
        "SELECT id, name, division FROM category WHERE organisation_id = $1 ORDER BY position, id",
        organisation_id,
    )
    return CategoryIndex((CategoryName(row["id"], row["name"], row["division"]) for row in rows), readings)
