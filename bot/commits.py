"""One commit for the small works of many: each waits for the disk, and on SQLite for all the others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from bot.batcher import Batcher
from bot.nursery import Nursery
from services.transaction import is_passing, transact

T = TypeVar("T")

MOST = 10
"""So many works share a commit: they run one after the other, and who waited for them goes on at once."""

Work = Callable[[], Awaitable[Any]]
"""What changes a few rows; it may run several times, and does nothing that a rollback cannot undo."""


class SharedCommits:
    """Runs what has come together while the last transaction was under way in the next one."""

    def __init__(self, nursery: Nursery) -> None:
        self._waiting: Batcher[Work, Any] = Batcher(self._run_all, nursery, "shared commit", MOST)

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what ``work`` returns once it is committed, or raise what it raises."""
        outcome: T = await self._waiting.submit(work)
        return outcome

    async def _run_all(self, works: Sequence[Work]) -> Sequence[Any]:
        """Run works in one transaction; where one of them is refused, each by itself."""

        async def together() -> list[Any]:
            return [await work() for work in works]

        if len(works) > 1:
            try:
                return await transact(together)
            except Exception as error:
                if is_passing(error):
                    raise
        return [await _alone(work) for work in works]


async def _alone(work: Work) -> Any:
    try:
        return await transact(work)
    except Exception as error:  # noqa: BLE001 - it is for who asked
        return error
