"""What befalls the machine: it is down for hours or days, offline, and its clock is wrong for a while."""

import datetime as dtm
import random
from dataclasses import dataclass, field

from tests.prove.reminders.days import DAY
from tests.prove.reminders.drawing import ZONE

HOUR = dtm.timedelta(hours=1)
NEVER = dtm.datetime.min.replace(tzinfo=ZONE)
JUMPS = (-24, -8, 8, 24)
"""Hours by which a clock is wrong."""


@dataclass
class Weather:
    """Downtimes, hours without network and wrong clocks, drawn day by day."""

    dice: random.Random
    is_calm: bool = False
    down_until: dtm.datetime = NEVER
    _down_from: dtm.datetime = NEVER
    _no_network: tuple[dtm.datetime, dtm.datetime] = NEVER, NEVER
    _jumps: list[tuple[dtm.datetime, dtm.datetime, dtm.timedelta]] = field(default_factory=list)

    def draw(self, day: dtm.date) -> None:
        """Draw what begins on a day."""
        if self.is_calm:
            return
        start = dtm.datetime.combine(day, dtm.time(), ZONE) + self.dice.random() * DAY
        # Over a month's end is where it hurts.
        one_in = 15 if day.day >= 26 or day.day <= 2 else 40
        if self.dice.random() * one_in < 1 and start > self.down_until:
            hours = self.dice.choice((1, 3, 8, 20, 48, 100, 12 * 24))
            self._down_from, self.down_until = start, start + hours * HOUR
        if self.dice.random() * 50 < 1:
            off = self.dice.choice(JUMPS) * HOUR
            lasts = self.dice.choice((0.2, 2, 6, 30)) * HOUR
            self._jumps = [*self._jumps[-3:], (start, start + lasts, off)]

        if self.dice.random() * 12 < 1:
            begins = dtm.datetime.combine(day, dtm.time(8), ZONE) + self.dice.random() * 9 * HOUR
            self._no_network = begins, begins + self.dice.choice((0.2, 3, 6, 24)) * HOUR

    def has_network(self, moment: dtm.datetime) -> bool:
        """Tell whether Telegram can be reached."""
        return not self._no_network[0] <= moment < self._no_network[1]

    def is_down(self, moment: dtm.datetime) -> bool:
        """Tell whether the machine is off."""
        return self._down_from <= moment < self.down_until

    def shown(self, moment: dtm.datetime) -> dtm.datetime:
        """Give what the clock shows."""
        for start, end, off in self._jumps:
            if start <= moment < end:
                return moment + off
        return moment
