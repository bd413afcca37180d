"""The fake Bot API with files to fetch, and updates that arrive whether or not those before are answered."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from benchmarks.http1 import Message, response
from benchmarks.telegram import POLLED, Called, Posting, Telegram, batch


@dataclass(slots=True)
class Crowded(Telegram):
    """Serves files too, and posts each chat's updates one after the other, many chats side by side."""

    files: dict[str, bytes] = field(default_factory=dict)
    problem: str = ""
    _pending: deque[tuple[int, bytes]] = field(default_factory=deque)
    _posted: dict[Posting, int] = field(default_factory=dict)
    _arrived: defaultdict[int, deque[tuple[float, str]]] = field(default_factory=lambda: defaultdict(deque))
    waiting: int = 0
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing waits for an answer, and for good once one was wrong."""
    seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def connect(self) -> None:
        """Open the connections to the webhook, if there is one."""
        if self._address:
            await self._connect()

    def hang_up(self) -> None:
        """Close them."""
        for connection in self._connections:
            connection.close()
        self._connections, self._idle = [], []

    def arrive(self, chat: int, body: bytes, shown: str) -> None:
        """Have an update arrive now; its answer is to contain some words."""
        self._pending.append((chat, body))
        self._arrived[chat].append((time.perf_counter(), shown))
        self.waiting += 1
        if not self.problem:
            self.settled.clear()
        self.move()

    def move(self) -> None:
        """Post what may be posted now."""
        busy, later = set(self._posted.values()), deque[tuple[int, bytes]]()
        while self._pending and self._idle:
            chat, body = self._pending.popleft()
            if chat in busy:
                later.append((chat, body))
                continue
            busy.add(chat)
            connection = self._idle.pop()
            self._posted[connection] = chat
            connection.post(body)
        later.extend(self._pending)
        self._pending = later
        if self._pending and self._polling is not None and not self._address:
            self._hand_out_pending(self._polling)

    def _hand_out_pending(self, connection: Called) -> None:
        first = [self._pending.popleft()[1] for _ in range(min(POLLED, len(self._pending)))]
        self._polling, self._unconfirmed = None, first
        connection.reply(batch(first))

    def posted(self, connection: Posting, came: Message) -> None:
        """Take the webhook's response, with the answer in it or without."""
        self._posted.pop(connection, None)
        self._idle.append(connection)
        if came.code != 200:
            self._fail(f"the webhook answers {came.code}")
        elif came.body:
            self._take(came.fields)
        self.move()

    def called(self, connection: Called, came: Message) -> None:
        """Answer a call of the bot's, or give it a file."""
        if came.head.startswith(b"GET /file/"):
            connection.reply(response(self.files[came.target.rpartition("/")[2]]))
            return
        method = came.target.rpartition("/")[2].partition("?")[0]
        if method == "getFile":
            name = came.fields["file_id"]
            found = {"file_id": name, "file_unique_id": name, "file_path": f"photos/{name}"}
            connection.reply(response(orjson.dumps({"ok": True, "result": found})))
            return
        if method == "getUpdates":
            self._poll(connection, came)
            return
        connection.reply(self._answer(method, came))
        if method in {"sendMessage", "sendRichMessage"} and (method == "sendMessage" or self.knows_rich):
            self._take(came.fields)

    def _take(self, fields: Mapping[str, str]) -> None:
        chat, text = int(fields.get("chat_id", 0)), fields.get("text") or fields.get("rich_message") or ""
        if not self._arrived[chat]:
            self._fail(f"an answer that nobody waits for: {text}")
            return
        at, shown = self._arrived[chat].popleft()
        self.seconds[chat].append(time.perf_counter() - at)
        self.waiting -= 1
        if shown not in text:
            self._fail(f"{shown} is not in {text}")
        elif not self.waiting:
            self.settled.set()

    def _fail(self, problem: str) -> None:
        self.problem = self.problem or problem
        self.settled.set()
