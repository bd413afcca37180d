"""The way to the Bot API: through the proxy, to the server, past the token, and back by the webhook."""

import asyncio
import datetime as dtm
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from bot.api import BotApi
from bot.clock import Clock
from bot.doctor.findings import Finding, broken, good, warning
from services.core.text import clean
from settings import Settings

PATIENCE = aiohttp.ClientTimeout(total=15, connect=10)
SLOW_SECONDS = 3.0
CLOCK_SECONDS = 30
"""So far a clock may be off before deadlines are at stake; the header itself counts whole seconds."""

REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (aiohttp.ClientHttpProxyError, "proxy_refuses"),
    ((ProxyConnectionError, aiohttp.ClientProxyConnectionError), "proxy_unreached"),
    (ProxyError, "proxy_cannot"),
    (aiohttp.ClientConnectorDNSError, "name_unknown"),
    ((aiohttp.ClientSSLError, ssl.SSLError), "certificate_wrong"),
    ((TimeoutError, ProxyTimeoutError), "telegram_silent"),
)
"""What each kind of failure says, the narrower first."""

MANY_WAITING = 100
RECENT = dtm.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the Bot API answered, how long it took in seconds, and what its clock said."""

    status: int
    body: Mapping[str, Any]
    seconds: float
    date: str


async def look_at_telegram(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Ask the Bot API who we are and where it sends updates; nothing is changed there."""
    if settings.token is None:
        return
    api = BotApi(settings, settings.token.get_secret_value())
    try:
        try:
            reply = await _ask(api, settings, "getMe")
        except (aiohttp.ClientError, ProxyError, ProxyConnectionError, ProxyTimeoutError, OSError) as error:
            yield why_unreached(error, settings)
            return
        for finding in judge_reply(reply):
            yield finding
        if reply.status == 200 and reply.date:
            yield judge_clock(reply, clock.now())
        if reply.body.get("ok") is True:
            webhook = await _ask(api, settings, "getWebhookInfo")
            for finding in judge_webhook(webhook.body.get("result") or {}, settings, clock.now()):
                yield finding
    finally:
        await api.close()


async def _ask(api: BotApi, settings: Settings, method: str) -> Reply:
    token = settings.token.get_secret_value() if settings.token else ""
    begun = asyncio.get_running_loop().time()
    async with api.session.get(f"{settings.api_url}/bot{token}/{method}", timeout=PATIENCE) as response:
        payload = await response.read()
    seconds = asyncio.get_running_loop().time() - begun
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError:
        body = None
    return Reply(
        response.status, body if isinstance(body, dict) else {}, seconds, response.headers.get("Date", "")
    )


def why_unreached(error: Exception, settings: Settings) -> Finding:
    """Tell a proxy that is wrong from a network that does not get there."""
    host = urlsplit(settings.api_url).hostname or ""
    proxy = urlsplit(settings.proxy.get_secret_value()).hostname if settings.proxy else None
    reason = next((key for kinds, key in REASONS if isinstance(error, kinds)), "telegram_unreached")
    if proxy is not None and isinstance(error, aiohttp.ClientConnectorError) and error.host == proxy:
        reason = "proxy_unreached"
    return broken(
        reason,
        host=host,
        proxy=proxy or "",
        status=getattr(error, "status", 0),
        problem=type(error).__name__,
    )


def judge_reply(reply: Reply) -> Iterator[Finding]:
    """Say what the answer to getMe means."""
    if reply.body.get("ok") is True:
        milliseconds = int(reply.seconds * 1000)
        level = good if reply.seconds < SLOW_SECONDS else warning
        key = "telegram" if reply.seconds < SLOW_SECONDS else "telegram_slow"
        name = clean(str(reply.body.get("result", {}).get("username", "")))
        yield level(key, name=name, milliseconds=milliseconds)
    elif "ok" not in reply.body:
        yield broken("no_bot_api", status=reply.status)
    elif reply.status in {401, 404}:
        yield broken("token_refused")
    else:
        yield warning("telegram_troubled", status=reply.status)


def judge_clock(reply: Reply, now: dtm.datetime) -> Finding:
    """Compare our clock with the server's, as it was half-way through the call."""
    try:
        theirs = parsedate_to_datetime(reply.date)
    except ValueError:
        return warning("clock_unknown")
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=dtm.UTC)
    off = int((now - dtm.timedelta(seconds=reply.seconds / 2) - theirs).total_seconds())
    if abs(off) > CLOCK_SECONDS:
        return warning("clock_fast" if off > 0 else "clock_slow", seconds=abs(off))
    return good("clock")


def judge_webhook(webhook: Mapping[str, Any], settings: Settings, now: dtm.datetime) -> Iterator[Finding]:
    """Compare where Telegram sends updates with what the settings say."""
    url, wanted = clean(str(webhook.get("url") or "")), settings.webhook_url or ""
    waiting = int(webhook.get("pending_update_count") or 0)
    if url == wanted:
        yield good("webhook" if wanted else "polling", count=waiting)
    elif wanted:
        yield warning("webhook_elsewhere" if url else "webhook_unset", url=url)
    else:
        yield warning("webhook_while_polling", url=url)
    failed_at = webhook.get("last_error_date")
    if url and isinstance(failed_at, int):
        moment = dtm.datetime.fromtimestamp(failed_at, settings.zone)
        problem = clean(str(webhook.get("last_error_message") or ""))
        if now - moment < RECENT:
            yield warning("webhook_failed", moment=f"{moment:%H:%M}", problem=problem)
    if waiting > MANY_WAITING:
        yield warning("many_waiting", count=waiting)
