"""What of a unit's reports waits for evidence or a reviewer, and what came back, below its progress."""

from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.views.receipts import open_words
from locales import Texts
from services.review_rows import Open


def with_open(shown: Answer, open_: Open, texts: Texts) -> Answer:
    """Add a line; nothing where all is accepted."""
    if not open_:
        return shown
    note = open_words(open_, texts)
    rich = f"{shown.rich}<p>{note}</p>" if shown.rich else ""
    return replace(shown, text=f"{shown.text}\n\n{note}", rich=rich)
