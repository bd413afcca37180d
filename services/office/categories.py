"""The categories of an organisation, as people call them."""

from services import sql
from services.core.categories import CategoryIndex, CategoryName
from services.core.period import Period
from services.core.platforms import counts_media
from services.office.name_forms import readings


class CategoryNames:
    """Every organisation's categories, read again only when the organisation's version has moved on."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, CategoryIndex]] = {}

    async def get(self, organisation_id: int) -> CategoryIndex:
        """Give an organisation's categories; LookupError when there is no such organisation."""
        rows = await sql.look_up("SELECT version FROM organisation WHERE id = $1", organisation_id)
        if not rows:
            raise LookupError(organisation_id)
        version, kept = rows[0]["version"], self._kept.get(organisation_id)
        if kept is None or kept[0] != version:
            kept = self._kept[organisation_id] = version, await _read(organisation_id)
        return kept[1]


async def find_media_category(organisation_id: int) -> CategoryName | None:
    """Give the category in which posts of official accounts count (新媒体), None where there is none.

    Of several the one with targets per account, else the first one.
    """
    rows = await sql.look_up(
        "SELECT c.id, c.name, c.division, EXISTS "
        "(SELECT 1 FROM quota q WHERE q.category_id = c.id AND q.is_per_account) AS is_per_account "
        "FROM category c WHERE c.organisation_id = $1 ORDER BY c.position, c.id",
        organisation_id,
    )
    named = [row for row in rows if counts_media(row["name"])]
    row = next((row for row in named if row["is_per_account"]), named[0] if named else None)
    return None if row is None else CategoryName(row["id"], row["name"], row["division"])


async def _read(organisation_id: int) -> CategoryIndex:
    rows = await sql.fetch(
        "SELECT id, name, division FROM category WHERE organisation_id = $1 ORDER BY position, id",
        organisation_id,
    )
    return CategoryIndex((CategoryName(row["id"], row["name"], row["division"]) for row in rows), readings)


async def find_last_reported(member_id: int | None, unit_id: int, month: Period) -> int | None:
    """Find the category that a person reported last for a unit, for a month or the two before."""
    rows = await sql.look_up(
        "SELECT category_id FROM submission WHERE unit_id = $1 AND month_on >= $2 AND member_id = $3 "
        "AND count > 0 ORDER BY id DESC LIMIT 1",
        *(unit_id, month.previous().previous().starts_on, member_id),
    )
    return rows[0]["category_id"] if rows else None
