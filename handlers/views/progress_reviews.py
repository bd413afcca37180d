"""What of a unit's reports is not accepted, and which evidence they lack, below its progress."""

from dataclasses import replace
from functools import lru_cache

from handlers.kit.answers import Answer, Button
from handlers.views.lacking import unit_lacks
from handlers.views.markup import lines
from handlers.views.receipts import open_words
from locales import Texts
from services.core.period import Period
from services.requirements import Outstanding

KEPT = 256


def with_outstanding(
    shown: Answer, found: Outstanding, unit_id: int, period: Period, texts: Texts, *, reports: bool
) -> Answer:
    """Add a line for each, and a button to a month's evidence; nothing where nothing is outstanding."""
    if not found:
        return shown
    has_button = period.month is not None and bool(found.lacks or found.owed)
    notes = _notes(found, texts, reports=reports, has_button=has_button)
    rich = "".join(f"<p>{note}</p>" for note in notes) if shown.rich else ""
    look = Button(
        texts("evidence.button.shelf"), "evidence.shelf", {"unit_id": unit_id, "period": str(period)}
    )
    return replace(
        shown,
        text=lines([shown.text], notes),
        rich=f"{shown.rich}{rich}",
        buttons=(*shown.buttons, (look,)) if has_button else shown.buttons,
    )


@lru_cache(maxsize=KEPT)
def _notes(found: Outstanding, texts: Texts, *, reports: bool, has_button: bool) -> tuple[str, ...]:
    lacks = unit_lacks(found, texts, reports=reports, has_button=has_button)
    return tuple(filter(None, [open_words(found.open, texts), *lacks]))
