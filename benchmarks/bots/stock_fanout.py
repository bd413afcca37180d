"""A python-telegram-bot that sends each of many people a text, and nothing else.

Words: how, the Bot API's base address, the token, a file with the texts by chat, where to write how late the
loop was. How is ``one`` after the other or ``thirty`` in flight with its own httpx, ``ours`` with the request
class of ours and thirty in flight on uvloop, or ``gather``: all at once.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import uvloop
from telegram import Bot
from telegram.error import TelegramError

from benchmarks.bots.probe import Probe
from bot.api import BotApi
from bot.request import AiohttpRequest
from settings import Settings

IN_FLIGHT = {"one": 1, "thirty": 30, "ours": 30}


async def main(way: str, address: str, token: str, texts: Path, probe: Probe) -> None:
    """Say that it is there, then send everything, then wait for the end."""
    api = BotApi(Settings(api_url=address), token) if way == "ours" else None
    bot = Bot(token, f"{address}/bot", request=None if api is None else AiohttpRequest(api))
    await bot.initialize()
    watching = asyncio.ensure_future(probe.run())  # noqa: TID251 - cancelled below
    letters = list(json.loads(texts.read_text("utf-8")).items())
    await bot.set_webhook("http://127.0.0.1/")
    if way == "gather":
        await asyncio.gather(*(_send(bot, *letter) for letter in letters))
    else:
        waiting = iter(letters)
        await asyncio.gather(*(_send_each(bot, waiting) for _ in range(IN_FLIGHT[way])))
    try:
        await asyncio.Event().wait()
    finally:
        watching.cancel()


async def _send_each(bot: Bot, waiting: Iterator[tuple[str, str]]) -> None:
    for letter in waiting:
        await _send(bot, *letter)


async def _send(bot: Bot, chat: str, text: str) -> None:
    with contextlib.suppress(TelegramError):  # as one that does not look: what was refused is lost
        await bot.send_message(int(chat), text)


if __name__ == "__main__":
    how, base, secret, letters_file, late_file = sys.argv[1:]
    factory = uvloop.new_event_loop if how == "ours" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main(how, base, secret, Path(letters_file), Probe(Path(late_file))))
