"""The rows of the sheets that keep them, by name: what is exported, and what an import meets."""

import datetime as dtm
from collections.abc import Callable, Mapping
from typing import Any

from services import sql
from services.core.exporting.values import Span
from services.core.sheets import export_words as words
from services.core.sheets import kept_sheets
from services.core.sheets.kept import NO, YES, KeptSheet, Row, Value
from services.office.office_rules import get_rules
from services.reminding.reminder_rules import read_rules

# The columns of each in its sheet's order, and where they come from; `$1` is the organisation, `$2`–`$3` the
# first and last day. Where a place has a term that is not simply the year's, all of its terms are given.
_TERM_DAYS = "q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $2)"
_STATEMENTS: Mapping[str, tuple[str, str]] = {
    words.TERMS: (
        (
            "u.name AS c0, c.name AS c1, t.cadence AS c2, t.effective_on AS c3, t.ends_on AS c4, "
            "t.target AS c5, t.is_per_account AS c6"
        ),
        (
            "FROM quota t JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
            f"WHERE u.organisation_id = $1 AND {_TERM_DAYS.replace('q.', 't.')} AND EXISTS "
            "(SELECT 1 FROM quota q "
            "WHERE q.unit_id = t.unit_id AND q.category_id = t.category_id AND q.cadence = t.cadence "
            f"AND {_TERM_DAYS} AND (q.effective_on <> $4 OR q.ends_on IS NULL OR q.ends_on <> $5))"
        ),
    ),
    words.ACCOUNT_COUNTS: (
        (
            "u.name AS c0, c.name AS c1, a.platform AS c2, a.name AS c3, t.month_on AS c4, t.count AS c5, "
            "t.accepted AS c6, t.errors AS c7"
        ),
        (
            "FROM tally t JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
            "LEFT JOIN media_account a ON a.id = t.account "
            "WHERE u.organisation_id = $1 AND t.month_on >= $2 AND t.month_on <= $3 AND EXISTS "
            "(SELECT 1 FROM tally o "
            "WHERE o.unit_id = t.unit_id AND o.category_id = t.category_id AND o.month_on = t.month_on "
            "AND o.account <> 0)"
        ),
    ),
    words.LOOKS: (
        (
            "a.platform AS c0, a.name AS c1, t.checked_on AS c2, t.outcome AS c3, "
            "t.last_post_on AS c4, t.remark AS c5"
        ),
        (
            "FROM media_check t JOIN media_account a ON a.id = t.account_id "
            "WHERE a.organisation_id = $1 AND t.checked_on >= $2 AND t.checked_on <= $3"
        ),
    ),
    words.POSTS: (
        (
            "a.platform AS c0, a.name AS c1, t.posted_on AS c2, t.title AS c3, t.address AS c4, "
            "t.withdrawn_at AS c5"
        ),
        (
            "FROM media_post t JOIN media_account a ON a.id = t.account_id "
            "WHERE a.organisation_id = $1 AND t.posted_on >= $2 AND t.posted_on <= $3"
        ),
    ),
    words.FINDINGS: (
        (
            "t.found_on AS c0, t.kind AS c1, t.platform AS c2, u.name AS c3, a.name AS c4, "
            "t.last_post_on AS c5, t.gap_days AS c6, t.due_on AS c7, t.rectification AS c8, "
            "t.rectified_on AS c9, t.proof AS c10, t.reason AS c11"
        ),
        (
            "FROM media_finding t JOIN unit u ON u.id = t.unit_id "
            "LEFT JOIN media_account a ON a.id = t.account_id "
            "WHERE t.organisation_id = $1 AND t.found_on >= $2 AND t.found_on <= $3"
        ),
    ),
    words.CALENDAR: (
        "t.day_on AS c0, t.is_working AS c1",
        "FROM calendar_day t WHERE t.organisation_id = $1",
    ),
    words.FIGURES: (
        "t.period AS c0, t.name AS c1, t.value AS c2, t.names AS c3",
        "FROM stated_figure t WHERE t.organisation_id = $1",
    ),
    words.PHRASES: (
        "t.kind AS c0, t.place AS c1, t.text AS c2",
        "FROM phrase t WHERE t.organisation_id = $1 AND t.text IS NOT NULL",
    ),
    words.REVIEWS: (
        "t.name AS c0, t.review_rule AS c1, t.required_evidence AS c2",
        (
            "FROM category t WHERE t.organisation_id = $1 "
            "AND (t.review_rule <> 'auto' OR t.required_evidence <> '')"
        ),
    ),
    words.NUMBERINGS: (
        "t.kind AS c0, t.is_numbered AS c1, t.year AS c2, t.number_before AS c3, t.total_before AS c4",
        "FROM bulletin_numbering t WHERE t.organisation_id = $1",
    ),
}
_EVERY = frozenset({words.TERMS, words.ACCOUNT_COUNTS, words.REVIEWS})
"""Sheets that have only some of their table's rows: a quota that is simply the year's stands elsewhere."""
_EVER = dtm.date(1, 1, 1), dtm.date(9999, 12, 31)


