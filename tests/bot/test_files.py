"""Fetching what people have sent: what passes is tried again, what does not is told."""

import asyncio
import datetime as dtm
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot import files
from bot.api import BotApi
from bot.file_store import FolderStore
from bot.files import TelegramFiles
from bot.repainting import Repainter
from services.evidence import evidence_files
from services.evidence.evidence_files import SentFile, keep
from services.ports import FileTooLarge, FileUnavailable
from settings import Settings
from tests.prove.house import neighbourhood
from tests.sandbox.client import ZHANG, Client, encoded

NOON = dtm.datetime(2024, 3, 1, 4, tzinfo=dtm.UTC)
CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 400


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FIRST_PAUSE", 0.0)


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with neighbourhood(tmp_path) as client:
        yield client


@pytest_asyncio.fixture
async def sent(client: Client) -> AsyncIterator[TelegramFiles]:
    settings = Settings(_env_file=None, token=SecretStr(client.token), api_url=client.base)
    api = BotApi(settings, client.token)
    yield TelegramFiles(api)
    await api.close()


async def a_file(client: Client, content: bytes = CONTENT) -> str:
    """Send a document as a person and give what the bot is told of it."""
    await client.post(
        "messages", chat=ZHANG, document=encoded(content), name="会议纪要.pdf", **{"from": ZHANG}
    )
    updates = await client.done("getUpdates", offset=-1)
    file_id: str = updates[-1]["message"]["document"]["file_id"]
    return file_id


@pytest.mark.parametrize(
    ("fault", "method"),
    [
        ("404", "download"),
        ("500", "download"),
        ("truncated", "download"),
        ("drop_before", "download"),
        ("truncated", "getFile"),
        ("502", "getFile"),
        ("429", "getFile"),
    ],
)
async def test_what_passes_is_tried_again(
    client: Client, sent: TelegramFiles, fault: str, method: str
) -> None:
    """A path that had expired, or a body cut short, used to leave the evidence owed at once."""
    file_id = await a_file(client)
    await client.post("faults", fault=fault, method=method, count=files.TRIES - 1, retry_after=0)
    assert await sent.fetch(file_id) == CONTENT
    assert (await client.get("faults"))["waiting"] == []


@pytest.mark.parametrize("fault", ["404", "truncated"])
async def test_what_does_not_pass_is_told_and_comes_later(
    client: Client, sent: TelegramFiles, fault: str
) -> None:
    file_id = await a_file(client)
    await client.post("faults", fault=fault, method="download", count=files.TRIES)
    with pytest.raises(FileUnavailable):
        await sent.fetch(file_id)
    assert await sent.fetch(file_id) == CONTENT


async def test_a_file_that_is_held_up_half_way_comes_whole(client: Client, sent: TelegramFiles) -> None:
    file_id = await a_file(client)
    await client.post("faults", fault="delay", method="download", seconds=0.05)
    assert await sent.fetch(file_id) == CONTENT


async def test_few_files_are_in_memory_however_many_are_sent(tmp_path: Path) -> None:
    """Forty chats used to have forty files fetched at once, which then waited for the two that paint."""
    held, most = 0, 0

    class Sent(TelegramFiles):
        async def fetch(self, _: str) -> bytes:
            nonlocal held, most
            held += 1
            most = max(most, held)
            return CONTENT

    class Kept(FolderStore):
        async def put(self, content: bytes, suffix: str) -> str:
            nonlocal held
            for _ in range(20):
                await asyncio.sleep(0)
            held -= 1
            return await super().put(content, suffix)

    async def claim() -> None:
        return

    sent, store, pictures = Sent(cast("BotApi", None)), Kept(tmp_path, lambda: NOON), Repainter()
    file = SentFile("BQAC", "会议纪要.pdf", len(CONTENT))
    kept = await asyncio.gather(*(keep(file, sent, store, pictures, claim) for _ in range(5 * files.AT_ONCE)))
    assert len({each.stored_name for each in kept if isinstance(each, evidence_files.Kept)}) == 1
    assert (most, held) == (files.AT_ONCE, 0)


async def test_what_telegram_does_not_know_is_asked_for_once(client: Client, sent: TelegramFiles) -> None:
    with pytest.raises(FileUnavailable):
        await sent.fetch("BQACnone")


async def test_a_wait_that_is_too_long_is_not_waited_for(client: Client, sent: TelegramFiles) -> None:
    file_id = await a_file(client)
    await client.post("faults", fault="429", method="getFile", retry_after=600)
    with pytest.raises(FileUnavailable):
        await sent.fetch(file_id)


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_what_is_too_large_is_told(client: Client, sent: TelegramFiles) -> None:
    file_id = await a_file(client, bytes(20 * 1024 * 1024 + 1))
    with pytest.raises(FileTooLarge):
        await sent.fetch(file_id)
