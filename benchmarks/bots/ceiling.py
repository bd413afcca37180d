"""A bot that does nothing but answer: how fast the load itself is, so that it is seen not to be the limit.

Words as those of `benchmarks.bots.stock`.
"""

import asyncio
import re
import sys
import urllib.request
from typing import cast

import orjson
import uvloop

from benchmarks.http1 import Splitter

CHAT = re.compile(rb'"chat":\{"id":(\d+)')


class Answering(asyncio.Protocol):
    """Puts the same text into every response."""

    def __init__(self, text: str) -> None:
        self._body = orjson.dumps({"method": "sendMessage", "text": text})[1:]
        self._splitter = Splitter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request to the chat in it."""
        for message in self._splitter.feed(data):
            found = CHAT.search(message.body)
            body = b'{"chat_id":%s,' % (found[1] if found else b"0") + self._body
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def main(_way: str, api: str, token: str, port: str, text: str) -> None:
    """Serve until cancelled."""
    server = await asyncio.get_running_loop().create_server(lambda: Answering(text), "127.0.0.1", int(port))
    told = orjson.dumps({"url": f"http://127.0.0.1:{port}/telegram"})
    call = urllib.request.Request(f"{api}/bot{token}/setWebhook", data=told)  # noqa: S310 - our own server
    await asyncio.to_thread(urllib.request.urlopen, call)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
