"""`/rank [month|quarter|year] [division] [unit]`: how units stand among each other."""

import datetime as dtm
import re
from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.periods import split_off
from handlers.kit.routing import ENDINGS
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family
from handlers.views import rankings as view
from handlers.views.organisations import which_organisation
from handlers.views.ranking_buttons import Reader, Wanted
from services.core.access import Permission
from services.core.period import Period, PeriodUnclear
from services.core.quarter import AnyPeriod, parse_any_period, read_any_period
from services.core.standings import Standings
from services.core.text import fold
from services.core.vocabulary import OVERALL
from services.office import organisations
from services.office.organisations import UnitRef
from services.ranking import standings


async def rank(context: Context) -> Sequence[Answer]:
    """Answer the command: for the period, the division or the unit that it names."""
    return await _asked(context, *_split(context.text, context.today))


async def guess(context: Context) -> Sequence[Answer]:
    """Answer who puts the word last: 上月排名, 看看全年排名, 市司法局2月的排名; say nothing to others."""
    said = context.text.rstrip(ENDINGS)
    word = next((each for each in WORDS if said.endswith(each)), None)
    if word is None or not context.actor.bindings:
        return ()
    try:
        name, period = _split(POLITE.sub("", said.removesuffix(word)), context.today)
    except PeriodUnclear:
        return ()
    if name and not await _is_known(context, name):
        return ()
    return await _asked(context, name, period)


async def _is_known(context: Context, name: str) -> bool:
    if fold(name) in OVERALL:
        return True
    known = _organisation_ids(context)
    divisions = [fold(each) for one in known for each in await standings.list_divisions(one)]
    rosters = [await context.use_cases.rosters.get(one) for one in known]
    return fold(name) in divisions or any(len(each.meant_by(name)[0]) == 1 for each in rosters)


async def _asked(context: Context, name: str, period: AnyPeriod | None) -> Sequence[Answer]:
    known = _organisation_ids(context)
    if len(known) > 1:
        refs = [each for each in await organisations.list_organisations() if each.id in known]
        return [which_organisation(refs, "rank.show", context.texts)]
    return await _named(context, known[0], name, period)


async def show(context: Context) -> Sequence[Answer]:
    """Show the standings of the pressed button in place of the message."""
    page = context.arguments.get("page", 0)
    return [await _board(context, _wanted(context), replaces=True, page=page)]


async def show_whole(context: Context) -> Sequence[Answer]:
    """Show a page of the whole list; in a group only who is in front."""
    wanted = _wanted(context)
    if not context.incoming.is_private:
        return [await _board(context, wanted, replaces=True)]
    found = await _read(context, wanted)
    own = context.actor.units_of(wanted.organisation_id)
    return [view.whole(found, wanted, context.arguments["page"], own, context.texts)]


async def show_unit(context: Context) -> Sequence[Answer]:
    """Show the place of the pressed button's unit."""
    unit = await organisations.get_unit(context.arguments["unit_id"])
    return [await _place(context, _wanted(context), unit, replaces=True)]


async def _named(
    context: Context, organisation_id: int, name: str, period: AnyPeriod | None
) -> Sequence[Answer]:
    wanted = Wanted(organisation_id, "" if period is None else str(period))
    if not name:
        return [await _board(context, wanted, replaces=False)]
    if fold(name) in OVERALL:
        overall = Wanted(organisation_id, wanted.period, overall=True)
        return [await _board(context, overall, replaces=False)]
    for division in await standings.list_divisions(organisation_id):
        if division and fold(division) == fold(name):
            one = Wanted(organisation_id, wanted.period, division)
            return [await _board(context, one, replaces=False)]
    return await _of_unit_named(context, wanted, name)


async def _of_unit_named(context: Context, wanted: Wanted, name: str) -> Sequence[Answer]:
    found = await _read(context, wanted)  # before anything is said of units
    roster = await context.use_cases.rosters.get(wanted.organisation_id)
    meant, nearest = roster.meant_by(name)
    if len(meant) == 1:
        return [await _place(context, wanted, meant[0], replaces=False, found=found)]
    if not context.incoming.is_private:
        return [view.good_news(found, wanted, context.texts, replaces=False)]
    return [view.which_unit(meant, nearest, wanted, name, context.texts)]


async def _board(context: Context, wanted: Wanted, *, replaces: bool, page: int = 0) -> Answer:
    found = await _read(context, wanted)
    if not context.incoming.is_private:
        return view.good_news(found, wanted, context.texts, replaces=replaces)
    reader = await _reader(context, wanted)
    return view.board(found, wanted, reader, context.texts, replaces=replaces, page=page)


async def _place(
    context: Context, wanted: Wanted, unit: UnitRef, *, replaces: bool, found: Standings | None = None
) -> Answer:
    found = found or await _read(context, wanted)
    if context.incoming.is_private:
        reader = context.use_cases.standings
        months = await reader.read_year(context.actor, unit, found.period.year, context.today)
        return view.place(found, wanted, unit, months, context.texts, replaces=replaces)
    context.actor.require(Permission.PROGRESS_READ_OWN, organisation_id=unit.organisation_id, unit_id=unit.id)
    return view.own_place(found, wanted, unit, context.texts)


async def _read(context: Context, wanted: Wanted) -> Standings:
    period = read_any_period(wanted.period) if wanted.period else None
    return await context.use_cases.standings.read(
        context.actor,
        wanted.organisation_id,
        period or Period.of_month(context.today.year, context.today.month),
        context.today,
        division=wanted.division,
        overall=wanted.overall,
    )


async def _reader(context: Context, wanted: Wanted) -> Reader:
    actor, here = context.actor, wanted.organisation_id
    roster = await context.use_cases.rosters.get(here)
    return Reader(
        own=tuple(unit for unit in roster.units.values() if unit.id in actor.units_of(here)),
        oversees=actor.may(Permission.PROGRESS_READ_ANY, organisation_id=here),
        posts=actor.may(Permission.RANKINGS_POST, organisation_id=here),
    )


def _split(text: str, today: dtm.date) -> tuple[str, AnyPeriod | None]:
    def parse(words: str) -> AnyPeriod | None:
        return parse_any_period(words, today=today)

    return split_off(text, parse)


def _organisation_ids(context: Context) -> tuple[int, ...]:
    """List the organisations whose standings may be meant; of a group it is the group's alone."""
    here = context.arrival.organisation_id
    if here is not None:
        return (here,)
    if not context.actor.organisation_ids:
        raise context.actor.why_nowhere()
    return context.actor.organisation_ids


def _wanted(context: Context) -> Wanted:
    asked = context.arguments
    return Wanted(
        asked["organisation_id"], asked.get("period", ""), asked.get("division"), asked.get("overall", False)
    )


WORDS = ("排名", "排行榜", "排行", "名次")
POLITE = re.compile(r"^(?:请|麻烦)?(?:看看|看一?下|查看|查一?下|发一?下|看|查)?|的$")

FAMILY = Family(
    commands=(
        CommandSpec(
            "rank",
            WORDS,
            Effect.READS,
            rank,
            needs=frozenset({Permission.RANKINGS_READ}),
            takes_arguments=True,
        ),
    ),
    actions=(
        ActionSpec("rank.show", Effect.READS, show),
        ActionSpec("rank.whole", Effect.READS, show_whole),
        ActionSpec("rank.unit", Effect.READS, show_unit),
    ),
    guess=guess,
)
