"""Offices with hostile names, drawn, put into a database and read out of it, for tests of exports."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from models.enums import Cadence, DutyKind, Platform
from services import sql
from services.audit import Deed
from services.core.exporting.values import (
    ExportedCategory,
    ExportedDuty,
    ExportedQuota,
    ExportedUnit,
    OfficeYear,
)
from services.core.text import as_name, fold
from services.documents.cleaning import clean
from services.facts import ledger
from services.media import media_checks, media_register
from services.media.media_checks import Look
from services.media.media_register import NewMediaAccount
from tests.builders import an_organisation

NOW = dtm.datetime(2024, 3, 15, 2, tzinfo=dtm.UTC)
TODAY = dtm.date(2024, 3, 15)
HOSTILE = (
    *("=1+1", "$x", "<b>粗</b>", "@SUM(A1)", "+86", "-1局", "１２局", "2月", "2月报送数", "合计", "小计"),
    *(
        "序号",
        "责任单位",
        "类别",
        "每月",
        "加分",
        "要求",
        "单位名册",
        "导出说明",
        "_x0041_",
        "'引号",
        "甲、乙",
    ),
    *(
        "0",
        "1e5",
        "TRUE",
        "2024-02-01",
        "#N/A",
        "2条/月",
        "😀局",
        "公安局（某某）",
        "三十字" * 10,
        "&amp;",
        "a\\b",
    ),
)
_SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))


def _is_name(text: str) -> bool:
    return bool(fold(text)) and as_name(text) == text == clean(text)


NAMES = st.sampled_from(HOSTILE) | st.text(_SIGNS, min_size=1, max_size=30).map(as_name).filter(_is_name)
WORDS = st.just("") | NAMES
SUMS = st.tuples(st.integers(0, 9999), st.integers(0, 99)).flatmap(
    lambda drawn: st.tuples(st.just(drawn[0]), st.integers(0, drawn[0]), st.just(drawn[1]))
)
DAYS = st.dates(dtm.date(2015, 1, 1), TODAY)


@dataclass(frozen=True)
class Office:
    """An office in a year, its media accounts, and each one's last post."""

    year: OfficeYear
    accounts: tuple[tuple[str, NewMediaAccount, dtm.date | None], ...]


