"""Who may do what: every command, button and question by everybody everywhere."""

from zlib import crc32

import pytest
import pytest_asyncio
from tortoise.transactions import in_transaction

from bot.database import opened
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family
from handlers.onboarding import is_for
from handlers.registry import FAMILIES, commands
from services.core.access import Actor
from tests.databases import current_file
from tests.handlers.authority import Row, Trial, names_of, problems
from tests.handlers.authority_rows import ROWS
from tests.handlers.authority_world import Asker, World, a_world

in_module = pytest.mark.asyncio(loop_scope="module")
# What people of another organisation may do too is open to everybody who belongs anywhere.
OPEN_TO = {Asker.STRANGER, Asker.FOREIGN_REPORTER}
# Here nobody else has what it works on, whatever they are permitted: an own last report, an own question.
OWN_ONLY = {"command undo", "step media.new_name", "forwarded posts"}
BY_PERMISSION = [
    row
    for row in ROWS
    if row.name not in OWN_ONLY
    and Asker.OFFICE in row.allowed
    and not OPEN_TO & row.allowed
    and not row.asked
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    """Two organisations in a database that every test leaves as it was."""
    path = tmp_path_factory.mktemp("authority") / "duban.db"
    async with opened(current_file(path)):
        yield await a_world()


class _Undone(Exception):
    """Ends a transaction without its effects."""


async def tried(world: World, row: Row) -> list[str]:
    found: list[str] = []

    async def work() -> None:
        async with in_transaction("default"):
            found.extend(problems(row, await Trial(world).run(row)))
            raise _Undone

    with pytest.raises(_Undone):
        await work()
    return found


def named(row: Row) -> str:
    return f"{row.name}: {type(row.hops[-1]).__name__}"


@in_module
@pytest.mark.parametrize("row", ROWS, ids=named)
async def test_only_who_is_allowed_sees_or_changes_anything(world, row):
    assert await tried(world, row) == []


def test_every_command_button_question_and_guess_has_a_row():
    assert {row.name for row in ROWS} == set(names_of())


def test_what_is_added_without_a_row_is_found_out():
    async def handle(_):
        return ()

    planted = Family(
        commands=(CommandSpec("planted", (), Effect.READS, handle, needs=frozenset()),),
        actions=(ActionSpec("planted.press", Effect.WRITES, handle),),
        guess=handle,
    )
    lacking = set(names_of((*FAMILIES, planted))) - {row.name for row in ROWS}
    assert lacking == {"command planted", "action planted.press", "guess test_authorisation"}


# Some of them, chosen by their names, so that a new row changes nothing for the others.
SOME = [row for row in BY_PERMISSION if crc32(named(row).encode()) % 6 == 0]


@in_module
@pytest.mark.parametrize("row", SOME, ids=named)
async def test_if_nobody_were_refused_the_rows_would_tell(world, row, monkeypatch):
    by, really = world.actors[row.by], Actor.may
    monkeypatch.setattr(Actor, "may", lambda one, *a, **k: one != by or really(one, *a, **k))
    assert await tried(world, row)


@in_module
async def test_help_tells_whoever_may_use_a_command_of_it(world):
    specs = {f"command {spec.name}": spec for spec in commands()}
    for row in ROWS:
        if row.name in specs:
            for asker in row.allowed | row.asked:
                assert is_for(world.actors[asker], specs[row.name], None), (row.name, asker)
