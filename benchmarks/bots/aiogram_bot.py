"""An aiogram at its best, on the same inbox and the same query as Duban: uvloop, the answer in the response.

It stores each update in the same grouped commits and marks it as done, finds out who writes and reads their
unit's month. It has no lanes, no open questions, no buttons and none of the office's rules: it does less.

Words: ``poll`` or ``webhook``, the Bot API's base address, the token, a free port, the database's address.
"""

import asyncio
import datetime as dtm
import gc
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Message, TelegramObject, Update
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.same_query import progress_text
from bot.batcher import Batcher
from bot.database import opened
from bot.decoding import describe
from bot.nursery import Nursery
from services import inbox
from services.inbox import NewUpdate, StoredUpdate

SECRET = "s" * 32


class Inbox:
    """Duban's own way to store updates and to mark them as done."""

    def __init__(self) -> None:
        nursery = Nursery()
        self._stores: Batcher[NewUpdate, StoredUpdate | None] = Batcher(self._store, nursery, "store")
        self._finishes: Batcher[int, None] = Batcher(self._finish, nursery, "finish")

    async def store(self, body: bytes) -> StoredUpdate | None:
        """Commit one update; None when it was known already."""
        return await self._stores.submit(describe(body))

    async def finish(self, stored: StoredUpdate) -> None:
        """Mark it as done."""
        await self._finishes.submit(stored.id)

    async def _store(self, updates: Sequence[NewUpdate]) -> Sequence[StoredUpdate | None]:
        return await inbox.store(updates, _now())

    async def _finish(self, row_ids: Sequence[int]) -> list[None]:
        await inbox.finish(row_ids, _now())
        return [None] * len(row_ids)


class StoringHandler(SimpleRequestHandler):  # type: ignore[misc] # it is in another environment
    """aiogram's webhook, which stores the update before it handles it."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, kept: Inbox) -> None:
        super().__init__(dispatcher, bot, handle_in_background=False, secret_token=SECRET)
        self._kept = kept

    async def _handle_request(self, bot: Bot, request: web.Request) -> web.Response:
        stored = await self._kept.store(await request.read())
        if stored is None:
            return web.Response()
        response: web.Response = await super()._handle_request(bot, request)
        await self._kept.finish(stored)
        return response


async def answer(message: Message) -> TelegramMethod[Any] | None:
    """Answer /progress."""
    if message.from_user is None:
        return None
    text = await progress_text(message.from_user.id, _now().date())
    return SendMessage(chat_id=message.chat.id, text=text)


async def main(way: str, api: str, token: str, port: str, database: str) -> None:
    """Serve until cancelled."""
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()
    dispatcher.message.register(answer, Command("progress"))
    kept = Inbox()
    async with opened(database):
        gc.freeze()
        if way == "poll":
            dispatcher.update.outer_middleware(_storing(kept))
            await dispatcher.start_polling(bot, polling_timeout=25)
            return
        application = web.Application()
        StoringHandler(dispatcher, bot, kept).register(application, path="/telegram")
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(port)).start()
        await bot.set_webhook(f"http://127.0.0.1:{port}/telegram", secret_token=SECRET)
        await asyncio.Event().wait()


def _storing(kept: Inbox) -> Any:
    async def store(
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        update: TelegramObject,
        given: dict[str, Any],
    ) -> Any:
        # Its raw bytes are gone by now; writing them anew would cost aiogram more than Duban pays.
        number = cast("Update", update).update_id
        stored = await kept.store(b'{"update_id":%d,"message":{"padding":"%s"}}' % (number, b"-" * 300))
        if stored is None:
            return None
        done = await handler(update, given)
        await kept.finish(stored)
        return done

    return store


def _now() -> dtm.datetime:
    return dtm.datetime.now(dtm.UTC)  # noqa: TID251 - a bot of its own


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
