"""The process that has imported the bot and forks for each one a test wants: a start is mostly its imports.

``tests.processes`` asks it over a socket: a JSON object in one packet, with the new process's standard input,
output and error and a socket of its own. There it is told the new process's number, and its exit code when
it has ended. What is forked finds what ``python -m`` would give it: environment, folder, signals, one thread,
and no open files but three.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import sys
from typing import Any

NUMBER = struct.Struct("i")
LONGEST = 1 << 16
"""Bytes of a request."""

OWN_NAME = "LC_CTYPE"
"""Python itself gives it to a process that finds no locale."""


class Preloaded:
    """The parent: it forks, and tells of those that have ended."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._selector = selectors.DefaultSelector()
        self._selector.register(asked, selectors.EVENT_READ)
        self._told: dict[int, tuple[int, socket.socket]] = {}

    def wait_for_a_child(self) -> dict[str, Any] | None:
        """Return in each process that is forked, with what it was asked for, and at the end with None."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._asked:
                    self._tell_of_the_end(key.fd)
                    continue
                request, files, _, _ = socket.recv_fds(self._asked, LONGEST, 4)
                if not request:
                    return None
                if self._fork(*files):
                    return dict(json.loads(request))

    def _fork(self, given: int, output: int, error: int, told: int) -> bool:
        """Fork; True in the child."""
        pid = os.fork()
        if pid == 0:
            os.dup2(given, 0)
            os.dup2(output, 1)
            os.dup2(error, 2)
            for opened in (given, output, error, told):
                os.close(opened)
            self._forget()
            return True
        for opened in (given, output, error):
            os.close(opened)
        listener = socket.socket(fileno=told)
        listener.send(NUMBER.pack(pid))
        ended = os.pidfd_open(pid)
        self._told[ended] = (pid, listener)
        self._selector.register(ended, selectors.EVENT_READ)
        return False

    def _tell_of_the_end(self, ended: int) -> None:
        pid, listener = self._told.pop(ended)
        self._selector.unregister(ended)
        os.close(ended)
        _, status = os.waitpid(pid, 0)
        with listener:
            try:
                listener.send(NUMBER.pack(os.waitstatus_to_exitcode(status)))
            except OSError:
                return  # whoever wanted to know is gone

    def _forget(self) -> None:
        self._selector.close()
        self._asked.close()
        for ended, (_, listener) in self._told.items():
            os.close(ended)
            listener.close()


def main() -> None:
    """Import, then fork as often as is asked for; the words are the socket's number and the modules."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a Ctrl+C is for the tests, which end this with their own end
    gc.disable()
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.freeze()  # the child's collector need not touch, and so copy, all of it
    wanted = Preloaded(asked).wait_for_a_child()
    if wanted is None:
        return
    gc.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    given = {OWN_NAME: os.environ[OWN_NAME]} if OWN_NAME in os.environ else {}
    os.environ.clear()
    os.environ.update(given | wanted["environment"])
    sys.argv = [wanted["module"], *wanted["words"]]
    runpy.run_module(wanted["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
