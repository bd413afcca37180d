"""What an office has besides its figures: history of its media, terms, its own rules and words."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from models.enums import (
    BulletinKind,
    Cadence,
    CheckOutcome,
    Counting,
    EvidenceKind,
    FindingKind,
    Language,
    Platform,
    Rectification,
    ReviewRule,
    Ties,
)
from services import sql
from services.core.errors import UserError
from services.core.phrases import read_phrase
from services.core.requirements import in_order, write_kinds
from services.core.text import fold
from services.core.wordings import WORDINGS
from services.media import media_accounts
from tests.services.offices import DAYS, NAMES, NOW, SUMS, TODAY, WORDS, Office, insert, offices, put

MOMENTS = st.just(None) | st.just(dtm.datetime(2024, 3, 1, 4, 5, 6, tzinfo=dtm.UTC))
ADDRESSES = st.sampled_from(["", "https://a.cn/1", "https://a.cn/?q=1&b==2", "=x"])


@dataclass(frozen=True)
class History:
    """Rows of tables, with units, categories and accounts by their places in the office."""

    terms: tuple[dict[str, Any], ...]
    counts: tuple[tuple[int, int, int, int, tuple[int, int, int]], ...]
    looks: tuple[dict[str, Any], ...]
    posts: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    own: dict[str, tuple[dict[str, Any], ...]]
    rules: dict[str, Any]
    reviews: tuple[tuple[ReviewRule, tuple[EvidenceKind, ...]], ...]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Office, History]:
    office = draw(offices())
    units, categories, accounts = len(office.year.units), len(office.year.categories), len(office.accounts)
    few = 4 if categories else 0
    place = {"unit": st.integers(0, units - 1), "category": st.integers(0, max(categories - 1, 0))}
    term = st.fixed_dictionaries(
        {
            **place,
            "cadence": st.sampled_from(Cadence),
            "effective_on": st.dates(dtm.date(2022, 7, 1), dtm.date(2024, 12, 30)),
            "ends_on": st.none() | st.just(dtm.date(2025, 1, 31)),
            "target": st.none() | st.integers(0, 999),
            "is_per_account": st.booleans(),
        }
    )
    key = st.tuples(
        place["unit"], place["category"], st.integers(0, max(accounts - 1, 0)), st.integers(1, 12)
    )
    counts = draw(st.dictionaries(key, SUMS, max_size=few if accounts else 0))
    return office, History(
        terms=tuple(draw(st.lists(term, max_size=few, unique_by=lambda one: tuple(one.values())[:4]))),
        counts=tuple((*place, sums) for place, sums in counts.items()),
        looks=tuple(draw(st.lists(_looks(accounts), max_size=4 if accounts else 0))),
        posts=tuple(draw(st.lists(_posts(accounts), max_size=4 if accounts else 0))),
        findings=tuple(draw(st.lists(_findings(units, accounts), max_size=3, unique_by=_finding_key))),
        own=draw(_own()),
        rules=draw(_rules()),
        reviews=tuple(
            draw(
                st.tuples(st.sampled_from(ReviewRule), st.lists(st.sampled_from(EvidenceKind)).map(in_order))
            )
            for _ in range(categories)
        ),
    )


def _looks(accounts: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "account": st.integers(0, max(accounts - 1, 0)),
            "checked_on": st.sampled_from([dtm.date(2023, 5, 1), TODAY]),
            "outcome": st.sampled_from(CheckOutcome),
            "last_post_on": st.just(None) | st.just(dtm.date(2023, 4, 1)),
            "remark": WORDS,
        }
    )


def _posts(accounts: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "account": st.integers(0, max(accounts - 1, 0)),
            "posted_on": st.sampled_from([dtm.date(2023, 5, 1), TODAY]),
            "title": WORDS,
            "address": ADDRESSES,
            "withdrawn_at": MOMENTS,
        }
    )


@st.composite
def _findings(draw: st.DrawFn, units: int, accounts: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(FindingKind)) if accounts else FindingKind.DUPLICATE
    is_silence = kind is not FindingKind.DUPLICATE
    return {
        "kind": kind,
        "unit": draw(st.integers(0, units - 1)),
        "account": draw(st.integers(0, accounts - 1)) if is_silence else None,
        "last_post_on": draw(DAYS) if is_silence else None,
        "platform": draw(st.sampled_from(Platform)),
        "found_on": draw(st.dates(dtm.date(2023, 1, 1), TODAY)),
        "gap_days": draw(st.integers(0, 999)) if is_silence else None,
        "due_on": draw(DAYS),
        "rectification": draw(st.sampled_from(Rectification)),
        "rectified_on": draw(st.none() | DAYS),
        "proof": draw(WORDS),
        "reason": draw(WORDS),
    }


def _finding_key(one: dict[str, Any]) -> tuple[object, ...]:
    if one["account"] is not None:
        return one["kind"], one["account"], one["last_post_on"]
    return one["kind"], one["unit"], one["platform"], one["found_on"]


def _is_phrase(kind: BulletinKind, text: str) -> bool:
    try:
        return read_phrase(kind, text) == text
    except UserError:
        return False


@st.composite
def _own(draw: st.DrawFn) -> dict[str, tuple[dict[str, Any], ...]]:
    texts = NAMES | st.just("第一句。\n第二句：=1+1。")
    kinds = st.sampled_from(BulletinKind)
    days = draw(
        st.dictionaries(st.dates(dtm.date(2020, 1, 1), dtm.date(2026, 1, 1)), st.booleans(), max_size=3)
    )
    stated = draw(
        st.dictionaries(
            st.tuples(
                st.sampled_from(["2024", "2024-Q1", "2024-02"]), NAMES.map(lambda name: name[:40].strip())
            ),
            st.tuples(st.none() | st.integers(-(10**14), 10**14), st.lists(NAMES, max_size=3).map("\n".join)),
            max_size=3,
        )
    )
    places = [(kind, place.name) for kind in BulletinKind for place in WORDINGS[kind].places]
    worded = draw(st.dictionaries(st.sampled_from(places), texts, max_size=3))
    numbered = draw(
        st.dictionaries(
            kinds,
            st.fixed_dictionaries(
                {
                    "is_numbered": st.booleans(),
                    "year": st.integers(2000, 2099),
                    "number_before": st.integers(0, 99),
                    "total_before": st.none() | st.integers(0, 999),
                }
            ),
        )
    )
    reminders = st.fixed_dictionaries(
        {
            **{name: st.booleans() for name in ("at_half", "at_last_day", "when_overdue", "in_groups")},
            "days_before": st.integers(0, 31),
            "yearly_from": st.integers(1, 12),
            "paused_at": MOMENTS,
        }
    )
    return {
        "calendar_day": tuple({"day_on": day, "is_working": working} for day, working in days.items()),
        "stated_figure": tuple(
            {"period": period, "name": name, "value": value, "names": names}
            for (period, name), (value, names) in stated.items()
        ),
        "phrase": tuple(
            {"kind": kind.value, "place": place, "text": text}
            for (kind, place), text in worded.items()
            if _is_phrase(kind, text)
        ),
        "bulletin_numbering": tuple({"kind": kind.value, **told} for kind, told in numbered.items()),
        "reminder_rules": tuple(draw(st.lists(reminders, max_size=1))),
    }


def _rules() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "year": st.integers(2022, 2025),
            "closing_days": st.integers(0, 15),
            "decimals": st.integers(0, 2),
            "ties": st.sampled_from(Ties),
            "stale_days": st.integers(1, 60),
            "zombie_days": st.integers(61, 730),
            "language": st.sampled_from(Language),
            "counting": st.sampled_from(Counting),
            "four_eyes": st.booleans(),
        }
    )


async def put_all(office: Office, history: History, organisation: str) -> int:
    """Put an office with all it has into the database; return its id."""
    organisation_id = await put(office, organisation)
    units = await _ids("unit", organisation_id, [one.name for one in office.year.units])
    categories = await _ids("category", organisation_id, [one.name for one in office.year.categories])
    accounts = await _ids("media_account", organisation_id, [new.name for _, new, _ in office.accounts])
    for term in history.terms:
        if term["effective_on"] != dtm.date(2024, 1, 1):
            place = {"unit_id": units[term["unit"]], "category_id": categories[term["category"]]}
            await insert("quota", **place, **_without(term, "unit", "category"))
    for unit, category, account, month, (count, accepted, errors) in history.counts:
        place = {"unit_id": units[unit], "category_id": categories[category], "account": accounts[account]}
        sums = {"count": count, "accepted": accepted, "errors": errors}
        await insert("tally", **place, month_on=dtm.date(2024, month, 1), **sums)
    await _put_media(office, history, organisation_id, units, accounts)
    for table, rows in history.own.items():
        for row in rows:
            await insert(table, organisation_id=organisation_id, **row)
    for name, value in history.rules.items():
        await sql.execute(f"UPDATE organisation SET {name} = $1 WHERE id = $2", value, organisation_id)
    for category_id, (rule, kinds) in zip(categories, history.reviews, strict=True):
        await sql.execute(
            "UPDATE category SET review_rule = $1, required_evidence = $2 WHERE id = $3",
            *(rule.value, write_kinds(kinds), category_id),
        )
    return organisation_id


async def _put_media(
    office: Office, history: History, organisation_id: int, units: list[int], accounts: list[int]
) -> None:
    for table, rows in (("media_check", history.looks), ("media_post", history.posts)):
        for at, row in enumerate(rows):
            told = {
                "account_id": accounts[row["account"]],
                "source": f"test/{table}/{at}",
                "recorded_at": NOW,
            }
            await insert(table, **told, **_without(row, "account"))
    for at, one in enumerate(history.findings):
        told = {"organisation_id": organisation_id, "unit_id": units[one["unit"]], "key": f"test/{at}"}
        told |= _without(one, "account", "unit")
        if one["account"] is not None:
            told["account_id"] = accounts[one["account"]]
            told["platform"] = office.accounts[one["account"]][1].platform
        await insert("media_finding", **told)
    for account_id in accounts:
        await media_accounts.note_last_post(account_id)


def _without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


async def _ids(table: str, organisation_id: int, names: list[str]) -> list[int]:
    rows = await sql.fetch(f"SELECT id, name FROM {table} WHERE organisation_id = $1", organisation_id)
    known = {fold(row["name"]): int(row["id"]) for row in rows}
    return [known[fold(name)] for name in names]
