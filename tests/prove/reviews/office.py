"""The model's office: who is who, which months take changes, and what each category's rule is."""

import datetime as dtm
from dataclasses import dataclass, field

from tests.prove.machine.office import month_of, working_day_after

JUSTICE, SCHOOLS = "市司法局", "市教育局"
UNITS = (JUSTICE, SCHOOLS)
NOTICES, DUTIES, OPEN_DAY = "动态通知类", "法定主动公开内容", "政务公开日活动信息"
AUTO, ON_EVIDENCE, REVIEWED = "auto", "on_evidence", "reviewed"

LI, WANG, QIAN, ZHOU, OUTSIDER = "李明", "王芳", "钱审", "周主任", "外县审核员"
REPORTS_FOR = {LI: {JUSTICE}, WANG: {JUSTICE, SCHOOLS}, ZHOU: set(UNITS)}
"""Two reporters; the administrator reports and reviews as well."""
REVIEWERS = (QIAN, ZHOU)
PEOPLE = (LI, WANG, QIAN, ZHOU, OUTSIDER)

CLOSING_DAYS = 5
UNDO = dtm.timedelta(minutes=10)


@dataclass(frozen=True)
class Refused(Exception):
    """Nothing at all has happened; ``why`` names what is wrong."""

    why: str


@dataclass
class Office:
    """What holds at present."""

    rules: dict[str, str] = field(
        default_factory=lambda: {NOTICES: REVIEWED, DUTIES: ON_EVIDENCE, OPEN_DAY: REVIEWED}
    )
    required: dict[str, tuple[str, ...]] = field(default_factory=dict)
    four_eyes: bool = True
    reopened: dict[tuple[str, dtm.date], dtm.date] = field(default_factory=dict)

    def is_closed(self, unit: str, month: dtm.date, today: dtm.date) -> bool:
        """Tell whether a month takes no changes from a unit any more."""
        last = month_of(month + dtm.timedelta(days=31)) - dtm.timedelta(days=1)
        until = max(working_day_after(last, CLOSING_DAYS), self.reopened.get((unit, month), dtm.date.min))
        return today > until

    def require_open(self, unit: str, month: dtm.date, today: dtm.date) -> None:
        """Refuse what changes a closed month."""
        if self.is_closed(unit, month, today):
            raise Refused("MonthClosed")

    @staticmethod
    def require_reporting(person: str, unit: str) -> None:
        """Refuse whoever does not report for a unit."""
        if unit not in REPORTS_FOR.get(person, ()):
            raise Refused("NotPermitted")

    @staticmethod
    def require_deciding(person: str) -> None:
        """Refuse whoever does not review here."""
        if person not in REVIEWERS:
            raise Refused("NotPermitted")
