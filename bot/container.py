"""Puts the parts together: everything that serves, opened and closed in order."""

import asyncio
import contextlib
import datetime as dtm
import hashlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp.web import Application
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot import web
from bot.api import BotApi, CallProblem
from bot.app import App, build_application, build_bot
from bot.backoff import Backoff
from bot.clearing import Clearing
from bot.clock import Clock
from bot.commands import publish
from bot.commits import SharedCommits
from bot.concealing import Links
from bot.delivery import Delivery
from bot.failpoints import Failpoints
from bot.file_store import FolderStore
from bot.files import TelegramFiles
from bot.gallery import Gallery
from bot.grouped import GroupedWrites
from bot.guess_watch import GuessWatch
from bot.intake import ALLOWED_UPDATES, SILENT_SECONDS, Intake, Poller
from bot.lanes import Lanes
from bot.letters import Letters
from bot.membership import Memberships
from bot.middleware import Middleware
from bot.nursery import Nursery
from bot.outlook import look_ahead
from bot.painting import Painter
from bot.purge_journal import PurgeJournal
from bot.purging import Purging, purge_again
from bot.repainting import Repainter
from bot.resumption import announce, reminding
from bot.scheduler import Tick
from bot.turn import Turn
from handlers.kit.use_cases import UseCases
from locales import CHINESE, Catalogue
from services import buttons, inbox, outbox, wizards
from services.core.codes import Codes
from services.membership import guessing
from services.membership.invitations import Invitations
from services.progress import ProgressReader
from settings import Settings

log = logging.getLogger(__name__)

STOPPING_SECONDS = 5.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
DEAD_ARE_NEWS = dtm.timedelta(hours=1)
DATABASE_SECONDS = 3.0
"""A database that takes longer, locked or gone, is none that the bot could work with."""
TRIAL_SECONDS = 10.0
SENDING_SECONDS = 20.0
"""So long at most the sandbox's clock waits for what a new moment sends."""


class TokenRefused(Exception):
    """Telegram does not know the token."""


