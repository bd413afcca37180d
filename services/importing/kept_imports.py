"""Kept rows of exported workbooks: put together, held against what is there, saved after all the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.enums import CheckOutcome
from services import sql
from services.audit import Deed, Entry
from services.core.access import Actor
from services.core.sheets import export_words as words
from services.core.sheets import kept_sheets
from services.core.sheets.kept import Kept, KeptChange, KeptSheet, Row, compare
from services.core.sheets.registers import RegisterSheet
from services.core.text import as_name, fold
from services.importing import kept_rows, kept_storing
from services.media import media_accounts

KeptValues = Mapping[str, tuple[Row, ...]]
"""The rows of each sheet, by its name."""
KeptChanges = Mapping[str, tuple[KeptChange, ...]]


def kept_of(workbooks: Iterable[Kept]) -> KeptValues:
    """Put the rows of several workbooks together; a term that two years tell of counts once."""
    found: dict[str, list[Row]] = {sheet.name: [] for sheet in kept_sheets.ALL}
    for workbook in workbooks:
        for name, rows in workbook.items():
            found[name] += (row.values for row in rows)
    return {
        sheet.name: tuple(dict.fromkeys(found[sheet.name]) if sheet.keys else found[sheet.name])
        for sheet in kept_sheets.ALL
    }


def without_known_looks(register: RegisterSheet, kept: KeptValues) -> RegisterSheet:
    """Leave the last posts out that kept looks and posts tell of: they would be looks of today besides."""
    last: dict[tuple[str, str], str] = {}
    seen = [(row, row[4]) for row in kept[words.LOOKS] if row[3] == CheckOutcome.SEEN.value]
    seen += [(row, row[2]) for row in kept[words.POSTS] if row[5] is None]
    for row, day in seen:
        key = str(row[0]), fold(as_name(str(row[1])))
        last[key] = max(last.get(key, ""), str(day or ""))

    def is_told(platform: str, name: str, day: str) -> bool:
        return day <= last.get((platform, fold(as_name(name))), "")

    return replace(
        register,
        rows=tuple(
            replace(row, last_post_on=None)
            if row.last_post_on is not None
            and is_told(row.platform.value, row.name, row.last_post_on.isoformat())
            else row
            for row in register.rows
        ),
    )


async def compare_kept(kept: KeptValues, organisation_id: int | None) -> KeptChanges:
    """Hold rows against what an organisation has; a new one has nothing."""
    changes: dict[str, tuple[KeptChange, ...]] = {}
    called = await _called(organisation_id)
    for sheet in kept_sheets.ALL:
        rows = [called.row(sheet.name, row) for row in kept[sheet.name]]
        held: tuple[Row, ...] = ()
        if organisation_id is not None and rows:
            held = await kept_rows.read_held(sheet, organisation_id)
        changes[sheet.name] = compare(sheet, [*rows, *_emptied(sheet, rows, held)], held)
    return changes


async def save_kept(
    kept: KeptValues, organisation_id: int, actor: Actor | None, deed: Deed, digest: str
) -> None:
    """Save rows in the caller's transaction, after the units and accounts that they name.

    Raises:
        UserError: the actor may not change one of the sheets that differ.
    """
    changes = await compare_kept(kept, organisation_id)
    touched = {name: len(rows) for name, rows in changes.items() if rows}
    if not touched:
        return
    if actor is not None:
        for name in touched:
            actor.require(kept_storing.NEEDED[name], organisation_id=organisation_id)
    version = await sql.fetch(
        "UPDATE organisation SET version = version + 1 WHERE id = $1 RETURNING version", organisation_id
    )
    source = f"{digest}/{organisation_id}.{version[0]['version']}"
    await kept_storing.store(changes, organisation_id, source=source, now=deed.now)
    await deed.record(Entry("sheet.import", f"sheet/{digest}", after={"kept": touched}), organisation_id)


def _emptied(sheet: KeptSheet, rows: Sequence[Row], held: Iterable[Row]) -> list[Row]:
    """Give the accounts that count nothing any more where a file has a month account by account."""
    if sheet is not kept_sheets.ACCOUNT_COUNTS:
        return []
    places = {(row[0], row[1], row[4]) for row in rows}
    said = {row[:5] for row in rows}
    return [
        (*row[:5], 0, 0, 0)
        for row in held
        if (row[0], row[1], row[4]) in places and row[:5] not in said and any(row[5:])
    ]


class _Called:
    """What categories and accounts are called here, however wide or spaced they are written."""

    def __init__(self, categories: Iterable[str], accounts: Iterable[tuple[str, str]]) -> None:
        self._categories = {fold(name): name for name in categories}
        self._accounts = {(platform, fold(name)): name for platform, name in accounts}

    def row(self, sheet: str, row: Row) -> Row:
        """Give a row with the names here."""
        values = list(row)
        if sheet in kept_sheets.CATEGORY_AT:
            at = kept_sheets.CATEGORY_AT[sheet]
            values[at] = self._categories.get(fold(str(values[at])), values[at])
        if sheet in kept_sheets.ACCOUNT_AT:
            platform, at = kept_sheets.ACCOUNT_AT[sheet]
            key = str(values[platform]), fold(as_name(str(values[at])))
            values[at] = self._accounts.get(key, values[at])
        return tuple(values)


async def _called(organisation_id: int | None) -> _Called:
    if organisation_id is None:
        return _Called((), ())
    rows = await sql.fetch("SELECT name FROM category WHERE organisation_id = $1", organisation_id)
    accounts = await media_accounts.list_ever(organisation_id)
    return _Called((row["name"] for row in rows), ((one.platform.value, one.name) for one in accounts))
