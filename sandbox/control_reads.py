"""What can be asked of the sandbox: state, messages, presses, journal, queue, files, faults."""

import asyncio
from typing import Any

import orjson
from aiohttp import web

from sandbox.bot_api import SANDBOX, as_json
from sandbox.clock import iso
from sandbox.errors import Refused
from sandbox.state import Sandbox

LONGEST_WAIT = 60.0


async def get_state(request: web.Request) -> web.StreamResponse:
    """Answer who and what is there."""
    sandbox = request.app[SANDBOX]
    world = sandbox.world
    chats = [{"id": one.id, "type": "private", "title": one.name} for one in world.people.values()]
    for group in world.groups.values():
        shown: dict[str, Any] = {"id": group.id, "type": group.type, "title": group.title}
        shown["members"] = [one for one in world.members(group.id) if one != world.bot_id]
        shown["bot"] = world.standing(group.id, world.bot_id)
        shown["administrators"] = [
            one for one in shown["members"] if world.standing(group.id, one) in {"creator", "administrator"}
        ]
        if group.moved_to is not None:
            shown["moved_to"] = group.moved_to
        chats.append(shown)
    people = [
        {"id": one.id, "name": one.name, "blocked": one.blocked, "deactivated": one.deactivated}
        for one in world.people.values()
    ]
    bot = {"username": world.bot["username"], "id": world.bot_id, "name": world.bot["first_name"]}
    body = {"now": iso(sandbox.clock.now()), "bot": bot, "people": people, "chats": chats}
    return as_json(sandbox, body)


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
    return as_json(sandbox, found)


def _number(request: web.Request, name: str) -> float:
    try:
        return float(request.query.get(name, "0"))
    except ValueError:
        raise Refused(f"{name} must be a number") from None


async def get_press(request: web.Request) -> web.StreamResponse:
    """Answer what the bot answered to a press, waiting for it if asked."""
    sandbox = request.app[SANDBOX]
    return as_json(
        sandbox, await press_answer(sandbox, request.match_info["query"], _number(request, "wait"))
    )


async def press_answer(sandbox: Sandbox, query_id: str, seconds: float) -> dict[str, Any]:
    """Return `{answered, text?, show_alert?, url?}` of a press, waiting up to `seconds` for the bot.

    Raises:
        Refused: 404 if there is no such press.
    """
    ends = asyncio.get_running_loop().time() + min(seconds, LONGEST_WAIT)
    while True:
        row = sandbox.store.row("SELECT answer FROM callback WHERE id = ?", query_id)
        if row is None:
            raise Refused("there is no such press", 404)
        if row[0] is not None:
            answer: dict[str, Any] = orjson.loads(row[0])
            return {"answered": True} | answer
        left = ends - asyncio.get_running_loop().time()
        if left <= 0:
            return {"answered": False}
        await sandbox.messages.wait(left)


async def get_journal(request: web.Request) -> web.StreamResponse:
    """Answer the accepted calls after a number."""
    sandbox = request.app[SANDBOX]
    return as_json(sandbox, sandbox.journal.since(int(_number(request, "after"))))


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
    return as_json(sandbox, body)


async def get_file(request: web.Request) -> web.StreamResponse:
    """Serve the bytes of a picture or document."""
    sandbox = request.app[SANDBOX]
    known = sandbox.files.find(request.match_info["file"])
    if known is None:
        raise Refused("there is no such file", 404)
    return web.Response(body=sandbox.files.content(known), content_type=known["mime_type"].split(";")[0])


async def get_faults(request: web.Request) -> web.StreamResponse:
    """Answer the faults still to happen."""
    sandbox = request.app[SANDBOX]
    return as_json(sandbox, {"waiting": sandbox.faults.waiting(), "limits": sandbox.faults.limits})


async def clear_faults(request: web.Request) -> web.StreamResponse:
    """Forget all faults and limits."""
    sandbox = request.app[SANDBOX]
    sandbox.faults.clear()
    return as_json(sandbox, {"waiting": []})
