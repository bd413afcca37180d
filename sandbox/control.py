"""The JSON API of people, tests and scripts; `docs/sandbox.md` describes it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from sandbox.bot_api import SANDBOX
from sandbox.clock import http_date, iso, parse_iso
from sandbox.errors import Refused
from sandbox.people import membership, raw, talk
from sandbox.state import Sandbox

CONTROL_URL = web.AppKey("control_url", str)
CONTROL_SECONDS = 120
LONGEST_WAIT = 60.0
Deed = Callable[[Sandbox, dict[str, Any]], Any]


def _answer(sandbox: Sandbox, body: Any, code: int = 200) -> web.Response:
    return web.Response(
        status=code,
        body=orjson.dumps(body),
        headers={"Content-Type": "application/json", "Date": http_date(sandbox.clock.unix())},
    )


async def _body(request: web.Request) -> Any:
    try:
        return orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError as error:
        raise Refused(f"the body is not JSON: {error}") from error


@web.middleware
async def plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a refused control call with `{error}` in plain words."""
    try:
        return await handler(request)
    except Refused as refused:
        return _answer(request.app[SANDBOX], {"error": refused.why}, refused.code)


def _deed(do: Deed) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        sandbox = request.app[SANDBOX]
        asked = await _body(request)
        if not isinstance(asked, dict) and do is not _feed:
            raise Refused("the body must be a JSON object")
        try:
            with sandbox.store.transaction():
                result = do(sandbox, asked)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused(f"something is missing or of the wrong type: {error!r}") from error
        sandbox.announce()
        return _answer(sandbox, result)

    return handle


