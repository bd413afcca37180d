"""How units end: retired, merged into another, and brought back; their history stays where it was counted."""

from services import sql
from services.arranging.units import UnitCard, change_active, get_card, touch
from services.audit import Deed, Entry
from services.core.access import Actor
from services.core.errors import UserError
from services.transaction import transact


class MergedIntoItself(UserError):
    """A unit cannot be merged into itself."""


class MergedElsewhere(UserError):
    """A unit is merged into one of another organisation."""


async def retire(actor: Actor, unit_id: int, deed: Deed) -> UnitCard:
    """Have a unit report no more from now on; what it owed and did stays readable."""

    async def change(before: UnitCard) -> Entry:
        await _end(unit_id, None, deed)
        return Entry("unit.retire", f"unit/{unit_id}", before.unit.name)

    return await change_active(actor, unit_id, deed, change)


async def merge(actor: Actor, unit_id: int, into_id: int, deed: Deed) -> UnitCard:
    """Merge a unit into another, whose card is returned.

    The names of the first mean the second from now on, its people serve the second, and the second runs its
    media accounts. What was counted for the first stays there, and what the second owes stays as it is.

    Raises:
        MergedIntoItself, MergedElsewhere, UnitNotActive: nothing is changed.
    """
    if unit_id == into_id:
        raise MergedIntoItself

    async def change(before: UnitCard) -> Entry:
        into = await get_card(actor, into_id)
        if into.unit.organisation_id != before.unit.organisation_id:
            raise MergedElsewhere
        await _end(unit_id, into_id, deed)
        await _hand_over_names(unit_id, into_id, before.unit.name)
        await _hand_over_people(unit_id, into_id)
        await _hand_over_accounts(unit_id, into_id)
        return Entry("unit.merge", f"unit/{unit_id}", before.unit.name, into.unit.name)

    async def work() -> UnitCard:
        await change_active(actor, into_id, deed, _nothing)  # it has to report itself
        await change_active(actor, unit_id, deed, change)
        return await get_card(actor, into_id)

    return await transact(work)


async def restore(actor: Actor, unit_id: int, deed: Deed) -> UnitCard:
    """Have a retired or merged unit report again.

    Its name means it again. People and other names that passed to another unit stay there.
    """

    async def work() -> UnitCard:
        card = await get_card(actor, unit_id)
        organisation_id = card.unit.organisation_id
        await touch(actor, organisation_id)
        came_back = await sql.execute(
            "UPDATE unit SET is_active = TRUE, retired_at = NULL, merged_into_id = NULL "
            "WHERE id = $1 AND NOT is_active",
            unit_id,
        )
        if came_back:
            await sql.execute(
                "DELETE FROM unit_alias WHERE name = $1 AND unit_id IN "
                "(SELECT id FROM unit WHERE organisation_id = $2)",
                card.unit.name,
                organisation_id,
            )
            await deed.record(Entry("unit.restore", f"unit/{unit_id}", after=card.unit.name), organisation_id)
        return await get_card(actor, unit_id)

    return await transact(work)


async def _nothing(_: UnitCard) -> None:
    return None


async def _end(unit_id: int, into_id: int | None, deed: Deed) -> None:
    await sql.execute(
        "UPDATE unit SET is_active = FALSE, retired_at = $1, merged_into_id = $2 WHERE id = $3",
        deed.now,
        into_id,
        unit_id,
    )


async def _hand_over_names(unit_id: int, into_id: int, name: str) -> None:
    await sql.execute(
        "INSERT INTO unit_alias (unit_id, name) SELECT $1, name FROM unit_alias WHERE unit_id = $2 "
        "ON CONFLICT (unit_id, name) DO NOTHING",
        into_id,
        unit_id,
    )
    await sql.execute("DELETE FROM unit_alias WHERE unit_id = $1", unit_id)
    await sql.execute(
        "INSERT INTO unit_alias (unit_id, name) VALUES ($1, $2) ON CONFLICT (unit_id, name) DO NOTHING",
        into_id,
        name,
    )


async def _hand_over_people(unit_id: int, into_id: int) -> None:
    """Bind whoever was bound to a unit to another; who serves that already keeps one binding."""
    await sql.execute(
        "DELETE FROM binding WHERE unit_id = $1 AND EXISTS (SELECT 1 FROM binding t WHERE t.unit_id = $2 "
        "AND t.member_id = binding.member_id AND t.role = binding.role)",
        unit_id,
        into_id,
    )
    await sql.execute("UPDATE binding SET unit_id = $2, scope = $2 WHERE unit_id = $1", unit_id, into_id)
    await sql.execute("UPDATE member SET chosen_unit_id = $2 WHERE chosen_unit_id = $1", unit_id, into_id)
    await sql.execute(
        "UPDATE invitation SET unit_id = $2 WHERE unit_id = $1 AND used_at IS NULL", unit_id, into_id
    )


async def _hand_over_accounts(unit_id: int, into_id: int) -> None:
    """Have another unit run the accounts of one; those that were deregistered stay its history."""
    await sql.execute(
        "UPDATE media_account SET unit_id = $2, version = version + 1 "
        "WHERE unit_id = $1 AND deregistered_on IS NULL",
        unit_id,
        into_id,
    )
