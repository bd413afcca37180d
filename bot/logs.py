"""Logging for the console and for collectors, with every secret struck out of every record."""

import logging
import re
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"\d{5,}:[\w-]{30,}")
CODE = re.compile(r"(start(?:=|%3D|@?\w*\s+))[\w-]{22}(?![\w-])", re.IGNORECASE)
STRUCK_OUT = "[secret]"
SHORTEST_SECRET = 8

_shared: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]


class Redactor:
    """Strikes secrets out of rendered lines: by value, and what looks like a token or an invitation's code.

    It works on the finished line, so tracebacks and other libraries' records are covered too.
    """

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()

    def add(self, secret: str) -> None:
        """Strike this out from now on; very short values would strike out ordinary words."""
        if len(secret) >= SHORTEST_SECRET:
            self._secrets = tuple(sorted({*self._secrets, secret}, key=len, reverse=True))

    def __call__(self, line: str) -> str:
        """Return the line without secrets."""
        for secret in self._secrets:
            line = line.replace(secret, STRUCK_OUT)
        return CODE.sub(rf"\1{STRUCK_OUT}", TOKEN.sub(STRUCK_OUT, line))


redact = Redactor()
"""The process's redactor: a secret learnt late, such as the sandbox's token, is added to it."""


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _plain(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """Render one line: time, level, logger, what happened, then what belongs to it."""
    head = (
        f"{event.pop('timestamp')} {event.pop('level'):<7} {event.pop('logger', '-')}: {event.pop('event')}"
    )
    trace = event.pop("exception", "")
    rest = " ".join(f"{key}={value}" for key, value in sorted(event.items()))
    return " ".join(part for part in (head, rest) if part) + (f"\n{trace}" if trace else "")


def configure(level: str, secrets: Iterable[str]) -> None:
    """Send every record to standard error at ``level``; only warnings of who logs addresses or messages."""
    formatter = _Formatter(
        foreign_pre_chain=_shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _plain,
        ],
    )
    for secret in secrets:
        redact.add(secret)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("httpx", "httpcore", "aiohttp.access", "tortoise", "aiosqlite", "asyncio", "apscheduler"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
