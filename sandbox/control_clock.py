"""The clock from outside: moving it moves the bot's, and the answer waits for the bot's tick; what is due."""

import aiohttp
import orjson
from aiohttp import web

from sandbox.bot_api import SANDBOX, as_json
from sandbox.clock import iso, parse_iso
from sandbox.errors import Refused
from sandbox.state import Sandbox

CONTROL_URL = web.AppKey("control_url", str)
CONTROL_SECONDS = 120


async def get_clock(request: web.Request) -> web.StreamResponse:
    """Answer the virtual time."""
    sandbox = request.app[SANDBOX]
    return as_json(sandbox, {"now": iso(sandbox.clock.now())})


async def set_clock(request: web.Request) -> web.StreamResponse:
    """Move the clock and answer once the bot has ticked at the new time."""
    sandbox = request.app[SANDBOX]
    try:
        seconds = parse_iso(orjson.loads(await request.read())["now"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("now must be ISO 8601 text, such as 2024-03-05T09:00:00+08:00") from error
    with sandbox.store.transaction():
        sandbox.set_clock(seconds)
    sandbox.updates.on_new()
    now = {"now": iso(seconds)}
    why = await _tick_bot(sandbox, request.app[CONTROL_URL], now)
    if why:
        raise Refused(f"the clock shows {now['now']}, but the bot did not tick: {why}", 502)
    return as_json(sandbox, now)


async def get_due(request: web.Request) -> web.StreamResponse:
    """Answer what the bot says becomes due next, as it says it; nothing where no bot follows the clock."""
    sandbox = request.app[SANDBOX]
    clock_url = request.app[CONTROL_URL]
    if not clock_url:
        return as_json(sandbox, {"organisations": []})
    url = f"{clock_url.rpartition('/')[0]}/due"
    headers = {"X-Duban-Control": sandbox.world.token}
    timeout = aiohttp.ClientTimeout(total=CONTROL_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, headers=headers) as response,
        ):
            if response.status != 200:
                raise Refused(f"{url} answered {response.status}", 502)
            return as_json(sandbox, orjson.loads(await response.read()))
    except TimeoutError:
        raise Refused(f"{url} did not answer within {CONTROL_SECONDS} s", 502) from None
    except aiohttp.ClientError as error:
        raise Refused(f"{url} cannot be reached ({error})", 502) from None


async def _tick_bot(sandbox: Sandbox, url: str, now: dict[str, str]) -> str:
    """Tell the bot the time; return why it could not be told, or nothing."""
    if not url:
        return ""
    timeout = aiohttp.ClientTimeout(total=CONTROL_SECONDS)
    headers = {"X-Duban-Control": sandbox.world.token}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json=now, headers=headers) as response,
        ):
            text = await response.text()
            return "" if response.status == 200 else f"{url} answered {response.status}: {text[:200]}"
    except TimeoutError:
        return f"{url} did not answer within {CONTROL_SECONDS} s"
    except aiohttp.ClientError as error:
        return f"{url} cannot be reached ({error})"
