"""What a sheet was understood to say, as plain text: columns, doubts, and what saving would change."""

from handlers.views.figures import listed
from locales import Texts
from services.core.sheets.changes import Changes
from services.core.sheets.understanding import Column, Understanding
from services.imports import Preview

MOST_DOUBTS = 60
MOST_ADDRESSES = 8  # of cells with the same doubt


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
        *(column(each, texts) for each in understood.columns),
        "",
        texts("import.found", units=len(understood.units), quotas=len(understood.quotas)),
        *(texts("import.derived", month=month) for month in derived_months(understood)),
        *doubts(understood, texts),
        *(f"· {at(one.address)}{texts(one.key, **one.params)}" for one in understood.remarks),
        "",
        summarise(shown.changes, texts, is_saved=False),
        *differences(shown.changes, texts),
    ]
    return "\n".join(parts)


def summarise(changes: Changes, texts: Texts, *, is_saved: bool) -> str:
    """Return in one line how much is, or would be, new or different."""
    return texts(
        "import.saved" if is_saved else "import.changes",
        units=len(changes.units),
        categories=len(changes.categories),
        quotas=len(changes.quotas),
        duties=len(changes.duties),
        counts=len(changes.counts),
    )


def column(one: Column, texts: Texts) -> str:
    """Say in one line what a column was taken for."""
    heading = " / ".join(one.heading)
    meaning = texts(f"import.meaning.{one.meaning.value}")
    month = texts("import.of_month", month=one.month) if one.month else ""
    return f"  {one.letter}  {heading} → {meaning}{month}"


def doubts(understood: Understanding, texts: Texts) -> list[str]:
    """List the cells that could not be taken as they stand, cells of the same doubt together."""
    if not understood.doubts:
        return [texts("import.no_doubts")]
    lines = [texts("import.doubts", count=len(understood.doubts))]
    found: dict[str, list[str]] = {}
    for one in understood.doubts:
        found.setdefault(texts(one.key, **one.params), []).append(one.address)
    told = [
        f"! {at(listed(addresses, texts, limit=MOST_ADDRESSES))}{words}" for words, addresses in found.items()
    ]
    lines += told[:MOST_DOUBTS]
    if len(told) > MOST_DOUBTS:
        lines.append(texts("import.more", count=len(told) - MOST_DOUBTS))
    return lines


def derived_months(understood: Understanding) -> list[int]:
    """List the months whose counts stand in no column: they are what the year's count leaves over."""
    return sorted({count.month for count in understood.counts if count.is_derived})


def differences(changes: Changes, texts: Texts) -> list[str]:
    """List what is there already and would become something else; new rows are only counted."""
    lines = []
    for quota in changes.quotas:
        if quota.before is not None:
            unit, category, _ = quota.key
            lines.append(
                texts(
                    "import.quota_differs",
                    address=quota.address,
                    unit=unit,
                    category=category,
                    before=_target(quota.before[0]),
                    after=_target(quota.after[0]),
                )
            )
    for count in changes.counts:
        if count.before is not None:
            unit, category, month = count.key
            lines.append(
                texts(
                    "import.count_differs",
                    address=count.address,
                    unit=unit,
                    category=category,
                    month=month,
                    before=count.before,
                    after=count.after,
                )
            )
    if len(lines) > MOST_DOUBTS:
        lines = [*lines[:MOST_DOUBTS], texts("import.more", count=len(lines) - MOST_DOUBTS)]
    return lines


def _target(target: int | None) -> str:
    return "–" if target is None else str(target)


def at(address: str) -> str:
    """Write a cell's address before what is said of it; nothing for the whole sheet."""
    return f"{address}  " if address else ""
