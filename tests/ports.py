"""Ports for what a test starts and must know before: picked where no other test and no connection picks."""

import itertools
import os
import socket
from collections.abc import Iterator

FIRST, LAST = 20_000, 32_000
"""Below what Linux gives to connections (`ip_local_port_range`): those might take one before it is used."""

WORKERS = 8
"""Each worker of pytest-xdist has its own part of them, for so many workers."""


def _own_ports() -> Iterator[int]:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    width = (LAST - FIRST) // WORKERS
    start = FIRST + number * width
    ports = [start + (os.getpid() + step) % width for step in range(width)]
    return itertools.cycle(ports)


_ports = _own_ports()


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on, another one each time."""
    for port in _ports:
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("every port is taken")