@dataclass(slots=True)
class Parts:
    """The parts of a running bot that others hold on to."""

    api: BotApi
    application: App
    clock: Clock
    delivery: Delivery
    intake: Intake
    lanes: Lanes
    links: Links
    nursery: Nursery
    tick: Tick
    writes: GroupedWrites
    poller: Poller | None = None
    polling: asyncio.Task[None] | None = None

    listens: bool = False
    """Whether Telegram has been told how updates are to come."""

    async def problems(self) -> list[str]:
        """List in words what keeps the bot from doing its work; empty when it is ready."""
        return [*await self._problems_of_database(), *self._problems_of_telegram()]

    async def _problems_of_database(self) -> list[str]:
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                dead = await inbox.count_dead_since(self.clock.now() - DEAD_ARE_NEWS)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
            return [f"the database does not answer: {type(error).__name__}"]
        return [f"{dead} updates were set aside within the last hour"] if dead else []

    def _problems_of_telegram(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        if not self.listens:
            return ["Telegram has not agreed yet to send updates"]
        if self.poller is not None:
            heard_at = self.poller.heard_at
            if heard_at is None or now - heard_at > SILENT_SECONDS:
                return [f"no poll has been answered for {SILENT_SECONDS} seconds"]
        elif self.api.failing_since is not None and now - self.api.failing_since > SILENT_SECONDS:
            return [f"no call to Telegram has been answered for {SILENT_SECONDS} seconds"]
        return []

    async def call_again(self) -> None:
        """Find out whether Telegram can be reached again, when the last call did not reach it."""
        if self.api.failing_since is not None:
            with contextlib.suppress(CallProblem):
                await self.api.call("getMe", {}, seconds=TRIAL_SECONDS)


@contextlib.asynccontextmanager
async def put_together(
    settings: Settings, token: str, clock: Clock, failpoints: Failpoints
) -> AsyncIterator[Parts]:
    """Build every part for an open database; on leaving, let what has begun end and close the rest.

    Raises:
        TokenRefused: Telegram does not know the token.
    """
    nursery = Nursery()
    api = BotApi(settings, token)
    bot = build_bot(api, token, settings.api_url)
    codes = Codes(hashlib.sha256(f"duban/invitations/{token}".encode()).digest())
    links = Links(codes, lambda: bot.username)
    catalogue = Catalogue.load()
    painter = Painter(nursery, settings.files.parent / "drawing", settings.font)
    store, repainter = FolderStore(settings.files, clock.now, failpoints), Repainter(failpoints)
    journal = PurgeJournal(settings.files)
    gallery = Gallery(painter, store)
    letters = Letters(catalogue, clock, SharedCommits(nursery), frozenset(settings.administrators), gallery)
    delivery = Delivery(api, clock, nursery, failpoints, links, letters, gallery)
    writes = GroupedWrites(clock, nursery)
    middleware = Middleware(catalogue, clock, settings.administrators)

    memberships = Memberships(catalogue, delivery, clock)
    turn = Turn(bot, middleware, delivery, clock, writes, failpoints, memberships)
    lanes = Lanes(turn, nursery)
    intake = Intake(lanes, clock, writes, failpoints)
    use_cases = UseCases(
        ProgressReader(),
        TelegramFiles(api, failpoints),
        Invitations(codes),
        store,
        repainter,
        has_standing_administrator=bool(settings.administrators),
    )
    application = build_application(bot, use_cases, reminding(turn.run))
    turn.application = application

    async def purge() -> None:
        now = clock.now()
        for room in (inbox, outbox, buttons, wizards, guessing):
            await room.purge(now)

    async def call_again() -> None:
        await parts.call_again()

    tick = Tick(
        Purging(store, journal, clock, catalogue).look,
        letters.look,
        delivery.resume,
        purge,
        call_again,
        GuessWatch(clock).look,
        Clearing(store, clock).look,
    )
    parts = Parts(api, application, clock, delivery, intake, lanes, links, nursery, tick, writes)
    try:
        await store.clear_unfinished()
        await purge_again(store, journal, clock.now())
        await delivery.learn_unreachable()
        await announce(catalogue, clock, settings.administrators)
        await _introduce(bot, application)
        nursery.start(publish(api, catalogue), name="publish commands")
        yield parts
    finally:
        lanes.stop()
        if parts.polling is not None:
            parts.polling.cancel()
        await nursery.close(grace=STOPPING_SECONDS)
        await painter.close()
        await repainter.close()
        await application.shutdown()
        await api.close()


async def _introduce(bot: ExtBot[None], application: App) -> None:
    """Learn the bot's own name, as long as it takes for Telegram to be reached."""
    backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise TokenRefused from None
        except TelegramError as error:
            log.warning("Telegram cannot be reached yet: %s", error)
            await backoff.pause()
        else:
            log.info("serving as @%s", bot.username)
            return


async def listen_for_updates(parts: Parts, settings: Settings, failpoints: Failpoints) -> None:
    """Have new updates come in by the way the settings name."""
    await parts.delivery.resume()
    if settings.webhook_url is None:
        await _insist(parts.api, "deleteWebhook", {})
        parts.poller = Poller(parts.api, parts.intake, failpoints)
        parts.polling = parts.nursery.start(parts.poller.run(), name="poller")
        parts.listens = True
        return
    secret = settings.webhook_secret
    await _insist(
        parts.api,
        "setWebhook",
        {
            "url": settings.webhook_url,
            "secret_token": secret.get_secret_value() if secret else "",
            "allowed_updates": list(ALLOWED_UPDATES),
            "max_connections": 40,
        },
    )
    parts.listens = True


async def _insist(api: BotApi, method: str, parameters: dict[str, object]) -> None:
    backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
    while True:
        try:
            await api.call(method, parameters)
        except CallProblem as problem:
            log.warning("%s has to wait: %s", method, problem)
            await backoff.pause()
        else:
            return


def build_web(parts: Parts, settings: Settings, control_token: str | None) -> Application:
    """Build the web application for this way of running."""
    webhook = None
    if settings.webhook_url is not None and settings.webhook_secret is not None:
        webhook = web.Webhook(
            settings.webhook_secret.get_secret_value(),
            parts.intake,
            parts.lanes,
            parts.delivery,
            parts.writes,
            parts.nursery,
        )

    async def move_clock(moment: dtm.datetime) -> None:
        parts.clock.move_to(moment)
        await parts.tick.run()
        await parts.delivery.rest(SENDING_SECONDS)

    async def ahead() -> list[dict[str, Any]]:
        now = parts.clock.now().astimezone(parts.clock.zone)
        return await look_ahead(now, Catalogue.load().texts(CHINESE))

    control = web.Control(control_token, move_clock, ahead) if control_token is not None else None
    return web.build(web.Health(parts.problems), webhook, control)
