"""The other end of ``bot.next_door``: requests from one pipe, answers into the other."""

import os
import resource
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

LENGTH = struct.Struct(">I")
READY = b""
"""The first thing that is said: all is imported."""

NICENESS = 5
"""Whoever waits for a picture waits for a message too, and messages go first."""


def be_modest(memory: int) -> BinaryIO:
    """Keep to so many bytes of memory and behind the bot; return the pipe for answers.

    What a library prints goes where errors go.
    """
    os.nice(NICENESS)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    answers, sys.stdout = os.fdopen(os.dup(1), "wb"), sys.stderr
    os.dup2(2, 1)
    return answers


def answer_all(answer: Callable[[bytes], bytes], answers: BinaryIO) -> None:
    """Say that all is ready, and answer until the pipe ends: with the bot, however that ended."""
    try:
        _send(answers, READY)
        while (asked := _receive(sys.stdin.buffer)) is not None:
            _send(answers, answer(asked))
    except BrokenPipeError:
        return


def _send(pipe: BinaryIO, body: bytes) -> None:
    pipe.write(LENGTH.pack(len(body)) + body)
    pipe.flush()


def _receive(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = pipe.read(length)
    return body if len(body) == length else None
