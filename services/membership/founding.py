"""Founding: the first person comes in by a code printed at the start, and makes the organisation."""

import datetime as dtm
from dataclasses import dataclass

from models.enums import Cadence, Language, Role, Ties
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.codes import Codes
from services.core.errors import PastMending, UserError
from services.core.period import PeriodUnclear, parse_period
from services.core.text import clean
from services.membership import members
from services.membership.seats import add_invitation
from services.office.organisations import OrganisationRef
from services.transaction import transact

LONGEST_NAME = 100
"""An organisation's name has so much room in the database."""


class AlreadyFounded(PastMending):
    """There is an organisation of that name already (``name``)."""


class OrganisationNameUnclear(UserError):
    """What was written cannot be an organisation's name: nothing, several lines, or too long (``limit``)."""


class YearUnclear(UserError):
    """What was written is no year that an organisation can have (``text``)."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """How a new organisation wants things done until its settings say otherwise."""

    closing_days: int = 5
    decimals: int = 1
    ties: Ties = Ties.COMPETITION
    stale_days: int = 14
    zombie_days: int = 180
    language: Language = Language.CHINESE


DEFAULTS = Defaults()


async def print_code(codes: Codes, now: dtm.datetime) -> str | None:
    """Make the first person's invitation and return its nonce; None where somebody runs things already.

    One that an earlier start made and nobody used is worthless from now on.
    """

    async def work() -> str | None:
        await sql.execute("DELETE FROM invitation WHERE organisation_id IS NULL AND used_at IS NULL")
        rows = await sql.fetch(
            "SELECT 1 AS found FROM binding WHERE role = $1 UNION ALL "
            "SELECT 1 AS found FROM member WHERE is_founder LIMIT 1",
            Role.ADMINISTRATOR.value,
        )
        if rows:
            return None
        _, nonce = await add_invitation(codes, None, Deed(None, "start", now))
        return nonce

    return await transact(work)


async def read_name(actor: Actor, text: str) -> str:
    """Read the name of an organisation that is about to be founded.

    Raises:
        OrganisationNameUnclear, AlreadyFounded: the text cannot become one.
    """
    actor.require(Permission.ORGANISATION_FOUND)
    name = clean(text)
    if not 1 <= len(name) <= LONGEST_NAME or "\n" in name:
        raise OrganisationNameUnclear(limit=LONGEST_NAME)
    if await sql.fetch("SELECT id FROM organisation WHERE name = $1", name):
        raise AlreadyFounded(name=name)
    return name


def read_year(actor: Actor, text: str, today: dtm.date) -> int:
    """Read the year of the quotas, as people write one.

    Raises:
        YearUnclear: the text is none, or a part of one.
    """
    actor.require(Permission.ORGANISATION_FOUND)
    written = clean(text)
    try:
        period = parse_period(written, today=today)
    except PeriodUnclear:
        period = None
    if period is None or period.cadence is not Cadence.YEARLY:
        raise YearUnclear(text=written)
    return period.year


async def found(actor: Actor, name: str, year: int, deed: Deed) -> OrganisationRef:
    """Make an organisation with the default settings, and the person its administrator.

    Raises:
        AlreadyFounded: somebody else was quicker.
    """
    actor.require(Permission.ORGANISATION_FOUND)

    async def work() -> OrganisationRef:
        rows = await sql.fetch(
            "INSERT INTO organisation (name, year, closing_days, decimals, ties, stale_days, zombie_days, "
            "language, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) "
            "ON CONFLICT (name) DO NOTHING RETURNING id",
            name,
            year,
            DEFAULTS.closing_days,
            DEFAULTS.decimals,
            DEFAULTS.ties.value,
            DEFAULTS.stale_days,
            DEFAULTS.zombie_days,
            DEFAULTS.language.value,
        )
        if not rows:
            raise AlreadyFounded(name=name)
        organisation = OrganisationRef(rows[0]["id"], name, year)
        await members.bind(actor.telegram_id, organisation.id, None, Role.ADMINISTRATOR, deed.now)
        await members.name_member(actor.telegram_id, actor.name)
        entry = audit.Entry(
            "organisation.found", f"organisation/{organisation.id}", after={"name": name, "year": year}
        )
        await deed.record(entry, organisation.id)
        return organisation

    return await transact(work)
