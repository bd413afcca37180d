"""Small writes that many updates need at the same moment: each kind in one commit for all who wait for it."""

import logging
from collections.abc import Sequence

from bot.backoff import Backoff
from bot.batcher import Batcher
from bot.clock import Clock
from bot.nursery import Nursery
from services import buttons, inbox
from services.buttons import NewButton

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class GroupedWrites:
    """What a read leaves behind: that it is done, and what the buttons of its answer mean."""

    def __init__(self, clock: Clock, nursery: Nursery) -> None:
        self._clock = clock
        self._finishes: Batcher[int, None] = Batcher(self._finish_all, nursery, "finish")
        self._issues: Batcher[Sequence[NewButton], tuple[str, ...]] = Batcher(
            self._issue_all, nursery, "issue"
        )

    async def finish(self, row_id: int) -> None:
        """Mark an update as handled.

        Asks until the database has done it: the update itself must not be handled a second time for that.
        """
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        while True:
            try:
                return await self._finishes.submit(row_id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the answer is out
                log.warning("update %s cannot be noted as done yet: %s", row_id, error)
            await backoff.pause()

    async def issue(self, shown: Sequence[NewButton]) -> tuple[str, ...]:
        """Store the buttons of one update, in no transaction of theirs; return the tokens in order."""
        return await self._issues.submit(shown)

    async def _finish_all(self, row_ids: Sequence[int]) -> list[None]:
        await inbox.finish(row_ids, self._clock.now())
        return [None] * len(row_ids)

    async def _issue_all(self, shown: Sequence[Sequence[NewButton]]) -> list[tuple[str, ...]]:
        tokens = iter(await buttons.issue([one for each in shown for one in each], self._clock.now()))
        return [tuple(next(tokens) for _ in each) for each in shown]
