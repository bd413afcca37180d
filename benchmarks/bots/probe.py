"""How late an event loop is: what a short sleep waits for longer than it asked, and for whose sake."""

import asyncio
import gc
import json
import time
from pathlib import Path
from typing import Any

SECONDS = 0.002
WRITTEN_EVERY = 0.5
LATE = 0.02


class Probe:
    """Sleeps again and again and writes down the longest it was late.

    ``late`` is by the wall clock. ``own`` leaves out what other programs on the processor took: it is no more
    than the processor time of this one meanwhile. Both in seconds, as is the longest look for garbage.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._late = self._own = self._garbage = 0.0
        self._often = 0
        self._garbage_began = 0.0

    async def run(self) -> None:
        """Watch for ever."""
        gc.callbacks.append(self._collecting)
        written_at = time.perf_counter()
        while True:
            began, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(SECONDS)
            now = time.perf_counter()
            late = now - began - SECONDS
            own = min(late, time.process_time() - used)
            self._late, self._own = max(self._late, late), max(self._own, own)
            self._often += own > LATE
            if now - written_at > WRITTEN_EVERY:
                written_at = now
                self._write()

    def _collecting(self, phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            self._garbage_began = time.perf_counter()
        else:
            self._garbage = max(self._garbage, time.perf_counter() - self._garbage_began)

    def _write(self) -> None:
        seen = {"late": self._late, "own": self._own, "often": self._often, "garbage": self._garbage}
        self._file.write_text(json.dumps(seen))
