import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from playwright.sync_api import Browser, Page

from sandbox.server import build
from sandbox.state import Sandbox, open_sandbox
from tests.sandbox.client import PEOPLE, ZHANG, Client
from tests.sandbox.page import DESK, PHONE, chromium, open_page, peopled


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    path = tmp_path / "people.json"
    path.write_text(json.dumps(PEOPLE))
    return path


@pytest.fixture
def sandbox(tmp_path: Path, people_file: Path) -> Sandbox:
    return open_sandbox(tmp_path / "state", people_file)


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    """A client of a fresh sandbox in which nobody has said anything."""
    async with TestServer(build(sandbox)) as server, aiohttp.ClientSession() as session:
        yield Client(session, str(server.make_url("")).rstrip("/"), sandbox.world.token)


@pytest.fixture
async def started(client: Client) -> Client:
    """The same once 张三 has written `/start` and the bot has confirmed it."""
    await client.say("/start", chat=ZHANG)
    (update,) = await client.updates()
    await client.updates(offset=update["update_id"] + 1)
    return client


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a sandbox with the page's people and a small bot."""
    with peopled(tmp_path_factory.mktemp("sandbox")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain: no script error, no blocked resource, nothing from elsewhere."""
    yield from open_page(browser, DESK)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from open_page(browser, PHONE)
