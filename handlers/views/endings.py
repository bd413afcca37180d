"""What is said above the figures of a unit that no longer reports."""

from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.views.markup import escape
from locales import Texts
from services.organisations import UnitRef


def with_ending(shown: Answer, unit: UnitRef, texts: Texts) -> Answer:
    """Say above an answer that its unit no longer reports; nothing of one that does."""
    if unit.retired_at is None:
        return shown
    key = "units.told_merged" if unit.successor else "units.told_retired"
    note = texts(key, date=texts.date(unit.retired_at.date()), successor=escape(unit.successor))
    rich = f"<p>{note}</p>{shown.rich}" if shown.rich else ""
    return replace(shown, text=f"{note}\n\n{shown.text}", rich=rich)
