"""The only reader of the wall clock; the sandbox may shift it, and every part sees the same shift."""

import datetime as dtm


class Clock:
    """Now, in UTC: real time plus a shift that only sandbox mode ever sets."""

    def __init__(self, zone: dtm.tzinfo) -> None:
        self.zone = zone
        self._shift = dtm.timedelta()

    def now(self) -> dtm.datetime:
        """Return the moment it is, aware, in UTC."""
        return dtm.datetime.now(dtm.UTC) + self._shift

    def move_to(self, moment: dtm.datetime) -> None:
        """Make it ``moment`` now; time goes on from there."""
        self._shift = moment.astimezone(dtm.UTC) - dtm.datetime.now(dtm.UTC)
