"""What a sheet was understood to say, as plain lines: for the terminal, and for the chat to cut."""

from collections.abc import Sequence

from handlers.views.figures import listed, period_name
from locales import Texts
from services.core.sheets.changes import Changes, CountChange, DutyChange, QuotaChange, Sums
from services.core.sheets.registers import RegisterSheet
from services.core.sheets.understanding import Column, Doubt, Understanding
from services.importing.imports import Preview

MOST_LINES = 200  # of each kind in a terminal
MOST_ADDRESSES = 8  # of cells with the same doubt
_HARMLESS = "import.doubt.unit_new"  # imported all the same, so told after what is left out


def describe(shown: Preview, texts: Texts) -> str:
    """Return everything the person needs for deciding: what was read, what is doubtful, what would change."""
    understood = shown.understanding
    parts = [
        texts(
            "import.title" if understood.title else "import.title_blank",
            title=understood.title,
            organisation=shown.organisation,
            year=understood.year,
        ),
        "",
        texts("import.columns"),
        *first([column(each, texts) for each in understood.columns], texts),
        "",
        texts("import.found", units=len(understood.units), quotas=len(understood.quotas)),
        *(texts("import.derived", month=month) for month in derived_months(understood)),
        *first(names(understood, texts), texts),
        *first(doubts(understood, texts) or [texts("import.no_doubts")], texts),
        *first(remarks(understood, texts), texts),
        "",
        summarise(shown.changes, texts, is_saved=False),
        *closed_months(shown, texts),
        *first(differences(shown.changes, texts), texts),
    ]
    return "\n".join(parts)


def summarise(changes: Changes, texts: Texts, *, is_saved: bool) -> str:
    """Return in one line how much is, or would be, new or different, and that nothing is."""
    if changes.is_empty:
        return texts("import.nothing_new")
    changed = {
        "units": changes.units,
        "categories": changes.categories,
        "quotas": changes.quotas,
        "duties": changes.duties,
        "counts": changes.counts,
        "aliases": changes.aliases,
        "endings": changes.endings,
    }
    told = (texts(f"import.part.{key}", count=len(rows)) for key, rows in changed.items() if rows)
    return texts("import.saved" if is_saved else "import.changes", changed=texts("progress.comma").join(told))


def column(one: Column, texts: Texts) -> str:
    """Say in one line what a column was taken for; of several sheets its sheet comes first."""
    sheet, mark, _ = one.address.rpartition("!")
    heading = " / ".join(one.heading)
    meaning = texts(f"import.meaning.{one.meaning.value}")
    month = ""
    if one.month and one.first_month and one.first_month != one.month:
        month = texts("import.of_months", first=one.first_month, last=one.month)
    elif one.month:
        month = texts("import.of_month", month=one.month)
    return f"  {sheet}{mark}{one.letter}  {heading} → {meaning}{month}"


def names(understood: Understanding, texts: Texts) -> list[str]:
    """List the units that the sheet calls otherwise than the office does."""
    told = [unit for unit in understood.units if unit.as_printed]
    if not told:
        return []
    lines = (f"= {at(unit.address)}{unit.as_printed} → {unit.name}" for unit in told)
    return [texts("import.names", count=len(told)), *lines]


def doubts(understood: Understanding | RegisterSheet, texts: Texts) -> list[str]:
    """List the cells that could not be taken as they stand, cells of the same doubt together."""
    if not understood.doubts:
        return []
    found: dict[str, list[str]] = {}
    for one in sorted(understood.doubts, key=_is_harmless):
        found.setdefault(texts(one.key, **one.params), []).append(one.address)
    told = (f"! {at(listed(places, texts, limit=MOST_ADDRESSES))}{words}" for words, places in found.items())
    return [texts("import.doubts", count=len(understood.doubts)), *told]


def remarks(understood: Understanding | RegisterSheet, texts: Texts) -> list[str]:
    """List what is worth telling and changes nothing."""
    return [f"· {at(one.address)}{texts(one.key, **one.params)}" for one in understood.remarks]


def derived_months(understood: Understanding) -> list[int]:
    """List the months whose counts stand in no column: they are what the year's count leaves over."""
    return sorted({count.month for count in understood.counts if count.is_derived})


def closed_months(shown: Preview, texts: Texts) -> list[str]:
    """Say which months are closed and would change all the same."""
    return [
        texts("import.month_closed", month=period_name(month, texts), count=count)
        for month, count in shown.closed.items()
    ]


def differences(changes: Changes, texts: Texts) -> list[str]:
    """List what is there already and would become something else; new rows are only counted."""
    told = [_difference(one, texts) for one in changes.differences]
    return [texts("import.differences", count=len(told)), *told] if told else []


def at(address: str) -> str:
    """Write a cell's address before what is said of it; nothing for the whole sheet."""
    return f"{address}  " if address else ""


def _difference(change: QuotaChange | DutyChange | CountChange, texts: Texts) -> str:
    if isinstance(change, DutyChange):
        return texts("import.duty_differs", unit=change.unit, heading=change.heading)
    unit, category, when = change.key
    said = {"address": change.address, "unit": unit, "category": category}
    if isinstance(change, CountChange):
        key = "import.count_differs_reported" if change.is_reported else "import.count_differs"
        before = _sums(change.before, texts) if change.before else ""
        return texts(key, **said, month=when, before=before, after=_sums(change.after, texts))
    before = _target(change.before, texts) if change.before else ""
    return texts("import.quota_differs", **said, before=before, after=_target(change.after, texts))


def _sums(sums: Sums, texts: Texts) -> str:
    """Write a month's sums; what was accepted and the mistakes only where they say more than the count."""
    count, accepted, errors = sums
    if accepted == count and not errors:
        return str(count)
    return texts("import.sums", count=count, accepted=accepted, errors=errors)


def _target(value: tuple[int | None, bool], texts: Texts) -> str:
    target, is_per_account = value
    said = "–" if target is None else str(target)
    return texts("import.per_account", target=said) if is_per_account else said


def _is_harmless(one: Doubt) -> bool:
    return one.key == _HARMLESS


def first(told: Sequence[str], texts: Texts) -> list[str]:
    """Give as many lines as a terminal shows, and how many there are more."""
    rest = len(told) - MOST_LINES
    return [*told[:MOST_LINES], *([texts("import.more", count=rest)] if rest > 0 else [])]
