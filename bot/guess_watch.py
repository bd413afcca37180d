"""Watches for people who try codes of invitations out: a figure for /metrics, and one warning each time."""

import logging

from bot.clock import Clock
from bot.metrics import WRONG_CODES
from services.membership import guessing

log = logging.getLogger(__name__)


class GuessWatch:
    """Looks at the wrong codes of the last hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._are_many = False

    async def look(self) -> None:
        """Count, and warn when there have come to be too many in all."""
        tried = await guessing.count_lately(self._clock.now())
        WRONG_CODES.set(tried)
        are_many = tried >= guessing.IN_ALL
        if are_many and not self._are_many:
            log.warning("somebody tries invitations out: %s wrong codes within an hour", tried)
        self._are_many = are_many
