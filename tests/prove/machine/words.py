"""What people say when they report, as the model knows it and as they write it."""

import datetime as dtm
from dataclasses import dataclass
from typing import NamedTuple

from tests.prove.machine.office import DUTIES, NEWS, NOTICES, OPEN_DAY

SHORT = {NOTICES: "动态", DUTIES: "法定主动公开", OPEN_DAY: "公开日", NEWS: "政务信息"}


class Amount(NamedTuple):
    """So many more ("add"), so many in all ("set"), or a page by its number ("page")."""

    kind: str
    number: int

    def __str__(self) -> str:
        match self.kind:
            case "set":
                return f"={self.number}"
            case "page":
                return f"https://www.emeishan.gov.cn/art/{self.number}.html"
        return str(self.number)


class Line(NamedTuple):
    """A category and what is said of it; None where it is left out."""

    category: str | None
    amount: Amount | None

    def __str__(self) -> str:
        words = [SHORT[self.category]] if self.category else []
        return " ".join([*words, *([str(self.amount)] if self.amount else [])])


@dataclass(frozen=True)
class Said:
    """A report as it is written: perhaps a unit, its lines, perhaps a month."""

    lines: tuple[Line, ...]
    unit: str | None = None
    month: dtm.date | None = None

    @property
    def text(self) -> str:
        """Write what follows 报送."""
        pages = any(line.amount and line.amount.kind == "page" for line in self.lines)
        words = [self.unit] if self.unit else []
        said = " ".join([*words, ("\n" if pages else " ").join(map(str, self.lines))])
        return f"{said} {self.month:%Y-%m}".strip() if self.month else said.strip()

    def __str__(self) -> str:
        return f"报送 {self.text}".strip()


class Terms(NamedTuple):
    """What a report was last agreed to say."""

    unit: str
    month: dtm.date
    lines: tuple[Line, ...]
    text: str

    @property
    def saying(self) -> tuple[str, dtm.date, frozenset[Line]]:
        """Give what makes two reports the same."""
        return self.unit, self.month, frozenset(self.lines)
