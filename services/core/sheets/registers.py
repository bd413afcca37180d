"""A register of media accounts as an office keeps it: platform, name, the unit that runs it, since when."""

import datetime as dtm
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Platform
from services.core.platforms import read_platform
from services.core.sheets.grid import Cell, Grid
from services.core.sheets.looks import LookRow, is_yes, read_claim, read_problem, year_of
from services.core.sheets.notebook import Notebook
from services.core.sheets.understanding import Doubt, FindUnit, Remark
from services.core.sheets.unit_names import bare
from services.core.sheets.words import find_count, is_exempt, label, plain
from services.core.text import fold

_LONGEST_NAME = 100
_MOST_ROWS_ABOVE = 10  # of titles, above the head


class RegisterMeaning(StrEnum):
    """What a column of a register is about; the word for people is `import.register.<value>`."""

    PLATFORM = "platform"
    NAME = "name"
    UNIT = "unit"
    LEVEL = "level"
    RESPONSIBLE = "responsible"
    OPENED = "opened"
    DEREGISTERED = "deregistered"
    LAST_POST = "last_post"
    CHECKED = "checked"
    PROBLEM = "problem"
    MENDED = "mended"


_NEEDED = (RegisterMeaning.PLATFORM, RegisterMeaning.NAME, RegisterMeaning.UNIT)
_DAYS = (RegisterMeaning.OPENED, RegisterMeaning.DEREGISTERED, RegisterMeaning.LAST_POST)
_OF_LOOKS = frozenset({RegisterMeaning.CHECKED, RegisterMeaning.PROBLEM})
_OF_MEDIA = "(?:政务|政府|官方)?(?:新媒体|媒体|账号|帐号|公众号)*"
_HEADS: Mapping[RegisterMeaning, re.Pattern[str]] = {
    # 政务新媒体 alone is what a table of quotas calls a category.
    RegisterMeaning.NAME: re.compile(
        rf"{_OF_MEDIA}(?:名称|昵称|全称)|(?:政务|政府|官方)?(?:新媒体)?(?:账号|帐号|公众号)名?"
    ),
    RegisterMeaning.UNIT: re.compile(
        "(?:主办|开设|开办|运营|运维|责任|所属|承办|主体)?(?:单位|部门|机构)(?:名称|全称)?"
    ),
    RegisterMeaning.PLATFORM: re.compile(
        rf"(?:所在|所属|开设|发布)?{_OF_MEDIA}(?:平台(?:名称|类型|类别)?|类别|类型|种类|渠道)"
    ),
    RegisterMeaning.LEVEL: re.compile("(?:单位|账号|主办单位|行政)?(?:级别|层级|层次)"),
    RegisterMeaning.RESPONSIBLE: re.compile(
        "(?:运维|运营|管理|具体|直接|主要|分管)?(?:负责人|责任人|联系人|管理员|责任编辑)(?:姓名)?"
    ),
    RegisterMeaning.OPENED: re.compile("(?:账号|帐号)?(?:开设|开通|开办|注册|上线|认证)(?:时间|日期)"),
    RegisterMeaning.LAST_POST: re.compile(
        "(?:账号|帐号)?(?:最新|最近|最后)(?:一次|一条|一篇)?(?:内容)?(?:更新|发布|发文|推文)(?:时间|日期)"
    ),
    RegisterMeaning.CHECKED: re.compile("(?:监测|核查|检查)(?:时间|日期)"),
    RegisterMeaning.PROBLEM: re.compile("(?:存在|主要|突出|监测发现)?的?(?:主要|突出)?问题"),
    RegisterMeaning.MENDED: re.compile("(?:是否)?(?:已|完成)?整改(?:到位|完成|情况)?"),
    RegisterMeaning.DEREGISTERED: re.compile("(?:账号|帐号)?(?:注销|关停|停用|关闭|下线)(?:时间|日期)"),
}
_DAY = re.compile(
    r"(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?(?:00:00(?::00)?)?"
    r"|(?P<packed>[0-9]{8})"
)


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column that was understood: where it stands, its head as printed, what it is about."""

    letter: str
    address: str
    heading: str
    meaning: RegisterMeaning


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One account of a sheet; ``unit`` is the name of one that is known. None and "" say nothing."""

    platform: Platform
    name: str
    unit: str
    level: str
    responsible: str
    opened_on: dtm.date | None
    deregistered_on: dtm.date | None
    last_post_on: dtm.date | None
    address: str
    registered_on: dtm.date | None = None  # only of an exported register


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """A register understood; a line of which anything but a day is doubtful is missing from ``rows``."""

    title: str
    columns: tuple[RegisterColumn, ...]
    rows: tuple[RegisterRow, ...]
    doubts: tuple[Doubt, ...]
    remarks: tuple[Remark, ...]
    looks: tuple[LookRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    row: int
    columns: Mapping[RegisterMeaning, int]


def find_register(sheets: Sequence[Grid], find: FindUnit, year: int) -> RegisterSheet | None:
    """Understand a register of media accounts; None where no sheet has one.

    It is known by a head with a platform, an account's name and a unit. Several sheets are one register.
    Where it says what was found, each line is a look too; its days are of the title's year, else of ``year``.
    """
    found = [(grid, head) for grid in sheets if (head := _find_head(grid)) is not None]
    if not found:
        return None
    notebook = Notebook()
    first, head = found[0]
    reader = _Reader(find, notebook, year_of(_title(first, head), year))
    rows = tuple(
        row
        for grid, head in found
        for row in reader.rows(grid, head, f"{grid.name}!" if len(found) > 1 else "")
    )
    for grid in sheets:
        if grid not in [each for each, _ in found]:
            notebook.remark("", "sheet_without_units", sheet=grid.name)
    title, columns = _title(first, head), _columns(first, head)
    return RegisterSheet(title, columns, rows, notebook.doubts, notebook.remarks, tuple(reader.looks))


def _find_head(grid: Grid) -> _Head | None:
    for row in range(min(grid.height, _MOST_ROWS_ABOVE)):
        columns: dict[RegisterMeaning, int] = {}
        for column in range(grid.width):
            meaning = _meaning(grid.text_at(row, column))
            if meaning is not None:
                columns.setdefault(meaning, column)
        if all(meaning in columns for meaning in _NEEDED):
            return _Head(row, columns) if _has_platform(grid, row, columns) else None
    return None


def _has_platform(grid: Grid, head: int, columns: Mapping[RegisterMeaning, int]) -> bool:
    """Tell whether any line names a platform: 类别 may also be the kind of a unit."""
    column = columns[RegisterMeaning.PLATFORM]
    return any(read_platform(grid.text_at(row, column)) for row in range(head + 1, grid.height))


def _meaning(text: str) -> RegisterMeaning | None:
    head = re.sub(r"[(（].*?[)）]|[*＊:：]", "", plain(text))
    return next((meaning for meaning, words in _HEADS.items() if head and words.fullmatch(head)), None)


def _title(grid: Grid, head: _Head) -> str:
    above = (*grid.above, *(cell.text for row in grid.cells[: head.row] for cell in row if cell.text))
    return next(iter(map(label, above)), "")[:_LONGEST_NAME]


def _columns(grid: Grid, head: _Head) -> tuple[RegisterColumn, ...]:
    return tuple(
        RegisterColumn(grid.column_name(column), cell.address, label(cell.text), meaning)
        for meaning, column in sorted(head.columns.items(), key=lambda each: each[1])
        for cell in [grid.cell_at(head.row, column)]
    )


class _Reader:
    """Reads the lines of a register; every account is taken once."""

    def __init__(self, find: FindUnit, notebook: Notebook, year: int) -> None:
        self._find = find
        self._notebook = notebook
        self._year = year
        self.looks: list[LookRow] = []
        self._taken: dict[tuple[Platform, str], str] = {}

    def rows(self, grid: Grid, head: _Head, prefix: str) -> Iterator[RegisterRow]:
        """Read every line under a head; ``prefix`` names the sheet in addresses, where there are several."""
        for row in range(head.row + 1, grid.height):
            cells = {meaning: grid.cell_at(row, column) for meaning, column in head.columns.items()}
            if _says_nothing(cells) or _meaning(cells[RegisterMeaning.NAME].text) is RegisterMeaning.NAME:
                continue  # a blank line, a note, the head again on the next page
            read = self._row(cells, prefix, grid.cells[row][head.columns[RegisterMeaning.NAME]])
            if read is not None:
                yield read

    def _row(self, cells: Mapping[RegisterMeaning, Cell], prefix: str, at: Cell) -> RegisterRow | None:
        address = prefix + at.address
        name = label(cells[RegisterMeaning.NAME].text)
        if not fold(name) or len(name) > _LONGEST_NAME or find_count(name) is not None:
            self._notebook.doubt(address, "account_unreadable", text=name[:_LONGEST_NAME])
            return None
        if "\n" in cells[RegisterMeaning.NAME].text.strip():
            self._notebook.doubt(address, "account_several", text=name)
            return None
        platform = self._platform(cells[RegisterMeaning.PLATFORM], prefix)
        unit = self._unit(cells[RegisterMeaning.UNIT], prefix)
        if platform is None or unit is None:
            return None
        tells_of_looks = bool(cells.keys() & _OF_LOOKS)
        if tells_of_looks:
            self._look(cells, platform, name, prefix)
        first = self._taken.setdefault((platform, fold(name)), address)
        if first != address:
            if not tells_of_looks:  # there each line is another look
                self._notebook.doubt(address, "account_repeated", name=name, first=first)
            return None
        opened_on, deregistered_on, last_post_on = (
            self._day(cells.get(meaning), prefix) for meaning in _DAYS
        )
        if tells_of_looks:
            last_post_on = None  # it is what was seen on the day of the look
        if opened_on and deregistered_on and deregistered_on < opened_on:
            self._notebook.doubt(address, "account_days_turned", name=name)
            return None
        return RegisterRow(
            platform=platform,
            name=name,
            unit=unit,
            level=_said(cells.get(RegisterMeaning.LEVEL)),
            responsible=_said(cells.get(RegisterMeaning.RESPONSIBLE)),
            opened_on=opened_on,
            deregistered_on=deregistered_on,
            last_post_on=last_post_on,
            address=address,
        )

    def _look(
        self, cells: Mapping[RegisterMeaning, Cell], platform: Platform, name: str, prefix: str
    ) -> None:
        """Read what a line says was seen; a line that says nothing of it is only an account."""
        problem, mended = cells.get(RegisterMeaning.PROBLEM), cells.get(RegisterMeaning.MENDED)
        text = problem.text if problem is not None else ""
        checked = cells.get(RegisterMeaning.CHECKED)
        days = read_problem(text, self._year)
        if days is None and checked is not None and plain(checked.text):
            checked_on = self._day(checked, prefix)
            last_on = self._day(cells.get(RegisterMeaning.LAST_POST), prefix)
            days = (checked_on, last_on) if checked_on and last_on else None
        claims = read_claim(text)
        if days is None and problem is not None and claims is not None:
            self._notebook.doubt(prefix + problem.address, "look_unreadable", name=name)
        if days is None:
            return
        at = problem or checked or cells[RegisterMeaning.NAME]
        is_mended = mended is not None and is_yes(mended.text)
        self.looks.append(LookRow(platform, name, *days, claims, is_mended, prefix + at.address))

    def _platform(self, cell: Cell, prefix: str) -> Platform | None:
        platform = read_platform(cell.text)
        if platform is None:
            self._notebook.doubt(prefix + cell.address, "platform_unknown", text=label(cell.text)[:50])
        return platform

    def _unit(self, cell: Cell, prefix: str) -> str | None:
        printed, address = bare(cell.text)[:_LONGEST_NAME], prefix + cell.address
        match = self._find(printed) if fold(printed) else None
        if match is None:
            self._notebook.doubt(address, "unit_unreadable", text=printed)
        elif match.retired:
            self._notebook.doubt(address, "unit_retired", name=match.retired)
        elif match.several:
            self._notebook.doubt(address, "unit_ambiguous", name=printed, names="、".join(match.several))
        elif match.known:
            return match.known
        elif match.nearest:
            self._notebook.doubt(address, "unit_unknown_near", name=printed, nearest=match.nearest)
        else:
            self._notebook.doubt(address, "unit_unknown", name=printed)
        return None

    def _day(self, cell: Cell | None, prefix: str) -> dtm.date | None:
        text = plain(cell.text) if cell is not None else ""
        if cell is None or not text or is_exempt(text):
            return None
        day = _read_day(text)
        if day is None:
            self._notebook.doubt(prefix + cell.address, "day_unreadable", text=label(cell.text)[:50])
        return day


def _read_day(text: str) -> dtm.date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    packed = match["packed"]
    parts = (packed[:4], packed[4:6], packed[6:]) if packed else match.group("year", "month", "day")
    try:
        return dtm.date(*map(int, parts))
    except ValueError:
        return None


def _says_nothing(cells: Mapping[RegisterMeaning, Cell]) -> bool:
    """Tell a blank line and a note from an account: a note stands in one merged cell, or has no unit."""
    texts = {(cell.row, cell.column): cell.text for cell in cells.values() if plain(cell.text)}
    return len(texts) < 2


def _said(cell: Cell | None) -> str:
    text = label(cell.text) if cell is not None else ""
    return "" if is_exempt(text) else text[:_LONGEST_NAME]
