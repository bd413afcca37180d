"""Calls to the Bot API, and what an error says about whether the call took effect."""

import asyncio
import contextlib
import tempfile
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from handlers.kit.answers import Document
from settings import Settings

CONNECTIONS = 60
"""At most this many calls are under way at once; the long poll is one of them."""


NO_CONNECTION = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    ProxyConnectionError,
    ProxyTimeoutError,
    ProxyError,
)
"""What is raised before a request is on its way; those of the SOCKS proxy are no errors of aiohttp's."""


class CallProblem(Exception):
    """A call did not give its result."""


class Refused(CallProblem):
    """The server answered no: the call certainly had no effect."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any]) -> None:
        super().__init__(status, description)
        self.status = status
        self.description = description
        self.retry_after: int | None = parameters.get("retry_after")
        self.migrated_to: int | None = parameters.get("migrate_to_chat_id")


class Unreached(CallProblem):
    """No connection came about: the call certainly had no effect."""


class Unclear(CallProblem):
    """The call went out and no readable answer came back: it may have had its effect."""


class BotApi:
    """One HTTP session towards the Bot API; the token is part of each address and of nothing else."""

    def __init__(self, settings: Settings, token: str) -> None:
        self._base = f"{settings.api_url}/bot{token}"
        self._files = f"{settings.api_url}/file/bot{token}"
        self._proxy = settings.proxy.get_secret_value() if settings.proxy else None
        self._session: aiohttp.ClientSession | None = None
        self.failing_since: float | None = None
        """Loop time of the first call that got no answer, None while the last one got any."""

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session, opened at its first use."""
        if self._session is None or self._session.closed:
            self._session = self._open()
        return self._session

    def _open(self) -> aiohttp.ClientSession:
        if self._proxy is not None and self._proxy.startswith("socks"):
            # Names are left to a SOCKS5 proxy either way; the connector only does not know the h.
            url = self._proxy.replace("socks5h://", "socks5://", 1)
            return aiohttp.ClientSession(connector=ProxyConnector.from_url(url, limit=CONNECTIONS))
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS), proxy=self._proxy)

    async def close(self) -> None:
        """Close the session; the next call opens a new one."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, parameters: dict[str, Any], *, seconds: float = 30) -> Any:
        """Make one call and return its result.

        Raises:
            Refused: the server said no.
            Unreached: there was no connection.
            Unclear: the connection broke, timed out or gave something that is no answer.
        """
        status, payload = await self._exchange(method, orjson.dumps(parameters), seconds)
        return _result(method, status, payload)

    async def upload(
        self,
        method: str,
        parameters: dict[str, Any],
        files: Mapping[str, Document],
        *,
        seconds: float = 120,
    ) -> Any:
        """Make one call with files by their fields and return its result; raises like ``call``.

        Files are written out beside first: memory stays bounded, and the length is known before it is sent.
        """
        with contextlib.ExitStack() as spools:
            form = aiohttp.FormData(quote_fields=False)  # 留痕.csv arrives under its own name
            for name, value in parameters.items():
                form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
            for field, document in files.items():
                spool = spools.enter_context(tempfile.TemporaryFile())
                async for chunk in document.chunks():
                    await asyncio.to_thread(spool.write, chunk)
                spool.seek(0)
                form.add_field(field, spool, filename=document.name, content_type=document.media_type)
            status, payload = await self._exchange(method, form, seconds)
        return _result(method, status, payload)

    async def call_raw(self, method: str, parameters: dict[str, Any], *, seconds: float) -> bytes:
        """Make one call and return the answer's bytes unread if it went well; raises like ``call``."""
        status, payload = await self._exchange(method, orjson.dumps(parameters), seconds)
        if status != 200:
            _result(method, status, payload)
        return payload

    async def download(self, path: str, *, limit: int, seconds: float = 120) -> bytes:
        """Return the bytes of a file that ``getFile`` has given the path of.

        Raises:
            Refused: the server said no, or the file has more than ``limit`` bytes.
            Unreached, Unclear: as ``call``; nothing has been changed.
        """
        try:
            async with self.session.get(
                f"{self._files}/{path}", timeout=aiohttp.ClientTimeout(total=seconds, connect=15)
            ) as response:
                if response.status != 200:
                    raise Refused(response.status, "the file cannot be downloaded", {})
                content = bytearray()
                async for part in response.content.iter_chunked(1 << 16):
                    content += part
                    if len(content) > limit:
                        raise Refused(response.status, "file is too big", {})
        except NO_CONNECTION as error:
            raise Unreached(f"download: {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The address in the error's own text holds the token.
            raise Unclear(f"download: {type(error).__name__}") from None
        return bytes(content)

    async def _exchange(
        self, method: str, body: bytes | aiohttp.FormData, seconds: float
    ) -> tuple[int, bytes]:
        try:
            async with self.session.post(
                f"{self._base}/{method}",
                data=body,
                headers={"Content-Type": "application/json"} if isinstance(body, bytes) else None,
                timeout=aiohttp.ClientTimeout(total=seconds, connect=15),
            ) as response:
                payload = await response.read()
        except NO_CONNECTION as error:
            self._note_failure()
            raise Unreached(f"{method}: {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self._note_failure()
            # The address in the error's own text holds the token.
            raise Unclear(f"{method}: {type(error).__name__}") from None
        self.failing_since = None
        return response.status, payload

    def _note_failure(self) -> None:
        if self.failing_since is None:
            self.failing_since = asyncio.get_running_loop().time()


def _result(method: str, status: int, payload: bytes) -> Any:
    try:
        answer = orjson.loads(payload)
        is_ok = answer["ok"]
        result = answer["result"] if is_ok else None
    except (orjson.JSONDecodeError, TypeError, KeyError):
        raise Unclear(f"{method}: HTTP {status} without an answer in it") from None
    if is_ok:
        return result
    if status >= 500:
        raise Unclear(f"{method}: HTTP {status} {answer.get('description', '')}")
    raise Refused(status, str(answer.get("description", "")), answer.get("parameters") or {})
