"""What of a unit's reports is not accepted, and which evidence they lack, below its progress."""

from dataclasses import replace
from functools import lru_cache

from handlers.kit.answers import Answer
from handlers.views.lacking import unit_lacks
from handlers.views.markup import lines
from handlers.views.receipts import open_words
from locales import Texts
from services.requirements import Outstanding

KEPT = 256


def with_outstanding(shown: Answer, found: Outstanding, texts: Texts, *, reports: bool) -> Answer:
    """Add a line for each; nothing where all is accepted and nothing lacks."""
    if not found:
        return shown
    notes = _notes(found, texts, reports=reports)
    rich = "".join(f"<p>{note}</p>" for note in notes) if shown.rich else ""
    return replace(shown, text=lines([shown.text], notes), rich=f"{shown.rich}{rich}")


@lru_cache(maxsize=KEPT)
def _notes(found: Outstanding, texts: Texts, *, reports: bool) -> tuple[str, ...]:
    notes = [open_words(found.open, texts), *unit_lacks(found, texts, reports=reports)]
    return tuple(note for note in notes if note)
