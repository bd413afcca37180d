"""The sheets of an exported workbook that keep rows, read beside those that are understood."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from services.core.sheets import export_words as words
from services.core.sheets import kept_sheets
from services.core.sheets.grid import Grid
from services.core.sheets.kept import Kept, KeptRow, read_sheet
from services.core.sheets.notebook import Notebook
from services.core.sheets.registers import RegisterRow
from services.core.sheets.understanding import QuotaCell, Understanding
from services.core.text import as_name, fold


def read_kept(
    sheets: Sequence[Grid],
    understanding: Understanding,
    units: Mapping[str, str],
    accounts: Sequence[RegisterRow],
    notebook: Notebook,
) -> tuple[Understanding, Kept]:
    """Read the sheets that keep rows; what they say of quotas and counts takes the place of the year's.

    ``units`` are the names here by those printed. What names an account or a category that the file lacks is
    doubted, and so are counts per account that do not add up to their unit's: then the unit's is taken.
    """
    known = {(row.platform.value, fold(as_name(row.name))) for row in accounts}
    categories = {one.name for one in understanding.categories}
    kept: dict[str, tuple[KeptRow, ...]] = {}
    for sheet in kept_sheets.ALL:
        rows = read_sheet(sheet, sheets, units, notebook)
        kept[sheet.name] = tuple(
            row for row in rows if _is_known(sheet.name, row, known, categories, notebook)
        )
    names = {row.position: row.name for row in understanding.units}
    quotas = _quotas_beside(understanding, kept[words.TERMS], names, notebook)
    understanding = replace(understanding, quotas=quotas)
    wrong = _wrong_sums(understanding, kept[words.ACCOUNT_COUNTS], names, notebook)
    split = tuple(row for row in kept[words.ACCOUNT_COUNTS] if _place(row) not in wrong)
    places = frozenset(_place(row) for row in split)
    return replace(understanding, split=places), {**kept, words.ACCOUNT_COUNTS: split}


def _quotas_beside(
    understanding: Understanding, terms: Sequence[KeptRow], names: Mapping[int, str], notebook: Notebook
) -> tuple[QuotaCell, ...]:
    """Give the quotas that have no terms; one that says otherwise than the last of its terms is doubted."""
    last = {row.values[:3]: row.values[5:] for row in sorted(terms, key=lambda row: str(row.values[3]))}
    beside = []
    for one in understanding.quotas:
        key = names[one.position], one.category, one.cadence.value
        if key not in last:
            beside.append(one)
        elif last[key] != (one.target, one.is_per_account) and one.target is not None:
            notebook.doubt(one.address, "export_terms", name=f"{key[0]} {key[1]}")
    return tuple(beside)


def _is_known(
    sheet: str,
    row: KeptRow,
    accounts: Collection[tuple[str, str]],
    categories: Collection[str],
    notebook: Notebook,
) -> bool:
    if sheet in kept_sheets.CATEGORY_AT:
        category = str(row.values[kept_sheets.CATEGORY_AT[sheet]])
        if category not in categories:
            notebook.doubt(row.address, "export_category", name=category)
            return False
    if sheet in kept_sheets.ACCOUNT_AT:
        platform, name = (str(row.values[at]) for at in kept_sheets.ACCOUNT_AT[sheet])
        if name and (platform, fold(as_name(name))) not in accounts:
            notebook.doubt(row.address, "export_cell_unclear", text=name[:50])
            return False
    return True


def _place(row: KeptRow) -> tuple[str, str, int]:
    return str(row.values[0]), str(row.values[1]), int(str(row.values[4])[-2:])


def _wrong_sums(
    understanding: Understanding, rows: Sequence[KeptRow], names: Mapping[int, str], notebook: Notebook
) -> set[tuple[str, str, int]]:
    """Give the places whose accounts do not add up to what the unit's sheet says."""
    sums: dict[tuple[str, str, int], list[int]] = {}
    first: dict[tuple[str, str, int], str] = {}
    year = str(understanding.year)
    for row in rows:
        place = _place(row)
        first.setdefault(place, row.address)
        added = sums.setdefault(place, [0, 0, 0])
        for at, value in enumerate(row.values[5:]):
            added[at] += int(value or 0) if str(row.values[4]).startswith(year) else 0
    told = {
        (names[one.position], one.category, one.month): [
            *(one.count, one.count if one.accepted is None else one.accepted, one.errors or 0)
        ]
        for one in understanding.counts
    }
    wrong = {place for place, added in sums.items() if told.get(place) != added}
    for place in wrong:
        notebook.doubt(first[place], "export_sums", name=f"{place[0]} {place[1]}", month=place[2])
    return wrong
