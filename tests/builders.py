"""Small builders of rows and people for tests; facts go through the ledger, as everywhere."""

import csv
import datetime as dtm
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from models.enums import Cadence, DutyKind, Language, Role
from services import sql
from services.core.access import Actor, Binding
from services.facts.ledger import Fact, record

NOW = dtm.datetime(2024, 3, 15, 2, tzinfo=dtm.UTC)
NEW_YEAR = dtm.date(2024, 1, 1)

# 峨眉山市 2024, four kinds of row: what is owed per account, by the month, and what is free of 五公开.
FIVE = ("决策公开", "执行公开", "管理公开", "服务公开", "结果公开")
HEADS = ("动态通知类", "法定主动公开内容", *FIVE, "政务公开日活动信息", "政务新媒体")
ALL_FIVE, NO_FIVE = ("1条/年",) * 5, ("–",) * 5
EMEISHAN: Mapping[str, tuple[str, ...]] = {
    "市司法局": ("2条/月", "–", *ALL_FIVE, "1条/年", "4条/月（每个账号）"),
    "市自然资源局": ("2条/月", "1条/月", *ALL_FIVE, "1条/年", "–"),
    "市教育局": ("2条/月", "1条/月", *ALL_FIVE, "1条/年", "4条/月"),
    "市公安局": ("2条/月", "–", *ALL_FIVE, "1条/年", "4条/月（每个账号）"),
    "市公共资源交易中心": ("2条/月", "–", *NO_FIVE, "1条/年", "–"),
}
DUTIES = (
    (
        "政策解读",
        DutyKind.DUTY,
        "以市政府、市政府办名义印发的主动公开文件或各单位自行印发的规范性文件均要求进行政策解读。",
    ),
    ("调查征集", DutyKind.BONUS, "每完成1条调查征集类信息，在全年综合计分时可获得加分。"),
)
with (Path(__file__).parent / "core" / "dingnan_2024_02.csv").open(encoding="utf-8", newline="") as table:
    DINGNAN = tuple(csv.DictReader(table))


async def _insert(table: str, **values: Any) -> int:
    # Not through the ORM: it keeps the statements it built for the first dialect it met.
    rows = await sql.fetch(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES {sql.placeholders(1, len(values))} RETURNING id",
        *values.values(),
    )
    return int(rows[0]["id"])


async def an_organisation(name: str = "峨眉山市", *, year: int = 2024, closing_days: int = 5) -> int:
    """Add an organisation; return its id."""
    return await _insert("organisation", name=name, year=year, closing_days=closing_days, version=1)


async def units_of(organisation_id: int, names: Iterable[str], *, aliases: str = "") -> dict[str, int]:
    """Add units in official order; return their ids by name. ``aliases`` are the first one's, by spaces."""
    found = {}
    for position, name in enumerate(names, start=1):
        found[name] = await _insert(
            "unit",
            organisation_id=organisation_id,
            name=name,
            division="",
            position=position,
            printed_number=str(position),
            search_key="",
            is_active=True,
        )
    for alias in aliases.split():
        await _insert("unit_alias", unit_id=next(iter(found.values())), name=alias)
    return found


async def categories_of(organisation_id: int, names: Iterable[str]) -> dict[str, int]:
    """Add categories in order, the five under their heading; return their ids by name."""
    found = {}
    for position, name in enumerate(names, start=1):
        division = "五公开" if name in FIVE else ""
        found[name] = await _insert(
            "category", organisation_id=organisation_id, name=name, division=division, position=position
        )
    return found


async def a_quota(
    unit_id: int,
    category_id: int,
    target: int | None,
    cadence: Cadence = Cadence.MONTHLY,
    *,
    per_account: bool = False,
    effective_on: dtm.date = NEW_YEAR,
    ends_on: dtm.date | None = None,
) -> None:
    """Add what a unit owes; None is exempt."""
    await _insert(
        "quota",
        unit_id=unit_id,
        category_id=category_id,
        cadence=cadence.value,
        target=target,
        is_per_account=per_account,
        effective_on=effective_on,
        ends_on=ends_on,
    )


def a_fact(unit_id: int, category_id: int, month: int, count: int, source: str = "", **more: int) -> Fact:
    """Make a fact of 2024; its source tells it apart from every other such fact unless it is given."""
    return Fact(
        unit_id=unit_id,
        category_id=category_id,
        account=more.get("account", 0),
        month_on=dtm.date(2024, month, 1),
        count=count,
        source=source or f"test/{unit_id}/{category_id}/{month}/{count}",
        member_id=None,
    )


async def emeishan() -> tuple[int, dict[str, int], dict[str, int]]:
    """Add 峨眉山市 with its quotas of 2024; return its id, the units' and the categories' ids by name."""
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, EMEISHAN, aliases="司法")
    categories = await categories_of(organisation_id, HEADS)
    for name, cells in EMEISHAN.items():
        for head, cell in zip(HEADS, cells, strict=True):
            target = None if cell == "–" else int(cell[0])
            cadence = Cadence.YEARLY if head in (*FIVE, "政务公开日活动信息") else Cadence.MONTHLY
            await a_quota(units[name], categories[head], target, cadence, per_account="每个账号" in cell)
        for position, (heading, kind, text) in enumerate(DUTIES):
            duty = {"heading": heading, "text": text, "kind": kind.value, "position": position}
            await _insert("duty", unit_id=units[name], **duty)
    return organisation_id, units, categories


async def dingnan() -> tuple[int, dict[str, int]]:
    """Add 定南县 with the bulletin of February 2024; return its id and the units' ids by name."""
    organisation_id = await an_organisation("定南县")
    units = await units_of(organisation_id, [row["责任单位"] for row in DINGNAN])
    (category_id,) = (await categories_of(organisation_id, ["政务信息"])).values()
    facts = []
    for row in DINGNAN:
        unit_id = units[row["责任单位"]]
        await a_quota(unit_id, category_id, int(row["每月任务数"]))
        await a_quota(unit_id, category_id, int(row["当年任务数"]), Cadence.YEARLY)
        february = int(row["2月发布数"])
        facts.append(a_fact(unit_id, category_id, 2, february, f"dingnan/{unit_id}/2"))
        january = int(row["当年完成数"]) - february
        facts.append(a_fact(unit_id, category_id, 1, january, f"dingnan/{unit_id}/1"))
    await record(facts, NOW)
    return organisation_id, units


def an_actor(*bindings: Binding, language: Language = Language.CHINESE, telegram_id: int = 7001) -> Actor:
    """Make a person; without bindings a stranger."""
    return Actor(telegram_id, 1 if bindings else None, "王芳", language, bindings)


def a_reporter(organisation_id: int, *unit_ids: int) -> Actor:
    """Make a reporter of units of one organisation."""
    return an_actor(*(Binding(organisation_id, unit_id, Role.REPORTER) for unit_id in unit_ids))


def an_administrator(*organisation_ids: int) -> Actor:
    """Make somebody of the office, of one organisation or several."""
    return an_actor(*(Binding(each, None, Role.ADMINISTRATOR) for each in organisation_ids))
