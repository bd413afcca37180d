"""The bot's own web server: Telegram's webhook, health, metrics, and in sandbox mode the clock."""

import asyncio
import contextlib
import datetime as dtm
import hmac
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.calls import Call
from bot.decoding import may_bring_file
from bot.delivery import Delivery, GivenUp
from bot.grouped import GroupedWrites
from bot.intake import Intake
from bot.lanes import Lanes
from bot.metrics import REGISTRY
from bot.nursery import Nursery
from services.inbox import StoredUpdate

log = logging.getLogger(__name__)

LARGEST_UPDATE = 4 * 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
ANSWER_SECONDS = 2.0
"""An update that takes longer is answered by a call: Telegram has few connections for its webhook."""
CLOSING_SECONDS = 1.5
"""aiohttp waits so long twice, so this is half of what requests may still take when the bot stops."""
CONTROL_HEADER = "X-Duban-Control"


@dataclass(frozen=True, slots=True)
class Health:
    """What ``/readyz`` rests on: ``problems`` lists, in words, what keeps the bot from working."""

    problems: Callable[[], Awaitable[list[str]]]


class Webhook:
    """Takes updates from Telegram: the secret first, then the body, then the commit, then the answer."""

    def __init__(
        self,
        secret: str,
        intake: Intake,
        lanes: Lanes,
        delivery: Delivery,
        writes: GroupedWrites,
        nursery: Nursery,
    ) -> None:
        self._secret = secret.encode()
        self._intake = intake
        self._lanes = lanes
        self._delivery = delivery
        self._writes = writes
        self._nursery = nursery

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Answer one delivery; 200 only once the update is committed."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        try:
            stored = await self._intake.store(body)
        except Exception:
            log.exception("an update could not be stored")
            return web.Response(status=503, headers={"Retry-After": "5"})
        call = await self._take(stored, body) if stored else None
        if stored is None or call is None:
            return web.Response()
        response = await self._show(request, call)
        self._writes.finish_soon(stored.id)
        return response

    async def _take(self, stored: StoredUpdate, body: bytes) -> Call | None:
        """Return the answer if there is one for the response before long."""
        if may_bring_file(body):  # fetching it takes longer
            self._lanes.accept([stored])
            return None
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Call | None] = loop.create_future()
        self._nursery.start(self._answer(stored, answer), name=f"webhook {stored.id}")
        patience = loop.call_later(ANSWER_SECONDS, _wait_no_longer, answer)  # `wait_for` costs a task's worth
        try:
            return await answer
        finally:
            patience.cancel()

    async def _answer(self, stored: StoredUpdate, answer: asyncio.Future[Call | None]) -> None:
        call = await self._lanes.take_now(stored)
        if not answer.done():
            answer.set_result(call)
        elif call is not None:  # nobody waits any more
            await self._send(call)
            await self._writes.finish(stored.id)

    async def _send(self, call: Call) -> None:
        try:
            await self._delivery.send(call)
        except GivenUp as reason:
            log.warning("an answer was given up: %s", reason)

    async def _show(self, request: web.Request, call: Call) -> web.Response:
        """Put the answer into the response; if Telegram has gone, send it like any other."""
        response = web.Response(
            body=orjson.dumps({"method": call.method, **self._delivery.revealed(call)}),
            content_type="application/json",
        )
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            await self._send(call)
        return response


def _wait_no_longer(answer: asyncio.Future[Call | None]) -> None:
    if not answer.done():
        answer.set_result(None)


async def _read(request: web.Request) -> bytes | None:
    """Return the body, None when it is larger than any update."""
    if request.content_length is not None and request.content_length > LARGEST_UPDATE:
        return None
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None


class Control:
    """The sandbox's hand on the clock, and its look ahead; exists in sandbox mode only."""

    def __init__(
        self,
        token: str,
        move: Callable[[dtm.datetime], Awaitable[None]],
        look_ahead: Callable[[], Awaitable[list[dict[str, Any]]]],
    ) -> None:
        self._token = token.encode()
        self._move = move
        self._look_ahead = look_ahead

    def _is_known(self, request: web.Request) -> bool:
        given = request.headers.get(CONTROL_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._token)

    async def get_due(self, request: web.Request) -> web.Response:
        """Answer what becomes due next in each organisation, and what waits."""
        if not self._is_known(request):
            return web.Response(status=403)
        return web.json_response({"organisations": await self._look_ahead()})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Move the bot's clock and answer once the bot has ticked and sent what was to go."""
        if not self._is_known(request):
            return web.Response(status=403)
        try:
            moment = dtm.datetime.fromisoformat((await request.json())["now"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "now: an ISO 8601 moment with its offset"}, status=400)
        if moment.tzinfo is None:
            return web.json_response({"error": "now: the offset is missing"}, status=400)
        await self._move(moment)
        return web.json_response({"now": moment.isoformat()})


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})


def build(health: Health, webhook: Webhook | None, control: Control | None) -> web.Application:
    """Build the web application with the routes that this way of running has."""
    application = _build_health(health)
    if webhook is not None:
        application.router.add_post("/telegram", webhook.receive)
    if control is not None:
        application.router.add_post("/sandbox/clock", control.set_clock)
        application.router.add_get("/sandbox/due", control.get_due)
    return application


def build_for_starting() -> web.Application:
    """Build what is served until Telegram has been reached: alive, not ready, no updates yet."""

    async def problems() -> list[str]:
        return ["Telegram has not been reached yet"]

    async def later(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "1"})

    application = _build_health(Health(problems))
    application.router.add_post("/telegram", later)
    return application


def _build_health(health: Health) -> web.Application:
    async def ready(_: web.Request) -> web.Response:
        problems = await health.problems()
        return web.json_response({"problems": problems}, status=503 if problems else 200)

    application = web.Application(client_max_size=LARGEST_UPDATE)
    application.router.add_get("/healthz", _alive)
    application.router.add_get("/readyz", ready)
    application.router.add_get("/metrics", _metrics)
    return application


@contextlib.asynccontextmanager
async def served(application: web.Application, listener: socket.socket) -> AsyncIterator[None]:
    """Serve on a bound socket for the time of the block; on leaving, give requests three seconds to end."""
    runner = web.AppRunner(
        application, access_log=None, handler_cancellation=False, shutdown_timeout=CLOSING_SECONDS
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


def listen(host: str, port: int) -> socket.socket:
    """Bind a socket; port 0 takes any free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.settimeout(0.0)
    return listener
