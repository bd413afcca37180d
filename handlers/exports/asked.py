"""What is asked of `/export`, and the occasion under which it is taken out."""

from dataclasses import replace

from handlers.kit.context import Context
from services.core.occasion import Occasion

_PACK_WORDS = ("佐证材料包", "佐证材料", "佐证", "evidence pack", "evidence")


def evidence_asked(text: str) -> str | None:
    """Give what follows the words for an evidence pack; None for a text that asks for something else."""
    plain = text.strip()
    for word in _PACK_WORDS:
        if plain.casefold().startswith(word):
            return plain[len(word) :].strip(" ,，:：、")
    return None


def occasion_of(context: Context) -> Occasion:
    """Name the occasion: the same button may be pressed again, and that is another export."""
    occasion = context.occasion
    if context.incoming.press_id:
        return replace(occasion, source=f"{occasion.source}/{context.incoming.press_id}")
    return occasion
