"""Runs the sandbox as a process of its own beside the bot, and fills an empty database with the examples."""

import asyncio
import contextlib
import datetime as dtm
import logging
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from models.enums import Platform, Role
from services.core.access import Actor
from services.core.occasion import Occasion
from services.importing import imports
from services.media import media_checks, media_register
from services.media.media_checks import Look
from services.media.media_register import NewMediaAccount
from services.membership import members
from services.office import groups, organisations
from services.transaction import transact
from settings import ROOT

log = logging.getLogger(__name__)

STARTING_SECONDS = 30
STOPPING_SECONDS = 5


class SandboxFailed(Exception):
    """The sandbox process did not start; what it said stands above in the log."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where the running sandbox is: its Bot API's base, and the token of its bot."""

    url: str
    token: str


@contextlib.asynccontextmanager
async def running(folder: Path, people: Path, port: int, control_url: str) -> AsyncIterator[Sandbox]:
    """Run the sandbox for the time of the block; it also ends when this process does."""
    words = ["-m", "sandbox", "--port", str(port), "--folder", str(folder), "--people", str(people)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        "--bot-control",
        control_url,
        "--with-parent",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        if process.stdout is None:
            raise SandboxFailed
        async with asyncio.timeout(STARTING_SECONDS):
            line = await process.stdout.readline()
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise SandboxFailed(f"it ended with {await process.wait()}") from None
        yield Sandbox(f"http://127.0.0.1:{said['port']}", said["token"])
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOPPING_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def fill(examples: Path, now: dtm.datetime) -> None:
    """Import the examples' tables and bind their people, for each organisation that is not there yet."""
    content = orjson.loads((examples / "people.json").read_bytes())
    known = {one.name for one in await organisations.list_organisations()}
    for one in content["organisations"]:
        if one["name"] not in known:
            # As a whole: after a death in between nobody would ever be bound.
            await transact(partial(_settle, examples / one["sheet"], one, content, now))
            log.info("%s: %s", one["name"], one["sheet"])


async def _settle(sheet: Path, one: Mapping[str, Any], content: Mapping[str, Any], now: dtm.datetime) -> None:
    name = one["name"]
    read = await asyncio.to_thread(sheet.read_bytes)
    shown = await imports.preview(read, sheet.name, organisation=name, year=one["year"])
    await imports.save(shown, None, source="examples", now=now)
    organisation_id = {known.name: known.id for known in await organisations.list_organisations()}[name]
    units = {unit.name: unit.id for unit in await organisations.list_units(organisation_id)}
    for person in content["people"]:
        for binding in person["bindings"]:
            if binding["organisation"] == name:
                unit_id = units[binding["unit"]] if "unit" in binding else None
                await members.bind(person["id"], organisation_id, unit_id, Role(binding["role"]), now)
                await members.name_member(person["id"], person["name"])
    await _open_accounts(name, units, content, now)
    for group in content["groups"]:
        if group.get("organisation") == name:
            place = groups.Place(group["id"], 0, group["title"])
            await groups.enter(place, organisation_id, group["title"], now)


async def _open_accounts(
    name: str, units: Mapping[str, int], content: Mapping[str, Any], now: dtm.datetime
) -> None:
    """Register the examples' media accounts as the office, each silent for some days or (None) never seen."""
    today = now.date()
    for number, one in enumerate(content.get("accounts", ())):
        if one["organisation"] != name:
            continue
        clerk = await _clerk(name, content)
        occasion = Occasion(f"examples/account/{number}", now, today)
        new = NewMediaAccount(
            units[one["unit"]],
            Platform(one["platform"]),
            one["name"],
            registered_on=today.replace(month=1, day=1),
        )
        account = await media_register.register(clerk, new, occasion)
        if one["silent_days"] is not None:
            last_on = today - dtm.timedelta(days=one["silent_days"])
            await media_checks.record(clerk, Look(account.id, today, last_on), occasion)


async def _clerk(name: str, content: Mapping[str, Any]) -> Actor:
    office = {"organisation": name, "role": Role.ADMINISTRATOR.value}
    person = next(one for one in content["people"] if office in one["bindings"])
    return await members.get_actor(person["id"], person["name"], None, is_deployment_administrator=False)
