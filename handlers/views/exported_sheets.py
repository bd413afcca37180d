"""Exported workbooks to be brought in: each year in a line, then what is doubtful and what would differ."""

from collections.abc import Sequence

from handlers.views import imports, registers
from handlers.views.markup import shorten
from locales import Texts
from services.core.printing import PrintedCell
from services.core.sheets import kept_sheets
from services.importing.exported_sheets import Bundle, BundleChanges
from services.importing.imports import Preview

_LONGEST = 60


def head(shown: Bundle, texts: Texts) -> list[str]:
    """Say what was read, by year, and what saving it would change."""
    read = [
        texts(
            "sheet.exported_year",
            year=each.understanding.year,
            units=len(each.understanding.units),
            quotas=len(each.understanding.quotas),
            counts=len(each.understanding.counts),
        )
        for each in _telling(shown)
    ]
    accounts = len(shown.register.understanding.rows)
    return [
        *read,
        *([texts("sheet.exported_media", count=accounts)] if accounts else []),
        *summarise(shown.changes, texts, is_saved=False),
        *(line for each in shown.years for line in imports.closed_months(each, texts)),
    ]


def _telling(shown: Bundle) -> Sequence[Preview]:
    """Leave out workbooks that only repeat the units, such as that of the registers."""
    figures = [each for each in shown.years if each.understanding.quotas or each.understanding.counts]
    return figures or shown.years[:1]


def told(shown: Bundle, texts: Texts) -> tuple[Sequence[str], ...]:
    """Give what is doubtful, what would become something else, names and remarks; each said once."""
    understood = [each.understanding for each in shown.years]
    doubts = [line for each in understood if each.doubts for line in imports.doubts(each, texts)]
    register = shown.register.understanding
    doubts += imports.doubts(register, texts) if register.doubts else []
    differences = [line for each in shown.years for line in imports.differences(each.changes, texts)]
    differences += registers.differences(shown.register.changes, texts)
    differences += _kept_differences(shown.changes, texts)
    names = [line for each in understood[:1] for line in imports.names(each, texts)]
    remarks = [line for each in understood for line in imports.remarks(each, texts)]
    return (
        list(dict.fromkeys(doubts)) or [texts("import.no_doubts")],
        differences,
        names,
        list(dict.fromkeys(remarks)),
    )


def summarise(changes: BundleChanges, texts: Texts, *, is_saved: bool) -> list[str]:
    """Say how much is, or would be, new or different: units and figures in one line, accounts in another."""
    if changes.is_empty:
        return [texts("import.nothing_new")]
    together = changes.together
    said = [] if together.is_empty else [imports.summarise(together, texts, is_saved=is_saved)]
    if not changes.register.is_empty:
        said.append(registers.summarise(changes.register, texts, is_saved=is_saved))
    return [*said, *_kept(changes, texts)]


def _kept(changes: BundleChanges, texts: Texts) -> list[str]:
    """Say of each sheet that keeps rows how many are, or would be, new or different."""
    return [
        texts(
            "sheet.exported_kept",
            name=name,
            new=sum(row.before is None for row in rows),
            changed=sum(row.before is not None for row in rows),
        )
        for name, rows in changes.kept.items()
        if rows
    ]


def _kept_differences(changes: BundleChanges, texts: Texts) -> list[str]:
    """Say what rows that are there would become."""
    lines = []
    for sheet in kept_sheets.ALL:
        for row in changes.kept.get(sheet.name, ()):
            if row.before is None:
                continue
            after, before = sheet.printed(row.after), sheet.printed(row.before)
            named, keys = " ".join(str(cell) for cell in after[: sheet.keys] if cell), sheet.keys
            pairs = [pair for pair in zip(before[keys:], after[keys:], strict=True) if pair[0] != pair[1]]
            comma = texts("progress.comma")
            old, new = (comma.join(_shown(pair[which]) for pair in pairs) for which in range(2))
            lines.append(
                texts(
                    "sheet.exported_difference",
                    sheet=sheet.name,
                    name=shorten(named, _LONGEST),
                    before=shorten(old, _LONGEST),
                    after=shorten(new, _LONGEST),
                )
            )
    return lines


def _shown(cell: PrintedCell) -> str:
    return "—" if cell is None else str(cell)


def describe(shown: Bundle, texts: Texts) -> str:
    """Return everything the person needs for deciding, for a terminal."""
    parts = [texts("sheet.exported", organisation=shown.organisation), *head(shown, texts)]
    parts += [line for each in told(shown, texts) for line in imports.first(each, texts)]
    return "\n".join(parts)
