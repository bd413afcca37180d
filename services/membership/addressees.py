"""Who of a unit or of an office can be told something in private."""

from dataclasses import dataclass

from models.enums import Language, Role
from services import sql


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to be told; ``chat`` is their private one."""

    member_id: int
    chat: int
    language: Language


async def list_reporters(unit_id: int) -> tuple[Addressee, ...]:
    """List a unit's reporters who can be told something in private."""
    return await _list_bound("unit_id", unit_id, Role.REPORTER)


async def list_administrators(organisation_id: int) -> tuple[Addressee, ...]:
    """List an organisation's administrators who can be told something in private."""
    return await _list_bound("organisation_id", organisation_id, Role.ADMINISTRATOR)


async def _list_bound(column: str, wanted: int, role: Role) -> tuple[Addressee, ...]:
    rows = await sql.fetch(
        "SELECT m.id, m.telegram_id, m.language FROM binding b JOIN member m ON m.id = b.member_id "
        f"WHERE b.{column} = $1 AND b.role = $2 AND m.telegram_id IS NOT NULL ORDER BY m.id",
        wanted,
        role.value,
    )
    return tuple(
        Addressee(row["id"], row["telegram_id"], Language(row["language"] or Language.CHINESE))
        for row in rows
    )
