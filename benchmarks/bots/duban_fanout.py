"""Duban itself on the morning of a month's last working day: it looks at once, and its loop is watched.

Words: where to write how late the loop was, and ``hurry`` to lift the pace.
"""

import sys
from pathlib import Path
from typing import Any

import bot.serving as room
from benchmarks.bots.probe import Probe
from benchmarks.fanout_office import MORNING
from bot import __main__ as command
from bot import delivery
from bot.container import Parts

serving: Any = room
_listen = serving.listen_for_updates


def _beginning(probe: Probe) -> Any:
    async def listen(parts: Parts, *given: Any) -> None:
        parts.clock.move_to(MORNING)
        parts.nursery.start(probe.run(), name="probe")
        await _listen(parts, *given)
        parts.nursery.start(parts.tick.run(), name="the morning's look")

    return listen


if __name__ == "__main__":
    sys.modules["tornado"] = None  # type: ignore[assignment] # another bot's; python-telegram-bot loads what it finds
    file, pace = sys.argv[1:]
    if pace == "hurry":
        delivery.CALLS_PER_SECOND = 1_000_000
    serving.listen_for_updates = _beginning(Probe(Path(file)))
    raise SystemExit(command.main([]))
