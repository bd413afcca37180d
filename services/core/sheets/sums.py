"""Printed sums of several months (当年完成数, 1-3月) against their months; a single open one is the rest."""

from collections.abc import Collection, Iterable

from services.core.sheets.notebook import Notebook
from services.core.sheets.understanding import CountCell, SumCell

Place = tuple[int, str, int]
"""Unit position, category, month."""


def split_sums(
    counts: Iterable[CountCell], sums: Iterable[SumCell], unclear: Collection[Place], notebook: Notebook
) -> tuple[CountCell, ...]:
    """Compare sums with their months; with exactly one month open, the rest is that month's count.

    Returns the counts that were printed and those that were worked out. Where several months are open, or one
    of them says something unclear, nothing is worked out.
    """
    known = {(one.position, one.category, one.month): one for one in counts}
    for total in sorted(sums, key=lambda one: one.last_month):
        months = range(total.first_month, total.last_month + 1)
        places = [(total.position, total.category, month) for month in months]
        missing = [place for place in places if place not in known]
        if any(place in unclear for place in missing):
            continue
        if not places or len(missing) > 1:
            _doubt_unknown(total, missing, notebook)
        else:
            _follow(total, places, known, notebook)
    return tuple(known.values())


def _doubt_unknown(total: SumCell, missing: list[Place], notebook: Notebook) -> None:
    if not missing:
        notebook.doubt(total.head_address, "months_unknown")
    else:
        months = "/".join(str(month) for _, _, month in missing)
        notebook.doubt(total.head_address, "months_missing", months=months)


def _follow(total: SumCell, places: list[Place], known: dict[Place, CountCell], notebook: Notebook) -> None:
    found = [known[place] for place in places if place in known]
    rest = total.count - sum(one.count for one in found)
    if rest < 0 or (rest > 0 and len(found) == len(places)):
        notebook.doubt(total.address, "year_disagrees", printed=total.count, computed=total.count - rest)
    elif len(found) < len(places):
        (place,) = (place for place in places if place not in known)
        position, category, month = place
        known[place] = CountCell(position, category, month, rest, total.address, is_derived=True)
