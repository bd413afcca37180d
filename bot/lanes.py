"""One chat is one lane: in order within it, side by side between them."""

import logging
from collections import deque
from collections.abc import Iterable

from bot.backoff import Backoff
from bot.calls import Call
from bot.nursery import Nursery
from bot.turn import Turn
from services.inbox import StoredUpdate

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0


class Lanes:
    """Gives every stored update its turn. Trouble in one lane holds up that lane only.

    There is no limit to the lanes that move side by side: the database's connections and the session towards
    the Bot API are limited, and a lane that waits for a held chat must take no other's place.
    """

    def __init__(self, turn: Turn, nursery: Nursery) -> None:
        self._turn = turn
        self._nursery = nursery
        self._waiting: dict[int, deque[StoredUpdate]] = {}
        self._is_stopping = False

    def accept(self, updates: Iterable[StoredUpdate]) -> None:
        """Put updates at the end of their lanes."""
        for stored in updates:
            lane = self._waiting.get(stored.lane)
            if lane is None:
                self._waiting[stored.lane] = deque([stored])
                self._nursery.start(self._move(stored.lane), name=f"lane {stored.lane}")
            else:
                lane.append(stored)

    async def take_now(self, stored: StoredUpdate) -> Call | None:
        """Handle an update at once if its lane is empty, and return its answer when it is one plain message.

        The caller then shows the answer and finishes the update. None means that everything is taken care
        of, or will be.
        """
        if stored.lane in self._waiting or self._is_stopping:
            self.accept([stored])
            return None
        self._waiting[stored.lane] = deque()
        try:
            return await self._turn.take(stored, may_return=True)
        except Exception as fault:  # noqa: BLE001 - see _take
            log.warning("update %s waits: %s", stored.id, fault.__cause__ or fault)
            self._waiting[stored.lane].appendleft(stored)
            return None
        finally:
            if self._waiting[stored.lane]:
                self._nursery.start(self._move(stored.lane), name=f"lane {stored.lane}")
            else:
                del self._waiting[stored.lane]

    async def _move(self, number: int) -> None:
        lane = self._waiting[number]
        try:
            while lane and not self._is_stopping:
                await self._take(lane[0])
                lane.popleft()
        finally:
            del self._waiting[number]

    async def _take(self, stored: StoredUpdate) -> None:
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        while True:
            try:
                await self._turn.take(stored)
            except Exception as fault:  # noqa: BLE001 - it could be neither handled nor set aside
                log.warning("update %s waits: %s", stored.id, fault.__cause__ or fault)
                await backoff.pause()
            else:
                return

    def stop(self) -> None:
        """Begin nothing new; what is waiting stays in the inbox for the next start."""
        self._is_stopping = True

    @property
    def waiting(self) -> int:
        """How many updates have not been handled to their end."""
        return sum(len(lane) for lane in self._waiting.values())
