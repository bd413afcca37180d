"""Buttons in rows."""

from collections.abc import Sequence

from handlers.kit.answers import Button

IN_A_ROW = 2


def in_rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Put buttons in rows of two, as many as a phone shows with a Chinese name in each."""
    return tuple(tuple(buttons[start : start + IN_A_ROW]) for start in range(0, len(buttons), IN_A_ROW))
