"""The Bot API over HTTP: reading calls, ordering faults, answering."""

import asyncio
import contextlib
import hmac
from typing import Any

import orjson
from aiohttp import web
from aiohttp.multipart import BodyPartReader

from sandbox.clock import http_date
from sandbox.dispatch import call
from sandbox.errors import ApiError, bad_request
from sandbox.faults import OF_DOWNLOADS, Fault, too_many
from sandbox.files import UPLOAD_LIMIT
from sandbox.methods.parts import Uploads, Values
from sandbox.methods.receiving import get_updates
from sandbox.state import Sandbox
from sandbox.validation import Upload, canonical, validate

SANDBOX = web.AppKey("sandbox", Sandbox)
HTML_ERROR = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<h1>{0}</h1>\r\n</body>\r\n</html>\r\n"
INSTEAD = frozenset({"drop_before", "404", "429", "500", "502"})
REASONS = {"404": "404 Not Found", "500": "500 Internal Server Error", "502": "502 Bad Gateway"}


async def handle_call(request: web.Request) -> web.StreamResponse:
    """Serve `/bot<token>/<method>`."""
    sandbox = request.app[SANDBOX]
    try:
        _require_token(sandbox, request)
        given, uploads = await _read(request)
    except ApiError as error:
        return as_json(sandbox, error.body(), error.code)
    method = request.match_info["method"]
    fault = sandbox.faults.take(method, given.get("chat_id"))
    if fault is None:
        return await _answer(request, sandbox, method, given, uploads)
    return await _faulty(request, sandbox, fault, (method, given, uploads))


async def _answer(
    request: web.Request, sandbox: Sandbox, method: str, given: Values, uploads: Uploads
) -> web.Response:
    try:
        if method.lower() == "getupdates":
            values = validate(canonical(method), given, uploads)
            found = await get_updates(sandbox, values, lambda: request.transport is None)
            return as_json(sandbox, {"ok": True, "result": found})
        return as_json(sandbox, call(sandbox, method, given, uploads))
    except ApiError as error:
        return as_json(sandbox, error.body(), error.code)


async def _faulty(
    request: web.Request, sandbox: Sandbox, fault: Fault, asked: tuple[str, Values, Uploads]
) -> web.StreamResponse:
    if fault.kind in INSTEAD:
        return _answer_instead(request, sandbox, fault)
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    answer = await _answer(request, sandbox, *asked)
    if fault.kind == "drop_after":
        return _hang_up(request)
    if fault.kind == "truncated":
        return await _truncate(request, answer)
    if fault.kind in {"duplicate", "reorder"}:
        return _shuffled(sandbox, fault.kind, answer)
    return answer


def _answer_instead(request: web.Request, sandbox: Sandbox, fault: Fault) -> web.Response:
    if fault.kind == "drop_before":
        return _hang_up(request)
    if fault.kind == "429":
        error = too_many(fault.retry_after)
        return as_json(sandbox, error.body(), error.code)
    text = HTML_ERROR.format(REASONS[fault.kind])
    return web.Response(status=int(fault.kind), text=text, content_type="text/html")


def _shuffled(sandbox: Sandbox, kind: str, answer: web.Response) -> web.Response:
    body = orjson.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
    if isinstance(body.get("result"), list):
        body["result"] = body["result"] * 2 if kind == "duplicate" else body["result"][::-1]
    return as_json(sandbox, body, answer.status)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _truncate(request: web.Request, answer: web.Response) -> web.StreamResponse:
    body = answer.body if isinstance(answer.body, bytes) else b""
    cut = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return cut


def as_json(sandbox: Sandbox, body: Any, code: int = 200) -> web.Response:
    """Build a JSON answer dated by the virtual clock."""
    return web.Response(
        status=code,
        body=orjson.dumps(body),
        headers={"Content-Type": "application/json", "Date": http_date(sandbox.clock.unix())},
    )


def _require_token(sandbox: Sandbox, request: web.Request) -> None:
    if not hmac.compare_digest(request.match_info["token"].encode(), sandbox.world.token.encode()):
        raise ApiError(401, "Unauthorized")


async def _read(request: web.Request) -> tuple[Values, Uploads]:
    """Read parameters from the query and from a JSON, urlencoded or multipart body."""
    given: Values = dict(request.query)
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _read_multipart(request, given)
    if not request.can_read_body:
        return given, {}
    if kind == "application/json":
        try:
            body = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            raise bad_request("can't parse request: unexpected end of JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("object expected as request body")
        return given | body, {}
    return given | dict((await request.post()).items()), {}


async def _read_multipart(request: web.Request, given: Values) -> tuple[Values, Uploads]:
    uploads: Uploads = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse request: nested multipart")
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            given[part.name] = content.decode()
        elif len(content) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        else:
            uploads[part.name] = Upload(part.filename, part.headers.get("Content-Type", ""), content)
    return given, uploads


async def handle_download(request: web.Request) -> web.StreamResponse:
    """Serve `/file/bot<token>/<file_path>`."""
    sandbox = request.app[SANDBOX]
    try:
        _require_token(sandbox, request)
    except ApiError as error:
        return as_json(sandbox, error.body(), error.code)
    known = sandbox.files.find_by_path(request.match_info["path"])
    if known is None:
        return as_json(sandbox, ApiError(404, "Not Found").body(), 404)
    content = sandbox.files.content(known)
    fault = sandbox.faults.take("download", None, OF_DOWNLOADS)
    if fault is not None and fault.kind in INSTEAD:
        return _answer_instead(request, sandbox, fault)
    if fault is not None:
        return await _halve(request, content, fault)
    return web.Response(body=content, content_type="application/octet-stream")


async def _halve(request: web.Request, content: bytes, fault: Fault) -> web.StreamResponse:
    """Send half of a file, and the rest after a delay or never."""
    sent = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
    sent.content_length = len(content)
    await sent.prepare(request)
    await sent.write(content[: len(content) // 2])
    if fault.kind == "truncated":
        if request.transport is not None:
            request.transport.close()
        return sent
    await asyncio.sleep(fault.seconds)
    with contextlib.suppress(ConnectionError):  # nobody waits for it any more
        await sent.write(content[len(content) // 2 :])
        await sent.write_eof()
    return sent


def add_routes(app: web.Application) -> None:
    """Serve the Bot API."""
    app.router.add_route("*", "/bot{token:[^/]+}/{method:[A-Za-z]+}", handle_call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", handle_download)
