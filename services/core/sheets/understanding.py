"""What a sheet was understood to say: values only; every one knows the cell it came from."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Cadence, DutyKind


class Meaning(StrEnum):
    """What a column is about; the word for people is `import.meaning.<value>`."""

    NUMBER = "number"  # 序号
    UNIT = "unit"  # 单位名称
    DIVISION = "division"  # 类别, what a unit belongs to
    QUOTA = "quota"  # "2条/月"
    DUTY = "duty"  # a rule without a number
    MONTHLY_TARGET = "monthly_target"  # 每月任务数
    YEARLY_TARGET = "yearly_target"  # 当年任务数
    MONTH_COUNT = "month_count"  # 2月发布数
    MONTH_ACCEPTED = "month_accepted"  # 2月审发数, of what was submitted
    MONTH_ERRORS = "month_errors"  # 2月错情
    YEAR_COUNT = "year_count"  # 当年完成数
    TOTAL = "total"  # of the columns beside it: only compared
    MONTH_RATE = "month_rate"  # 2月完成比: only compared
    YEAR_RATE = "year_rate"  # 当年完成比例: only compared
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class SheetCategory:
    """A category as the heads name it: 决策公开, division 五公开, area 政府门户网站."""

    name: str
    division: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head from the top level down, and what it was taken for."""

    letter: str
    address: str  # of the lowest head cell
    heading: tuple[str, ...]
    meaning: Meaning
    category: SheetCategory | None = None
    month: int | None = None  # of a sum over several months, its last
    first_month: int | None = None
    cadence: Cadence | None = None  # of quotas whose cells say none
    is_per_account: bool = False
    duty_kind: DutyKind | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; `position` runs 1, 2, 3 … in the sheet's order; `printed_number` is its 序号, or ""."""

    position: int
    printed_number: str
    name: str
    address: str
    division: str = ""
    as_printed: str = ""  # where `name` is what the office calls it already


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a printed name means among the units that are known.

    `known` is the unit it means, "" for none; `several` those it may mean equally well; `nearest` the one it
    is most like, "" where nothing is known. One that no longer reports is `retired`.
    """

    known: str = ""
    several: tuple[str, ...] = ()
    nearest: str = ""
    retired: str = ""


FindUnit = Callable[[str], NameMatch]


@dataclass(frozen=True, slots=True)
class QuotaCell:
    """What one unit owes in one category; target None means exempt ("–"), which is not zero."""

    position: int
    category: str
    cadence: Cadence
    target: int | None
    is_per_account: bool
    address: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule without a number and the units it binds, by position."""

    category: str
    kind: DutyKind
    text: str
    positions: tuple[int, ...]
    address: str


@dataclass(frozen=True, slots=True)
class CountCell:
    """How many one unit did in one month (1–12); a derived one keeps the year cell's address.

    `accepted` (审发) and `errors` (错情) are None where the sheet does not speak of them.
    """

    position: int
    category: str
    month: int
    count: int
    address: str
    is_derived: bool = False
    accepted: int | None = None
    errors: int | None = None


@dataclass(frozen=True, slots=True)
class SumCell:
    """How many one unit did from one month through another, as printed; only compared, or split.

    `last_month` 0: the sheet does not say through which month.
    """

    position: int
    category: str
    first_month: int
    last_month: int
    count: int
    address: str
    head_address: str


@dataclass(frozen=True, slots=True)
class UnitAlias:
    """Another name that a unit goes by, as an exported file has it."""

    unit: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitEnding:
    """A unit that no longer reports since a moment (ISO, aware), and the one it was merged into, or ""."""

    unit: str
    ended_at: str
    into: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that cannot be taken as it stands; `key` is the whole catalogue key, `import.doubt.…`."""

    address: str
    key: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth telling that changes nothing; `key` is the whole catalogue key, `import.remark.…`."""

    address: str
    key: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Understanding:
    """One sheet understood; what is doubtful is named in `doubts` and missing from the values.

    `asks_months` are those of a quarter whose sums could not be counted because no month is named for them.
    `split` are the counts (unit, category, month) that an exported workbook has account by account.
    """

    title: str
    year: int
    sheet: str
    columns: tuple[Column, ...]
    categories: tuple[SheetCategory, ...]
    units: tuple[UnitRow, ...]
    quotas: tuple[QuotaCell, ...]
    duties: tuple[Duty, ...]
    counts: tuple[CountCell, ...]
    doubts: tuple[Doubt, ...]
    remarks: tuple[Remark, ...]
    aliases: tuple[UnitAlias, ...] = ()
    endings: tuple[UnitEnding, ...] = ()
    asks_months: tuple[int, ...] = ()
    split: frozenset[tuple[str, str, int]] = frozenset()