@st.composite
def offices(draw: st.DrawFn) -> Office:
    names = draw(st.lists(NAMES, min_size=2, max_size=9, unique_by=fold))
    ended_at = draw(st.sampled_from(["", "2024-01-05T08:00:00+00:00"]))
    half = max(1, len(names) // 2)
    aliases = {name: tuple(names[half:][at::half]) for at, name in enumerate(names[:half])}
    units = tuple(
        ExportedUnit(name, draw(st.sampled_from(["", str(at + 2), "=1"])), draw(WORDS)[:50], aliases[name])
        for at, name in enumerate(names[:half])
    )
    if ended_at and len(units) > 1:
        into = draw(st.sampled_from(["", units[0].name]))
        units = (*units[:-1], ExportedUnit(units[-1].name, "", "", (), ended_at, into))
    categories = tuple(
        ExportedCategory(name, draw(WORDS)) for name in draw(st.lists(NAMES, max_size=4, unique_by=fold))
    )
    places = [(unit.name, category.name) for unit in units for category in categories]
    targets = st.tuples(st.none() | st.integers(0, 9999), st.booleans())
    quotas = [
        ExportedQuota(*place, cadence, target, is_per_account and target is not None, None)
        for place in places
        for cadence in Cadence
        for target, is_per_account in draw(st.lists(targets, max_size=1))
    ]
    headings = draw(st.lists(NAMES, max_size=2, unique_by=fold))
    duties = [
        ExportedDuty(unit.name, heading, draw(st.sampled_from(DutyKind)), text)
        for heading in headings
        for unit in units
        for text in draw(st.lists(NAMES, max_size=1))
    ]
    months = st.dictionaries(st.integers(1, 12), SUMS, min_size=1, max_size=3)
    counts = {place: draw(months) for place in places if draw(st.booleans())}
    office = OfficeYear("甲县", 2024, 1, units, categories, tuple(quotas), tuple(duties), counts)
    accounts = [
        (draw(st.sampled_from(units)).name, _account(draw, name), draw(st.none() | DAYS))
        for name in draw(st.lists(NAMES, max_size=3, unique_by=fold))
    ]
    return Office(office, tuple(accounts))


def _account(draw: st.DrawFn, name: str) -> NewMediaAccount:
    opened_on, ended_on = draw(st.none() | DAYS), draw(st.none() | DAYS)
    platform = draw(st.sampled_from(Platform))
    return NewMediaAccount(0, platform, name, draw(WORDS)[:50], draw(WORDS), opened_on, draw(DAYS), ended_on)


async def put(office: Office, organisation: str) -> int:
    """Put an office into the database as an organisation; return its id."""
    organisation_id = await an_organisation(organisation)
    year = office.year
    units: dict[str, int] = {}
    for position, unit in enumerate(year.units, start=1):
        told = {"name": unit.name, "division": unit.division, "printed_number": unit.number}
        units[unit.name] = await insert(
            "unit", organisation_id=organisation_id, position=position, search_key="", is_active=True, **told
        )
    for unit in year.units:
        for alias in unit.aliases:
            await insert("unit_alias", unit_id=units[unit.name], name=alias)
        if unit.ended_at:
            await sql.execute(
                "UPDATE unit SET is_active = FALSE, retired_at = $1, merged_into_id = $2 WHERE id = $3",
                *(dtm.datetime.fromisoformat(unit.ended_at), units.get(unit.into), units[unit.name]),
            )
    categories = {
        one.name: await insert(
            "category", organisation_id=organisation_id, name=one.name, division=one.division, position=at
        )
        for at, one in enumerate(year.categories, start=1)
    }
    for quota in year.quotas:
        owed = {
            "target": quota.target,
            "is_per_account": quota.is_per_account,
            "cadence": quota.cadence.value,
        }
        days = {"effective_on": dtm.date(2024, 1, 1), "ends_on": dtm.date(2024, 12, 31)}
        place = {"unit_id": units[quota.unit], "category_id": categories[quota.category]}
        await insert("quota", **place, **owed, **days)
    headings = list(dict.fromkeys(one.heading for one in year.duties))
    for duty in year.duties:
        told = {"heading": duty.heading, "text": duty.text, "kind": duty.kind.value}
        await insert("duty", unit_id=units[duty.unit], position=headings.index(duty.heading), **told)
    await ledger.record(
        [
            ledger.Fact(
                *(units[unit], categories[category], 0, dtm.date(2024, month, 1), count),
                *(f"test/{unit}/{category}/{month}"[:200], None),
                accepted=accepted,
                errors=errors,
            )
            for (unit, category), by_month in year.counts.items()
            for month, (count, accepted, errors) in by_month.items()
        ],
        NOW,
    )
    await _put_accounts(office, units, organisation_id)
    return organisation_id


async def _put_accounts(office: Office, units: dict[str, int], organisation_id: int) -> None:
    for number, (unit, new, last_post_on) in enumerate(office.accounts):
        deed = Deed(None, f"test/{number}", NOW)
        whose = NewMediaAccount(
            *(units[unit], new.platform, new.name, new.level, new.responsible),
            *(new.opened_on, new.registered_on, new.deregistered_on),
        )
        account = await media_register.enter(whose, deed, TODAY)
        if last_post_on is not None:
            await media_checks.note(Look(account.id, TODAY, last_post_on), deed, organisation_id)


async def insert(table: str, **values: Any) -> int:
    """Insert a row; return its id."""
    columns, places = ", ".join(values), sql.placeholders(1, len(values))
    rows = await sql.fetch(f"INSERT INTO {table} ({columns}) VALUES {places} RETURNING id", *values.values())
    return int(rows[0]["id"])


_OF = "JOIN organisation o ON o.id = u.organisation_id WHERE o.name = $1"
_ACCOUNT = "JOIN media_account a ON a.id = t.account_id JOIN organisation o ON o.id = a.organisation_id "
_OWN = "FROM {} t JOIN organisation o ON o.id = t.organisation_id WHERE o.name = $1 ORDER BY 1, 2, 3"
_HELD = {
    "organisation": "SELECT year, closing_days, decimals, ties, stale_days, zombie_days, language, counting, "
    "four_eyes FROM organisation WHERE name = $1",
    "look": "SELECT a.name, t.checked_on, t.last_post_on, t.outcome, t.remark FROM media_check t "
    f"{_ACCOUNT} WHERE o.name = $1 ORDER BY 1, 2, 3, 4, 5",
    "post": "SELECT a.name, t.posted_on, t.title, t.address, t.withdrawn_at FROM media_post t "
    f"{_ACCOUNT} WHERE o.name = $1 ORDER BY 1, 2, 3, 4, 5",
    "finding": "SELECT t.found_on, t.kind, t.platform, u.name AS unit, a.name, t.last_post_on, t.gap_days, "
    "t.due_on, t.rectification, t.rectified_on, t.proof, t.reason FROM media_finding t "
    "JOIN unit u ON u.id = t.unit_id LEFT JOIN media_account a ON a.id = t.account_id "
    f"{_OF} ORDER BY 1, 2, 3, 4, 5, 6",
    "calendar": f"SELECT t.day_on, t.is_working {_OWN.format('calendar_day').replace(', 3', '')}",
    "figure": f"SELECT t.period, t.name, t.value, t.names {_OWN.format('stated_figure')}",
    "phrase": f"SELECT t.kind, t.place, t.text {_OWN.format('phrase')}",
    "numbering": "SELECT t.kind, t.is_numbered, t.year, t.number_before, t.total_before "
    f"{_OWN.format('bulletin_numbering')}",
    "reminders": "SELECT t.at_half, t.days_before, t.at_last_day, t.when_overdue, t.in_groups, "
    f"t.yearly_from, t.paused_at {_OWN.format('reminder_rules')}",
    "unit": "SELECT u.name, u.division, u.printed_number, u.position, u.retired_at, s.name AS into_name "
    f"FROM unit u LEFT JOIN unit s ON s.id = u.merged_into_id {_OF} ORDER BY u.position",
    "alias": "SELECT u.name, a.name AS alias FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
    f"{_OF} ORDER BY 1, 2",
    "category": "SELECT u.name, u.division, u.position, u.review_rule, u.required_evidence FROM category u "
    f"{_OF} ORDER BY u.position",
    "quota": "SELECT u.name, c.name AS category, q.cadence, q.effective_on, q.ends_on, q.target, "
    "q.is_per_account FROM quota q JOIN unit u ON u.id = q.unit_id "
    f"JOIN category c ON c.id = q.category_id {_OF} ORDER BY 1, 2, 3, 4",
    "duty": "SELECT u.name, d.heading, d.text, d.kind FROM duty d JOIN unit u ON u.id = d.unit_id "
    f"{_OF} ORDER BY 1, 2",
    "tally": "SELECT u.name, c.name AS category, t.month_on, a.name AS account, t.count, t.accepted, "
    "t.errors FROM tally t JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
    f"LEFT JOIN media_account a ON a.id = t.account {_OF} ORDER BY 1, 2, 3, 4",
    "media": "SELECT a.platform, a.name, u.name AS unit, a.level, a.responsible, a.registered_on, "
    "a.opened_on, a.deregistered_on, a.last_post_on FROM media_account a JOIN unit u ON u.id = a.unit_id "
    f"{_OF} ORDER BY 1, 2",
}


async def held(organisation: str) -> dict[str, list[tuple[str, ...]]]:
    """Read everything of an organisation that is read back, by name."""
    return {
        table: [tuple(map(str, row.values())) for row in await sql.fetch(statement, organisation)]
        for table, statement in _HELD.items()
    }
