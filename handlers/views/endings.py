"""A unit that no longer reports: since when, and its figures, of which nothing is expected any more."""

from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.views import remarks
from handlers.views.markup import MAX_UNITS, escape, fitting, lines, units
from handlers.views.progress import figures_of
from locales import Texts
from services.core.progress import Progress
from services.office.organisations import UnitRef


def with_ending(shown: Answer, progress: Progress, unit: UnitRef, texts: Texts) -> Answer:
    """Show only the figures of a unit that no longer reports; nothing changes for one that does."""
    if unit.retired_at is None:
        return shown
    key = "units.told_merged" if unit.successor else "units.told_retired"
    note = texts(key, date=texts.date(unit.retired_at.date()), successor=escape(unit.successor))
    head = lines([note], [remarks.title(progress, texts)])
    figures = figures_of(progress, texts) or [texts("progress.nothing_owed")]
    kept = figures[: fitting(figures, MAX_UNITS - units(head) - 8)]
    return replace(shown, text="\n".join([head, *kept]), rich="")
