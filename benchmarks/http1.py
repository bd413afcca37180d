"""Just enough HTTP/1.1 for a load that costs next to nothing: messages out of a connection's bytes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_PART = re.compile(rb'name="?(\w+)"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL | re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response: ``head`` is everything before the empty line."""

    head: bytes
    body: bytes

    @property
    def target(self) -> str:
        """What a request asks for."""
        return self.head.split(b" ", 2)[1].decode()

    @property
    def code(self) -> int:
        """What a response says."""
        return int(self.head[9:12])

    @property
    def fields(self) -> Mapping[str, str]:
        """The parameters of a call, in whichever of the three forms the Bot API takes."""
        if not self.body:
            return {}
        if self.body.startswith(b"{"):
            return {name: str(value) for name, value in orjson.loads(self.body).items()}
        if self.body.startswith(b"--"):
            return {name.decode(): value.decode() for name, value in _PART.findall(self.body)}
        return dict(parse_qsl(self.body.decode()))


class Splitter:
    """Cuts the bytes of one connection into messages, however they arrive."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, received: bytes) -> Iterator[Message]:
        """Yield what has become complete."""
        self._kept += received
        while (at := self._kept.find(_END)) >= 0:
            head, rest = self._kept[:at], self._kept[at + len(_END) :]
            found = _LENGTH.search(head)
            if found is not None:
                length = int(found[1])
                if len(rest) < length:
                    return
                self._kept = rest[length:]
                yield Message(head, rest[:length])
            elif _CHUNKED.search(head):
                whole = _dechunked(rest)
                if whole is None:
                    return
                body, self._kept = whole
                yield Message(head, body)
            else:
                self._kept = rest
                yield Message(head, b"")


def _dechunked(rest: bytes) -> tuple[bytes, bytes] | None:
    body = b""
    while (at := rest.find(b"\r\n")) >= 0:
        length = int(rest[:at].split(b";")[0], 16)
        end = at + 2 + length
        if len(rest) < end + 2:
            return None
        body += rest[at + 2 : end]
        rest = rest[end + 2 :]
        if length == 0:
            return body, rest
    return None


def request(path: str, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Write a POST."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + _END + body


def response(body: bytes, status: str = "200 OK") -> bytes:
    """Write an answer with the headers that the Bot API's own has."""
    head = (
        f"HTTP/1.1 {status}\r\nServer: nginx/1.18.0\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n"
        "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
        "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
        "Access-Control-Expose-Headers: Content-Length,Content-Type,Date,Server,Connection\r\n\r\n"
    )
    return head.encode() + body
