"""Sending after a restore: what had not gone out by then waits until an administrator decides."""

import datetime as dtm
from collections.abc import Collection
from dataclasses import dataclass

from models.enums import Language, OutboxState, Role
from services import audit, sql
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.membership import members
from services.office import organisations
from services.transaction import transact

SUBJECT = "sending"


class SendingGoesOn(UserError):
    """Sending is not paused, or somebody else has decided already."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when sending is paused, and how many old calls wait for a decision."""

    paused_at: dtm.datetime
    held: int


@dataclass(frozen=True, slots=True)
class Addressee:
    """An administrator to be told; ``chat`` is their private one."""

    member_id: int
    chat: int
    language: Language


def pausing(now: dtm.datetime) -> tuple[tuple[str, tuple[object, ...]], ...]:
    """Give the statements that hold what waits and pause sending, for a database that is being restored.

    What was on the wire is held too: in the meantime it has very likely arrived.
    """
    states = OutboxState.HELD.value, OutboxState.PENDING.value, OutboxState.WIRE.value
    return (
        ("UPDATE outbox SET state = $1 WHERE state IN ($2, $3)", states),
        ("UPDATE deployment SET sending_paused_at = $1", (now,)),
    )


async def find_pause() -> Pause | None:
    """Return the pause, None while sending goes on."""
    rows = await sql.look_up("SELECT sending_paused_at FROM deployment WHERE sending_paused_at IS NOT NULL")
    if not rows:
        return None
    paused_at = rows[0]["sending_paused_at"]
    if isinstance(paused_at, str):  # SQLite stores text; ours is always UTC
        paused_at = dtm.datetime.fromisoformat(paused_at)
    held = await sql.fetch("SELECT count(*) AS held FROM outbox WHERE state = $1", OutboxState.HELD.value)
    return Pause(paused_at, int(held[0]["held"]))


class PauseWatch:
    """Asks the database whether sending is paused only until it once was not.

    Only a restore pauses, and nothing is restored while the bot runs.
    """

    def __init__(self) -> None:
        self.is_over = False

    async def find(self, actor: Actor) -> Pause | None:
        """Return the pause if there is one that this person may end."""
        if self.is_over:
            return None
        pause = await find_pause()
        self.is_over = pause is None
        return pause if pause is not None and await may_resume(actor) else None


async def may_resume(actor: Actor) -> bool:
    """Tell whether a person may decide for the whole deployment: they administer all there is."""
    if actor.administers_deployment:
        return True
    known = await organisations.list_organisations()
    return bool(known) and all(actor.may(Permission.SENDING_RESUME, organisation_id=one.id) for one in known)


async def _require(actor: Actor) -> None:
    """Raise unless ``may_resume``: one organisation's administrator does not decide for another's."""
    if actor.administers_deployment:
        return
    for one in await organisations.list_organisations():
        actor.require(Permission.SENDING_RESUME, organisation_id=one.id)
    if not actor.bindings:
        raise actor.why_nowhere()


async def release(actor: Actor, *, source: str, now: dtm.datetime) -> int:
    """Let everything go out that was held, and end the pause; return how many calls that are.

    Raises:
        SendingGoesOn: there is no pause any more.
    """
    await _require(actor)
    return await _end(actor, "sending.release", OutboxState.PENDING, source=source, now=now)


async def discard(actor: Actor, *, source: str, now: dtm.datetime) -> int:
    """Give up everything that was held, and end the pause; return how many calls that are.

    Raises:
        SendingGoesOn: there is no pause any more.
    """
    await _require(actor)
    return await _end(actor, "sending.discard", OutboxState.DEAD, source=source, now=now)


async def _end(actor: Actor, action: str, becomes: OutboxState, *, source: str, now: dtm.datetime) -> int:
    async def work() -> int:
        # Of two who decide at once the second finds nothing to end.
        ended = await sql.execute(
            "UPDATE deployment SET sending_paused_at = NULL WHERE sending_paused_at IS NOT NULL"
        )
        if not ended:
            raise SendingGoesOn
        is_dead = becomes is OutboxState.DEAD
        touched = await sql.execute(
            "UPDATE outbox SET state = $1, not_before_at = NULL, finished_at = $2, problem = $3 "
            "WHERE state = $4",
            becomes.value,
            now if is_dead else None,
            "discarded after a restore" if is_dead else "",
            OutboxState.HELD.value,
        )
        await audit.record(
            audit.Entry(action, SUBJECT, OutboxState.HELD.value, {becomes.value: touched}),
            member_id=actor.member_id,
            source=source,
            now=now,
        )
        return touched

    return await transact(work)


async def list_addressees(administrators: Collection[int]) -> tuple[Addressee, ...]:
    """List whom to tell: those the settings name, and who administers every organisation there is."""
    for telegram_id in sorted(administrators):
        await members.remember(telegram_id)
    rows = await sql.fetch(
        "SELECT m.id, m.telegram_id, m.language, count(DISTINCT b.organisation_id) AS administered "
        "FROM member m LEFT JOIN binding b ON b.member_id = m.id AND b.role = $1 "
        "WHERE m.telegram_id IS NOT NULL GROUP BY m.id, m.telegram_id, m.language ORDER BY m.id",
        Role.ADMINISTRATOR.value,
    )
    everything = len(await organisations.list_organisations())
    return tuple(
        Addressee(row["id"], row["telegram_id"], Language(row["language"] or Language.CHINESE))
        for row in rows
        if row["telegram_id"] in administrators or 0 < row["administered"] == everything
    )
