"""A fake Bot API, and the posting of updates to a webhook, at a few microseconds a message.

It answers what a bot needs to start and to reply, and knows no rich messages, like an older server of one's
own. It takes as many messages a second as it is sent.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import orjson

from benchmarks.http1 import Message, Splitter, request, response
from benchmarks.load import Load

TOKEN = "7000000001:AAbenchmarks-need-a-token-of-this-length"  # noqa: S105 - of a bot that there is not
BOT = {"id": 7000000001, "is_bot": True, "first_name": "督办", "username": "duban_bench_bot"}
IN_FLIGHT = 40
"""Telegram's default for a webhook, and what the bot asks for."""
POLLED = 100
"""So many updates a poll brings; the next are handed out once no more than these are unanswered."""

_TRUE = response(b'{"ok":true,"result":true}')
_ME = response(orjson.dumps({"ok": True, "result": BOT | {"can_join_groups": True}}))
_UNKNOWN = response(b'{"ok":false,"error_code":404,"description":"Not Found"}', "404 Not Found")
SENT = response(
    orjson.dumps(
        {
            "ok": True,
            "result": {
                "message_id": 1,
                "from": BOT,
                "chat": {"id": 1, "first_name": "王芳", "type": "private"},
                "date": 1700000000,
                "text": "峨眉山市 市司法局 2024年3月 " + "动态通知类 本月 1/2 全年 7/24 " * 12,
            },
        }
    )
)


@dataclass(slots=True)
class Telegram:
    """Serves one bot at a time; ``latency`` is what each call takes besides, in seconds."""

    latency: float = 0.0
    load: Load | None = None
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the bot has named its webhook or asked for updates."""
    knows_rich: bool = False
    in_flight: int = IN_FLIGHT
    _address: str = ""
    _secret: str = ""
    _offset: int = 0
    _unconfirmed: list[bytes] = field(default_factory=list)
    _polling: "Called | None" = None
    _idle: list["Posting"] = field(default_factory=list)
    _connections: list["Posting"] = field(default_factory=list)

    async def serve(self) -> tuple[asyncio.Server, str]:
        """Listen on a free port; return the server and the Bot API's base address."""
        server = await asyncio.get_running_loop().create_server(lambda: Called(self), "127.0.0.1", 0)
        return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def burst(self, load: Load) -> None:
        """Hand out updates until each has been answered, or one was answered wrongly."""
        self.load = load
        if self._address:
            await self._connect()
        self.move()
        await load.done.wait()
        for connection in self._connections:
            connection.close()
        self._connections, self._idle = [], []

    def move(self) -> None:
        """Hand out what may be handed out now."""
        load = self.load
        if load is None or load.done.is_set():
            return
        while self._idle and len(load.unanswered) < self.in_flight:
            body = load.take()
            if body is None:
                return
            self._idle.pop().post(body)
        if self._polling is not None and not self._address and len(load.unanswered) <= POLLED:
            self._hand_out(self._polling, load)

    def posted(self, connection: "Posting", came: Message) -> None:
        """Take the webhook's response, with the answer in it or without."""
        load = self.load
        self._idle.append(connection)
        if load is not None:
            if came.code != 200:
                load.fail(f"the webhook answers {came.code}")
            elif came.body:
                load.answer(came.fields)
        self.move()

    def called(self, connection: "Called", came: Message) -> None:
        """Answer a call of the bot's."""
        method = came.target.rpartition("/")[2].partition("?")[0]
        if method == "getUpdates":
            self._poll(connection, came)
            return
        connection.reply(self._answer(method, came))

    def hung_up(self, connection: "Called") -> None:
        """Forget a poll that nobody waits for any more."""
        if self._polling is connection:
            self._polling = None

    def _answer(self, method: str, came: Message) -> bytes:
        if method == "sendMessage" or (method == "sendRichMessage" and self.knows_rich):
            if self.load is not None:
                self.load.answer(came.fields)
                self.move()
            return SENT
        if method == "setWebhook" and (url := came.fields.get("url")):
            self._address, self._secret = url, came.fields.get("secret_token", "")
            self.listening.set()
        if method == "sendRichMessage":
            return _UNKNOWN
        return _ME if method == "getMe" else _TRUE

    def _poll(self, connection: "Called", came: Message) -> None:
        fields = came.fields
        offset = int(fields.get("offset", 0))
        if offset > self._offset:
            self._offset, self._unconfirmed = offset, []
        self.listening.set()
        if self._unconfirmed or fields.get("timeout", "0") == "0":
            connection.reply(batch(self._unconfirmed))
            return
        self._polling = connection
        self.move()

    def _hand_out(self, connection: "Called", load: Load) -> None:
        taken = [body for _ in range(POLLED) if (body := load.take()) is not None]
        if taken:
            self._polling, self._unconfirmed = None, taken
            connection.reply(batch(taken))

    async def _connect(self) -> None:
        for _ in range(self.in_flight):
            self._connections.append(await self._open())
        self._idle = list(self._connections)

    async def _open(self) -> "Posting":
        """Open a connection to the webhook, which may name it a moment before it listens."""
        parts = urlsplit(self._address)
        host, port = parts.hostname or "", parts.port or 80
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret}
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                _, connection = await loop.create_connection(
                    lambda: Posting(self, parts.path, parts.netloc, headers), host, port
                )
                return connection
            await asyncio.sleep(0.005)


def batch(updates: list[bytes]) -> bytes:
    """Answer a poll with updates."""
    return response(b'{"ok":true,"result":[' + b",".join(updates) + b"]}")


class Called(asyncio.Protocol):
    """A connection that the bot makes its calls on."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._splitter = Splitter()
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is no subclass of it

    def data_received(self, data: bytes) -> None:
        """Take what has come whole."""
        for message in self._splitter.feed(data):
            self._telegram.called(self, message)

    def connection_lost(self, _: Exception | None) -> None:
        """Tell that nobody listens here any more."""
        self._telegram.hung_up(self)

    def reply(self, answer: bytes) -> None:
        """Answer the call, after what a call takes."""
        latency = self._telegram.latency
        if latency:
            asyncio.get_running_loop().call_later(latency, self._write, answer)
        else:
            self._transport.write(answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


class Posting(asyncio.Protocol):
    """A connection that updates are posted on, one after the other."""

    def __init__(self, telegram: Telegram, path: str, host: str, headers: dict[str, str]) -> None:
        self._telegram = telegram
        self._head = (path, host, headers)
        self._splitter = Splitter()
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own is no subclass of it

    def data_received(self, data: bytes) -> None:
        """Take what has come whole."""
        for message in self._splitter.feed(data):
            self._telegram.posted(self, message)

    def post(self, body: bytes) -> None:
        """Post one update."""
        self._transport.write(request(*self._head, body))

    def close(self) -> None:
        """Hang up."""
        self._transport.close()
