"""The JSON API of people, tests and scripts; `docs/sandbox.md` describes it."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from sandbox import control_clock, control_reads
from sandbox.bot_api import SANDBOX, as_json
from sandbox.errors import Refused
from sandbox.people import membership, raw, talk, topics
from sandbox.state import Sandbox

# What Python says of JSON that lacks a key or has a list where a number belongs.
WRONG_TYPES = (KeyError, TypeError, ValueError, AttributeError, OverflowError, sqlite3.ProgrammingError)
Deed = Callable[[Sandbox, dict[str, Any]], Any]


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
        return as_json(request.app[SANDBOX], {"error": refused.why}, refused.code)


def _deed(do: Deed) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        sandbox = request.app[SANDBOX]
        asked = await _body(request)
        if not isinstance(asked, dict) and do is not _feed:
            raise Refused("the body must be a JSON object")
        try:
            with sandbox.store.transaction():
                result = do(sandbox, asked)
        except WRONG_TYPES as error:
            raise Refused(f"something is missing or of the wrong type: {error!r}") from error
        sandbox.announce()
        if do is _press and asked.get("wait"):
            result |= await control_reads.press_answer(
                sandbox, result["callback_query_id"], float(asked["wait"])
            )
        return as_json(sandbox, result)

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


def _named(asked: dict[str, Any], key: str, why: str) -> str:
    name = asked.get(key)
    if not isinstance(name, str) or not name.strip():
        raise Refused(why)
    return name.strip()


def _person(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    if "id" in asked:
        membership.require_people(sandbox, [asked["id"]])
        person = sandbox.world.people[asked["id"]]
        person.name = _named(asked, "name", "a person needs a name") if "name" in asked else person.name
        person.deactivated = bool(asked.get("deactivated", person.deactivated))
        return {"id": sandbox.world.save_person(person).id}
    username = _named(asked, "username", "username must be text") if asked.get("username") else None
    return {"id": membership.new_person(sandbox, _named(asked, "name", "a person needs a name"), username).id}


def _group(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    group = membership.new_group(
        sandbox,
        _named(asked, "title", "a group needs a title"),
        asked.get("type", "supergroup"),
        list(asked.get("members", ())),
        with_bot=bool(asked.get("bot", True)),
    )
    return {"id": group.id}


def _topic(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    return {"id": topics.open_topic(sandbox, asked, _named(asked, "name", "a topic needs a name"))}


def _members(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    membership.set_members(sandbox, asked)
    return {"ok": True}


def _block(sandbox: Sandbox, asked: dict[str, Any]) -> Any:
    membership.block(
        sandbox,
        asked.get("person", asked.get("from", asked.get("chat"))),
        blocked=bool(asked.get("blocked", True)),
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


DEEDS: dict[str, Deed] = {
    "messages": _write,
    "edits": _edit,
    "reactions": _react,
    "presses": _press,
    "people": _person,
    "chats": _group,
    "topics": _topic,
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
    app.router.add_get("/sandbox/state", control_reads.get_state)
    app.router.add_get(r"/sandbox/chats/{chat:-?\d+}/messages", control_reads.get_messages)
    app.router.add_get("/sandbox/presses/{query}", control_reads.get_press)
    app.router.add_get("/sandbox/journal", control_reads.get_journal)
    app.router.add_get("/sandbox/queue", control_reads.get_queue)
    app.router.add_get("/sandbox/files/{file}", control_reads.get_file)
    app.router.add_get("/sandbox/clock", control_clock.get_clock)
    app.router.add_post("/sandbox/clock", control_clock.set_clock)
    app.router.add_get("/sandbox/due", control_clock.get_due)
    app.router.add_get("/sandbox/faults", control_reads.get_faults)
    app.router.add_delete("/sandbox/faults", control_reads.clear_faults)
