"""The sandbox as one web application: Bot API, control API, chat page."""

import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox import bot_api, control
from sandbox.bot_api import SANDBOX
from sandbox.control_clock import CONTROL_URL
from sandbox.files import UPLOAD_LIMIT
from sandbox.state import Sandbox
from sandbox.webhook import Webhook

PAGE = Path(__file__).parent / "page"
ROOM_FOR_BASE64 = 2


async def _push(app: web.Application) -> AsyncIterator[None]:
    sandbox = app[SANDBOX]
    sandbox.nursery.start(Webhook(sandbox).run())
    yield
    await sandbox.nursery.close()
    sandbox.store.close()


@web.middleware
async def own_pages_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Serve no page but our own: a browser lets any page that it shows send requests to this machine."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin != f"http://{request.host}"
    if is_foreign or not _is_address(request.url.host or ""):
        raise web.HTTPForbidden(text="ask from the chat page, by this machine's address or localhost")
    return await handler(request)


def _is_address(host: str) -> bool:
    # A page whose name is made to point here afterwards still asks under its name.
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


async def get_page(request: web.Request) -> web.StreamResponse:
    """Serve the chat page's files; `/` is its index."""
    name = request.match_info.get("name") or "index.html"
    path = PAGE / name
    if not path.is_file():
        raise web.HTTPNotFound(text=f"{name} is not part of the page")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


def build(sandbox: Sandbox, control_url: str = "") -> web.Application:
    """Put the routes together; closing the application closes the sandbox."""
    app = web.Application(
        client_max_size=UPLOAD_LIMIT * ROOM_FOR_BASE64, middlewares=[own_pages_only, control.plain_errors]
    )
    app[SANDBOX] = sandbox
    app[CONTROL_URL] = control_url
    bot_api.add_routes(app)
    control.add_routes(app)
    app.router.add_get("/", get_page)
    app.router.add_get(r"/{name:[\w-]+\.(?:html|css|js|svg|png|ico)}", get_page)
    app.cleanup_ctx.append(_push)
    return app