def statement_of(sheet: KeptSheet) -> tuple[str, str]:
    """Give the columns and the rest of a long sheet's statement; the id is not among the columns."""
    return _STATEMENTS[sheet.name]


def parameters(sheet: KeptSheet, organisation_id: int, span: Span | None) -> tuple[Any, ...]:
    """Give the values of a sheet's statement; without a span they are those of all years."""
    first_on, last_on = _EVER if span is None else (span.first_on, span.last_on)
    if sheet is kept_sheets.TERMS:
        year = (1, 1) if span is None else (span.year, span.year)
        days = dtm.date(year[0], 1, 1), dtm.date(year[1], 12, 31)
        return organisation_id, *(_EVER if span is None else days), *days
    if sheet in kept_sheets.OF_REGISTERS:
        return (organisation_id,)
    return organisation_id, first_on, last_on


async def read_rows(sheet: KeptSheet, organisation_id: int, span: Span | None = None) -> tuple[Row, ...]:
    """Give the rows of a sheet, of a span or of all time."""
    if sheet is kept_sheets.OFFICE_RULES:
        return await _rule_rows(organisation_id)
    if sheet is kept_sheets.REMINDERS:
        return await _reminder_rows(organisation_id)
    columns, rest = _STATEMENTS[sheet.name]
    values = parameters(sheet, organisation_id, span)
    rows = await sql.fetch(f"SELECT {columns} {rest} ORDER BY t.id", *values)
    return tuple(row_of(sheet, row) for row in rows)


async def read_held(sheet: KeptSheet, organisation_id: int) -> tuple[Row, ...]:
    """Give all rows that there are of what a sheet keeps, also where they would not be exported."""
    if sheet.name not in _EVERY:
        return await read_rows(sheet, organisation_id)
    columns, rest = _STATEMENTS[sheet.name]
    rest = rest[: rest.index("$1") + 2]
    rows = await sql.fetch(f"SELECT {columns} {rest} ORDER BY t.id", organisation_id)
    return tuple(row_of(sheet, row) for row in rows)


def row_of(sheet: KeptSheet, row: Mapping[str, Any]) -> Row:
    """Give a row as its sheet has it."""
    return tuple(_SHAPES[column.kind.name](row[f"c{at}"]) for at, column in enumerate(sheet.columns))


def _plain(value: Any) -> Value:
    return "" if value is None else str(value)


def _word(value: Any) -> Value:
    return ("1" if value else "0") if isinstance(value, bool | int) else _plain(value)


def _number(value: Any) -> Value:
    return None if value is None else int(value)


def _day(value: Any) -> Value:
    return None if value is None else sql.get_day(value).isoformat()


def _month(value: Any) -> Value:
    return f"{sql.get_day(value):%Y-%m}"


def _moment(value: Any) -> Value:
    at = sql.moment(value)
    return None if at is None else at.astimezone(dtm.UTC).isoformat()


_SHAPES: Mapping[str, Callable[[Any], Value]] = {
    "TEXT": _plain,
    "UNIT": _plain,
    "WORD": _word,
    "NUMBER": _number,
    "TARGET": _number,
    "DAY": _day,
    "MONTH": _month,
    "MOMENT": _moment,
    "YES": bool,
}


async def _rule_rows(organisation_id: int) -> tuple[Row, ...]:
    rules = await get_rules(organisation_id)
    named = kept_sheets.RULE_WORDS
    values = {name: (rule, rules.value(rule)) for name, rule in kept_sheets.RULES.items()}
    return tuple(
        (name, named[rule][value] if rule in named else str(value)) for name, (rule, value) in values.items()
    )


async def _reminder_rows(organisation_id: int) -> tuple[Row, ...]:
    """Give nothing where an organisation has chosen none."""
    chosen = await sql.fetch(
        "SELECT 1 AS chosen FROM reminder_rules WHERE organisation_id = $1", organisation_id
    )
    if not chosen:
        return ()
    rules = await read_rules(organisation_id)
    switches = kept_sheets.REMINDER_SWITCHES.items()
    return (
        *((name, YES if getattr(rules, column) else NO) for name, column in switches),
        *((name, str(getattr(rules, told[0]))) for name, told in kept_sheets.REMINDER_NUMBERS.items()),
        (kept_sheets.PAUSED, _moment(rules.paused_at) or ""),
    )
