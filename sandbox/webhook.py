"""Pushes updates to the webhook: one in flight per lane, lanes side by side, repeated until they expire."""

import asyncio
import random
from typing import Any

import aiohttp
import orjson

from sandbox.dispatch import call_quietly
from sandbox.faults import Fault
from sandbox.methods.receiving import webhook
from sandbox.state import Sandbox
from sandbox.updates import Update

TIMEOUT_SECONDS = 60
LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600
REORDER = frozenset({"reorder"})
PUSH_FAULTS = frozenset({"delay", "drop_before", "drop_after", "duplicate"})
NOT_CALLED_BACK = frozenset({"deletewebhook", "setwebhook", "close", "logout"})


class Refusal(Exception):
    """The bot's webhook did not take an update."""

    def __init__(self, why: str, retry_after: int = 0) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Webhook:
    """Reads the queue whenever something is new and keeps one worker per lane that has updates."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._lanes: dict[str, asyncio.Queue[Update]] = {}
        self._loaded: set[int] = set()
        self._seen = 0
        self._settings: dict[str, Any] = {"url": ""}
        self._changed = asyncio.Event()
        self._workers: list[asyncio.Task[Any]] = []
        self._slots = asyncio.Semaphore(1)

    async def run(self) -> None:
        """Push until cancelled."""
        self._sandbox.updates.on_new = self._changed.set
        self._changed.set()
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            while True:
                await self._changed.wait()
                self._changed.clear()
                self._follow_settings()
                if self._settings["url"]:
                    self._load(session)

    def _follow_settings(self) -> None:
        settings = {
            key: value for key, value in webhook(self._sandbox).items() if not key.startswith("last_error")
        }
        if settings == self._settings:
            return
        self._settings = settings
        for worker in self._workers:
            worker.cancel()
        self._workers.clear()
        self._lanes.clear()
        self._loaded.clear()
        self._seen = 0
        self._slots = asyncio.Semaphore(settings.get("max_connections", 1))

    def _load(self, session: aiohttp.ClientSession) -> None:
        for update in self._sandbox.updates.unseen(self._seen):
            self._seen = max(self._seen, update.update_id)
            if update.update_id in self._loaded:
                continue
            self._loaded.add(update.update_id)
            lane = self._lanes.get(update.lane)
            if lane is None:
                lane = self._lanes[update.lane] = asyncio.Queue()
                self._workers.append(self._sandbox.nursery.start(self._drain(session, update.lane, lane)))
            lane.put_nowait(update)

    async def _drain(self, session: aiohttp.ClientSession, name: str, lane: "asyncio.Queue[Update]") -> None:
        while not lane.empty():
            update = lane.get_nowait()
            if not lane.empty() and self._fault(update, REORDER) is not None:
                lane.put_nowait(update)
                update = lane.get_nowait()
            await self._deliver(session, update)
            self._loaded.discard(update.update_id)
        del self._lanes[name]
        current = asyncio.current_task()
        self._workers = [worker for worker in self._workers if worker is not current]

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        sandbox = self._sandbox
        delay, failures = sandbox.faults.retry_seconds, 0
        while sandbox.clock.now() <= update.expires_at:
            try:
                async with self._slots:
                    await self._post(session, update)
            except Refusal as refusal:
                self._note(str(refusal))
                wait = float(min(refusal.retry_after, LONGEST_RETRY_AFTER))
                if not wait and failures:
                    delay = min(delay * 2, LONGEST_DELAY + random.random() * LONGEST_DELAY)  # noqa: S311
                    wait = delay
                failures += 1
                if sandbox.clock.now() + wait > update.expires_at:
                    break
                await asyncio.sleep(wait)
            else:
                self._settle(update, taken=True)
                return
        self._settle(update, taken=False)

    def _fault(self, update: Update, kinds: frozenset[str]) -> Fault | None:
        return self._sandbox.faults.take("webhook", update.lane.partition(":")[2], kinds)

    def _settle(self, update: Update, *, taken: bool) -> None:
        updates = self._sandbox.updates
        with self._sandbox.store.transaction():
            (updates.confirm if taken else updates.expire)(update.update_id)

    def _note(self, why: str) -> None:
        noted = {"last_error_date": self._sandbox.clock.unix(), "last_error_message": why}
        with self._sandbox.store.transaction():
            self._sandbox.store.keep("webhook", webhook(self._sandbox) | noted)

    async def _post(self, session: aiohttp.ClientSession, update: Update) -> None:
        fault = self._fault(update, PUSH_FAULTS)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "drop_before":
            raise Refusal("Webhook connection closed")
        headers = {"Content-Type": "application/json"}
        if self._settings.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._settings["secret_token"]
        for _ in range(2 if fault is not None and fault.kind == "duplicate" else 1):
            await self._post_once(session, update, headers)
        if fault is not None and fault.kind == "drop_after":
            raise Refusal("Webhook connection closed")

    async def _post_once(
        self, session: aiohttp.ClientSession, update: Update, headers: dict[str, str]
    ) -> None:
        try:
            async with session.post(self._settings["url"], data=update.body, headers=headers) as response:
                content = await response.read()
        except TimeoutError:
            raise Refusal("Read timeout expired") from None
        except aiohttp.ClientConnectorError:
            raise Refusal("Connection refused") from None
        except aiohttp.ClientError:
            raise Refusal("Webhook connection closed") from None
        if not 200 <= response.status <= 299:
            after = response.headers.get("Retry-After", "")
            raise Refusal(
                f"Wrong response from the webhook: {response.status} {response.reason}",
                int(after) if after.isdigit() else 0,
            )
        self._call_back(response.content_type, content)

    def _call_back(self, kind: str, content: bytes) -> None:
        """A 2xx body with a `method` is a call, unless it reads or is about the webhook."""
        if kind != "application/json" or not content:
            return
        try:
            given = orjson.loads(content)
        except orjson.JSONDecodeError:
            return
        if not isinstance(given, dict) or not given.get("method"):
            return
        method = str(given.pop("method"))
        if method.lower() not in NOT_CALLED_BACK and not method.lower().startswith("get"):
            call_quietly(self._sandbox, method, given)
