"""People: who they are to the organisations, and the language they chose."""

import datetime as dtm
from dataclasses import replace

from models.enums import Language, Role
from services import audit, sql
from services.core.access import Actor, Binding, Permission
from services.office import organisations
from services.transaction import transact


async def get_actor(
    telegram_id: int, name: str, guessed: Language | None, *, is_deployment_administrator: bool
) -> Actor:
    """Return the person with every binding, in one query; unknown people come without any.

    Args:
        telegram_id: who sent the update.
        name: the name they show.
        guessed: the language of their Telegram, used until they choose one; None, where it tells none, is
            their organisation's.
        is_deployment_administrator: the settings name them, so they administer every organisation.
    """
    rows = await sql.look_up(
        "SELECT m.id AS member_id, m.language, m.is_founder, b.organisation_id, b.unit_id, b.role, "
        "o.language AS office_language "
        "FROM member m LEFT JOIN binding b ON b.member_id = m.id LEFT JOIN unit u ON u.id = b.unit_id "
        "LEFT JOIN organisation o ON o.id = b.organisation_id "
        "WHERE m.telegram_id = $1 ORDER BY b.organisation_id, u.position, b.id",
        telegram_id,
    )
    bindings = [
        Binding(row["organisation_id"], row["unit_id"], Role(row["role"])) for row in rows if row["role"]
    ]
    if is_deployment_administrator:
        everywhere = await sql.look_up("SELECT id FROM organisation ORDER BY id")
        bindings += [Binding(row["id"], None, Role.ADMINISTRATOR) for row in everywhere]
    chosen = rows[0]["language"] if rows else None
    office = rows[0]["office_language"] if rows else None
    return Actor(
        telegram_id=telegram_id,
        member_id=rows[0]["member_id"] if rows else None,
        name=name,
        language=Language(chosen) if chosen else guessed or Language(office or Language.CHINESE),
        bindings=tuple(bindings),
        administers_deployment=is_deployment_administrator,
        is_founder=bool(rows and rows[0]["is_founder"]),
    )


async def remember(telegram_id: int) -> int:
    """Return the member's id, writing the person down at the first time."""
    await sql.execute("INSERT INTO member (telegram_id) VALUES ($1) ON CONFLICT DO NOTHING", telegram_id)
    rows = await sql.fetch("SELECT id FROM member WHERE telegram_id = $1", telegram_id)
    return int(rows[0]["id"])


async def bind(
    telegram_id: int, organisation_id: int, unit_id: int | None, role: Role, now: dtm.datetime
) -> None:
    """Give a person a role for a unit, or for the organisation as a whole; again changes nothing."""
    member_id = await remember(telegram_id)
    await sql.execute(
        "INSERT INTO binding (member_id, organisation_id, unit_id, scope, role, bound_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (member_id, organisation_id, scope, role) DO NOTHING",
        member_id,
        organisation_id,
        unit_id,
        unit_id or 0,
        role.value,
        now,
    )


async def name_member(telegram_id: int, name: str) -> None:
    """Keep the name a person shows, by which the office knows them in its list."""
    await sql.execute("UPDATE member SET name = $1 WHERE telegram_id = $2", name, telegram_id)


async def unbind(member_id: int, binding_id: int) -> None:
    """Take a role from a person, in the caller's transaction; a unit they leave is chosen no more."""
    await sql.execute(
        "UPDATE member SET chosen_unit_id = NULL WHERE id = $1 "
        "AND chosen_unit_id = (SELECT unit_id FROM binding WHERE id = $2)",
        member_id,
        binding_id,
    )
    await sql.execute("DELETE FROM binding WHERE id = $1 AND member_id = $2", binding_id, member_id)


async def choose_unit(actor: Actor, unit_id: int) -> None:
    """Remember which of a person's units they report for until they choose another.

    Raises:
        UnitGone: there is no such unit.
        NotPermitted: it is not one that they may report for.
    """
    unit = await organisations.get_unit(unit_id)
    actor.require(Permission.REPORTS_SUBMIT, organisation_id=unit.organisation_id, unit_id=unit.id)
    member_id = await remember(actor.telegram_id)
    await sql.execute("UPDATE member SET chosen_unit_id = $1 WHERE id = $2", unit.id, member_id)


async def find_chosen_unit(actor: Actor) -> int | None:
    """Give the unit that a person chose last, None where they have not or may not report for it any more."""
    rows = await sql.fetch(
        "SELECT u.id, u.organisation_id FROM member m JOIN unit u ON u.id = m.chosen_unit_id "
        "WHERE m.telegram_id = $1",
        actor.telegram_id,
    )
    if not rows:
        return None
    unit_id, organisation_id = rows[0]["id"], rows[0]["organisation_id"]
    may = actor.may(Permission.REPORTS_SUBMIT, organisation_id=organisation_id, unit_id=unit_id)
    return int(unit_id) if may else None


async def introduce(actor: Actor) -> Actor:
    """Return the person with a row of their own, which whoever changes anything needs."""
    if actor.member_id is not None:
        return actor
    return replace(actor, member_id=await remember(actor.telegram_id))


async def change_language(actor: Actor, language: Language, *, source: str, now: dtm.datetime) -> None:
    """Set the language a person is answered in."""
    actor.require(Permission.LANGUAGE_CHANGE)

    async def work() -> None:
        member_id = await remember(actor.telegram_id)
        rows = await sql.fetch("SELECT language FROM member WHERE id = $1", member_id)
        before = rows[0]["language"] or actor.language.value
        await sql.execute("UPDATE member SET language = $1 WHERE id = $2", language.value, member_id)
        await audit.record(
            audit.Entry("member.language", f"member/{member_id}", before, language.value),
            member_id=member_id,
            source=source,
            now=now,
        )

    await transact(work)
