"""What of a unit's reports is not accepted, and which evidence they lack, below its progress."""

from dataclasses import replace
from functools import lru_cache

from handlers.kit.answers import Answer, Button
from handlers.views.lacking import unit_lacks
from handlers.views.markup import lines
from handlers.views.receipts import open_words
from locales import Texts
from services.core.period import Period
from services.facts.requirements import Outstanding

KEPT = 256


def with_outstanding(
    shown: Answer, found: Outstanding, unit_id: int, period: Period, texts: Texts, *, reports: bool
) -> Answer:
    """Add a line for each, and a button to a month's evidence; nothing where nothing is outstanding."""
    if not found:
        return shown
    has_button = period.month is not None and bool(found.lacks or found.owed)
    note, rich = _notes(found, texts, reports=reports, has_button=has_button)
    buttons = shown.buttons
    if has_button:
        told = {"unit_id": unit_id, "period": str(period)}
        buttons = (*buttons, (Button(texts("evidence.button.shelf"), "evidence.shelf", told),))
    return replace(
        shown,
        text=f"{shown.text}\n\n{note}",
        rich=f"{shown.rich}{rich}" if shown.rich else "",
        buttons=buttons,
    )


@lru_cache(maxsize=KEPT)
def _notes(found: Outstanding, texts: Texts, *, reports: bool, has_button: bool) -> tuple[str, str]:
    """Write it as lines, and as paragraphs of a rich message."""
    lacks = unit_lacks(found, texts, reports=reports, has_button=has_button)
    told = [note for note in (open_words(found.open, texts), *lacks) if note]
    return lines(told), "".join(f"<p>{note}</p>" for note in told)
