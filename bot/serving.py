"""Serving from start to stop: the sandbox without a token, polling or the webhook with one."""

import asyncio
import datetime as dtm
import errno
import gc
import logging
import socket
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot import sandboxed, web
from bot.clock import Clock
from bot.container import Parts, TokenRefused, build_web, listen_for_updates, put_together
from bot.database import explained, opened
from bot.failpoints import Failpoints, UnknownFailpoint
from bot.lock import serving
from bot.logs import redact
from bot.refusal import Refusal
from bot.scheduler import ticking
from services.membership import founding
from services.office import organisations
from settings import ROOT, Settings

log = logging.getLogger(__name__)

EXAMPLES = ROOT / "examples"
OTHER_PORTS = {"DUBAN_PORT": 8001, "DUBAN_SANDBOX_PORT": 8081}


async def serve(settings: Settings) -> int:
    """Serve until cancelled; the exit code is 1 when the right to serve was lost.

    Raises:
        Refusal: the token is unknown, or the database belongs to the other way of running.
        DatabaseUnusable: the database cannot be opened.
    """
    try:
        failpoints = Failpoints(settings.failpoint)
    except UnknownFailpoint as problem:
        raise Refusal(
            f"DUBAN_FAILPOINT：没有这个位置 (no such place) {problem}。例如：lane.after_commit:3"
        ) from None
    lost = asyncio.Event()
    async with AsyncExitStack() as stack:
        with explained():
            await stack.enter_async_context(serving(settings.database_url, waits=True, on_loss=lost.set))
            await stack.enter_async_context(opened(settings.database_url))
        if not await organisations.claim_deployment(is_sandbox=settings.is_sandbox):
            raise Refusal(_mixed(settings))
        listener = _listen(settings)
        stack.callback(listener.close)
        clock = Clock(settings.zone)
        control: str | None = None
        if settings.is_sandbox:
            port = listener.getsockname()[1]
            settings, control = await _start_sandbox(stack, settings, clock, port)
        await _start(stack, settings, clock, listener, control, failpoints)
        if control is not None:
            # Not before the bot's own port listens: whoever reads this may move the clock at once.
            _invite(settings.api_url)
        await lost.wait()
        log.error("the database ended our session: another process may serve now")
        return 1


async def _start(
    stack: AsyncExitStack,
    settings: Settings,
    clock: Clock,
    listener: socket.socket,
    control: str | None,
    failpoints: Failpoints,
) -> None:
    token = settings.token.get_secret_value() if settings.token else ""
    # It may take hours until Telegram can be reached; meanwhile health has its answer on the same port.
    async with web.served(web.build_for_starting(), listener.dup()):
        try:
            parts = await stack.enter_async_context(put_together(settings, token, clock, failpoints))
        except TokenRefused:
            raise Refusal(
                "DUBAN_TOKEN：Telegram 不认识这个令牌，请在 @BotFather 处核对 (Telegram does not know it)"
            ) from None
        await _print_first_code(parts, settings)
        # What an earlier run stored comes before anything that a webhook may bring from now on.
        await parts.intake.resume()
    await stack.enter_async_context(web.served(build_web(parts, settings, control), listener))
    await stack.enter_async_context(ticking(parts.tick))
    gc.freeze()  # what has been put together stays: nobody need look through it for garbage again
    await listen_for_updates(parts, settings, failpoints)


async def _start_sandbox(
    stack: AsyncExitStack, settings: Settings, clock: Clock, port: int
) -> tuple[Settings, str]:
    """Start the sandbox, set the clock to its day, fill an empty database; return settings that use it."""
    # The sandbox itself would end with a trace of ours.
    _bind("DUBAN_SANDBOX_PORT", "127.0.0.1", settings.sandbox_port).close()
    try:
        sandbox = await stack.enter_async_context(
            sandboxed.running(
                _sandbox_folder(settings),
                EXAMPLES / "people.json",
                settings.sandbox_port,
                f"http://127.0.0.1:{port}/sandbox/clock",
            )
        )
    except sandboxed.SandboxFailed as problem:
        raise Refusal(f"沙盒没有打开，原因见上一行 (the sandbox did not start)：{problem}") from None
    redact.add(sandbox.token)
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/sandbox/state") as answer:
        clock.move_to(dtm.datetime.fromisoformat((await answer.json())["now"]))
    await sandboxed.fill(EXAMPLES, clock.now())
    used = settings.model_copy(
        update={"token": SecretStr(sandbox.token), "api_url": sandbox.url, "files": settings.received}
    )
    return used, sandbox.token


async def _print_first_code(parts: Parts, settings: Settings) -> None:
    """Print the link by which the first person comes in, where nobody runs anything yet; never log it."""
    if settings.administrators:
        return
    nonce = await founding.print_code(parts.links.codes, parts.clock.now())
    if nonce is not None:
        redact.add(parts.links.codes.code(nonce))
        sys.stdout.write(
            "还没有管理员。请用手机打开下面的链接，成为第一位管理员（7天内有效，只能用一次）：\n"
            f"(open this link to become the first administrator)\n{parts.links.link(nonce)}\n"
        )
        sys.stdout.flush()


def _invite(url: str) -> None:
    sys.stdout.write(f"督办沙盒已就绪，请用浏览器打开：{url}/\n(the sandbox is ready: open it)\n")
    sys.stdout.flush()


def _sandbox_folder(settings: Settings) -> Path:
    return settings.files.parent / "sandbox"


def _listen(settings: Settings) -> socket.socket:
    host = "127.0.0.1" if settings.is_sandbox else "0.0.0.0"  # noqa: S104 - the webhook's proxy may be elsewhere
    return _bind("DUBAN_PORT", host, settings.port)


def _bind(name: str, host: str, port: int) -> socket.socket:
    try:
        return web.listen(host, port)
    except PermissionError:
        problem = "系统不让用，请换 1024 以上的 (not allowed, take one above 1024)"
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        problem = "已被占用，请换一个 (the port is taken)"
    raise Refusal(f"{name}：端口 {port} {problem}。例如：{name}={OTHER_PORTS[name]}")


def _mixed(settings: Settings) -> str:
    if settings.is_sandbox:
        return "DUBAN_DATABASE：这是正式数据库，沙盒不会使用。请设置 DUBAN_TOKEN 或另指定数据库。(real data)"
    return "DUBAN_DATABASE：这是沙盒的数据库，请另指定一个。(the sandbox's data)"
