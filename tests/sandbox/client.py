"""A bot and its people, speaking HTTP to a sandbox."""

import base64
import io
import struct
import zlib
from typing import Any

import aiohttp

PATIENCE = 60.0
"""Seconds until something that has not happened never will."""

ZHANG, LI = 1001, 1002
GROUP, SUPERGROUP = -500, -1002000000500
PEOPLE = {
    "people": [{"id": ZHANG, "name": "张三", "username": "zhangsan"}, {"id": LI, "name": "李四"}],
    "groups": [
        {"id": GROUP, "title": "联络员群", "members": [ZHANG, LI]},
        {"id": SUPERGROUP, "title": "工作群", "members": [ZHANG, LI]},
    ],
}


def png(width: int = 3, height: int = 2) -> bytes:
    """Return a small valid PNG."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows))]
    written = b"\x89PNG\r\n\x1a\n"
    for name, body in [*parts, (b"IEND", b"")]:
        written += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return written


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


class Client:
    """One session with both sides of the server."""

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str) -> None:
        self.session, self.base, self.token = session, base, token

    async def call(self, method: str, /, **values: Any) -> dict[str, Any]:
        """Call the Bot API with a JSON body and return the whole answer."""
        url = f"{self.base}/bot{self.token}/{method}"
        async with self.session.post(url, json=values) as response:
            answer: dict[str, Any] = await response.json()
        assert (response.status == 200) == answer["ok"]
        assert answer["ok"] or response.status == answer["error_code"]
        return answer

    async def done(self, method: str, /, **values: Any) -> Any:
        """Call the Bot API and return the result of a call that must succeed."""
        answer = await self.call(method, **values)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, /, **values: Any) -> tuple[int, str]:
        """Call the Bot API and return code and description of a call that must not succeed."""
        answer = await self.call(method, **values)
        assert not answer["ok"], answer
        return answer["error_code"], answer["description"]

    async def upload(self, method: str, files: dict[str, tuple[str, bytes]], **values: str) -> dict[str, Any]:
        """Call the Bot API with a multipart body."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in values.items():
            form.add_field(name, value)
        for name, (file_name, content) in files.items():
            form.add_field(name, io.BytesIO(content), filename=file_name)
        async with self.session.post(f"{self.base}/bot{self.token}/{method}", data=form) as response:
            answer: dict[str, Any] = await response.json()
        return answer

    async def post(self, name: str, /, **body: Any) -> Any:
        """Do something by the control API that must succeed."""
        code, answer = await self.try_post(name, body)
        assert code == 200, answer
        return answer

    async def try_post(self, name: str, body: Any) -> tuple[int, Any]:
        """Do something by the control API and return code and answer."""
        async with self.session.post(f"{self.base}/sandbox/{name}", json=body) as response:
            return response.status, await response.json()

    async def get(self, path: str) -> Any:
        """Read something from the control API."""
        async with self.session.get(f"{self.base}/sandbox/{path}") as response:
            assert response.status == 200
            return await response.json()

    async def say(self, text: str, *, chat: int = ZHANG, sender: int = ZHANG, **more: Any) -> int:
        """Let a person write and return the message's id."""
        answer = await self.post("messages", chat=chat, text=text, **{"from": sender}, **more)
        return int(answer["message_id"])

    async def updates(self, **values: Any) -> list[dict[str, Any]]:
        """Return what `getUpdates` gives."""
        found: list[dict[str, Any]] = await self.done("getUpdates", **values)
        return found