def _write(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    return {"message_id": talk.write(sandbox, asked)}


def _edit(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    talk.edit(sandbox, asked)
    return {"ok": True}


def _react(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    talk.react(sandbox, asked)
    return {"ok": True}


def _press(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    return {"callback_query_id": talk.press(sandbox, asked)}


def _person(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    if "id" in asked:
        membership.require_people(sandbox, [asked["id"]])
        person = sandbox.world.people[asked["id"]]
        person.name = asked.get("name", person.name)
        person.deactivated = bool(asked.get("deactivated", person.deactivated))
        return {"id": sandbox.world.save_person(person).id}
    if not isinstance(asked.get("name"), str) or not asked["name"].strip():
        raise Refused("a person needs a name")
    return {"id": membership.new_person(sandbox, asked["name"].strip(), asked.get("username")).id}


def _group(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    if not isinstance(asked.get("title"), str) or not asked["title"].strip():
        raise Refused("a group needs a title")
    group = membership.new_group(
        sandbox,
        asked["title"].strip(),
        asked.get("type", "supergroup"),
        list(asked.get("members", ())),
        with_bot=bool(asked.get("bot", True)),
    )
    return {"id": group.id}


def _members(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    membership.set_members(sandbox, asked)
    return {"ok": True}


def _block(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    membership.block(
        sandbox, asked.get("person", asked.get("from")), blocked=bool(asked.get("blocked", True))
    )
    return {"ok": True}


def _migrate(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    return {"chat": membership.migrate(sandbox, asked["chat"])}


def _feed(sandbox: Sandbox, asked: Any) -> Any:
    return {"update_id": raw.feed(sandbox, asked)}


def _redeliver(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    return {"update_ids": raw.redeliver(sandbox, asked)}


def _order_fault(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    sandbox.faults.order(asked)
    return {"waiting": sandbox.faults.waiting()}


async def get_state(request: web.Request) -> web.StreamResponse:
    """Answer who and what is there."""
    sandbox = request.app[SANDBOX]
    world = sandbox.world
    chats = [{"id": one.id, "type": "private", "title": one.name} for one in world.people.values()]
    for group in world.groups.values():
        shown: dict[str, Any] = {"id": group.id, "type": group.type, "title": group.title}
        shown["members"] = [one for one in world.members(group.id) if one != world.bot_id]
        shown["bot"] = world.standing(group.id, world.bot_id)
        if group.moved_to is not None:
            shown["moved_to"] = group.moved_to
        chats.append(shown)
    people = [
        {"id": one.id, "name": one.name, "blocked": one.blocked, "deactivated": one.deactivated}
        for one in world.people.values()
    ]
    bot = {"username": world.bot["username"], "id": world.bot_id, "name": world.bot["first_name"]}
    body = {"now": iso(sandbox.clock.now()), "bot": bot, "people": people, "chats": chats}
    return _answer(sandbox, body)


async def get_messages(request: web.Request) -> web.StreamResponse:
    """Answer a chat's messages after a revision, waiting for one if asked."""
    sandbox = request.app[SANDBOX]
    chat_id = int(request.match_info["chat"])
    if chat_id not in sandbox.world.people and chat_id not in sandbox.world.groups:
        raise Refused(f"there is no chat {chat_id}", 404)
    after, seconds = _number(request, "after"), min(_number(request, "wait"), LONGEST_WAIT)
    ends = asyncio.get_running_loop().time() + seconds
    found = sandbox.messages.since(chat_id, int(after))
    while (
        not found and (left := ends - asyncio.get_running_loop().time()) > 0 and request.transport is not None
    ):
        await sandbox.messages.wait(left)
        found = sandbox.messages.since(chat_id, int(after))
    return _answer(sandbox, found)


def _number(request: web.Request, name: str) -> float:
    try:
        return float(request.query.get(name, "0"))
    except ValueError:
        raise Refused(f"{name} must be a number") from None


async def get_press(request: web.Request) -> web.StreamResponse:
    """Answer what the bot answered to a press, waiting for it if asked."""
    sandbox = request.app[SANDBOX]
    ends = asyncio.get_running_loop().time() + min(_number(request, "wait"), LONGEST_WAIT)
    while True:
        row = sandbox.store.row("SELECT answer FROM callback WHERE id = ?", request.match_info["query"])
        if row is None:
            raise Refused("there is no such press", 404)
        left = ends - asyncio.get_running_loop().time()
        if row[0] is not None or left <= 0:
            answer = {"answered": row[0] is not None} | (orjson.loads(row[0]) if row[0] else {})
            return _answer(sandbox, answer)
        await sandbox.messages.wait(left)


async def get_journal(request: web.Request) -> web.StreamResponse:
    """Answer the accepted calls after a number."""
    sandbox = request.app[SANDBOX]
    return _answer(sandbox, sandbox.journal.since(int(_number(request, "after"))))


async def get_queue(request: web.Request) -> web.StreamResponse:
    """Answer which updates wait and which the bot has confirmed."""
    sandbox = request.app[SANDBOX]
    after = int(_number(request, "after"))
    with sandbox.store.transaction():
        pending = [one.update_id for one in sandbox.updates.pending(after, limit=-1)]
    confirmed = sandbox.updates.ids("confirmed", after)
    body = {
        "pending": len(pending),
        "confirmed": len(confirmed),
        "last_update_id": sandbox.updates.last_id,
        "pending_ids": pending,
        "confirmed_ids": confirmed,
        "expired_ids": sandbox.updates.ids("expired", after),
    }
    return _answer(sandbox, body)


async def get_file(request: web.Request) -> web.StreamResponse:
    """Serve the bytes of a picture or document."""
    sandbox = request.app[SANDBOX]
    known = sandbox.files.find(request.match_info["file"])
    if known is None:
        raise Refused("there is no such file", 404)
    return web.Response(body=sandbox.files.content(known), content_type=known["mime_type"].split(";")[0])


async def get_clock(request: web.Request) -> web.StreamResponse:
    """Answer the virtual time."""
    sandbox = request.app[SANDBOX]
    return _answer(sandbox, {"now": iso(sandbox.clock.now())})


async def set_clock(request: web.Request) -> web.StreamResponse:
    """Move the clock and answer once the bot has ticked at the new time."""
    sandbox = request.app[SANDBOX]
    asked = await _body(request)
    try:
        seconds = parse_iso(asked["now"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("now must be ISO 8601 text, such as 2024-03-05T09:00:00+08:00") from error
    with sandbox.store.transaction():
        sandbox.set_clock(seconds)
    sandbox.updates.on_new()
    now = {"now": iso(seconds)}
    why = await _tick_bot(sandbox, request.app[CONTROL_URL], now)
    if why:
        raise Refused(f"the clock shows {now['now']}, but the bot did not tick: {why}", 502)
    return _answer(sandbox, now)


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


async def get_faults(request: web.Request) -> web.StreamResponse:
    """Answer the faults still to happen."""
    sandbox = request.app[SANDBOX]
    return _answer(sandbox, {"waiting": sandbox.faults.waiting(), "limits": sandbox.faults.limits})


async def clear_faults(request: web.Request) -> web.StreamResponse:
    """Forget all faults and limits."""
    sandbox = request.app[SANDBOX]
    sandbox.faults.clear()
    return _answer(sandbox, {"waiting": []})


DEEDS: dict[str, Deed] = {
    "messages": _write,
    "edits": _edit,
    "reactions": _react,
    "presses": _press,
    "people": _person,
    "chats": _group,
    "members": _members,
    "blocks": _block,
    "migrations": _migrate,
    "updates": _feed,
    "redeliveries": _redeliver,
    "faults": _order_fault,
}


def add_routes(app: web.Application) -> None:
    """Serve the control API."""
    for name, do in DEEDS.items():
        app.router.add_post(f"/sandbox/{name}", _deed(do))
    app.router.add_get("/sandbox/state", get_state)
    app.router.add_get(r"/sandbox/chats/{chat:-?\d+}/messages", get_messages)
    app.router.add_get("/sandbox/presses/{query}", get_press)
    app.router.add_get("/sandbox/journal", get_journal)
    app.router.add_get("/sandbox/queue", get_queue)
    app.router.add_get("/sandbox/files/{file}", get_file)
    app.router.add_get("/sandbox/clock", get_clock)
    app.router.add_post("/sandbox/clock", set_clock)
    app.router.add_get("/sandbox/faults", get_faults)
    app.router.add_delete("/sandbox/faults", clear_faults)
